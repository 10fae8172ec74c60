// At most so many starts per second, evenly spread: after a mass recovery the runs ask their providers one by one.
#pragma once

#include <chrono>

#include <executus/base/clock.hpp>

namespace executus::run {

class Pace final {
 public:
  explicit Pace(int per_second)  // 0: unlimited
      : gap_(per_second > 0 ? MonoTime::duration(std::chrono::seconds(1)) / per_second : MonoTime::duration(0)) {}

  [[nodiscard]] MonoTime next() const noexcept { return next_; }  // when one may start
  void started(MonoTime now) { next_ = std::max(next_, now) + gap_; }
  void did_not_start() { next_ -= gap_; }  // another worker was first

 private:
  const MonoTime::duration gap_;
  MonoTime next_ = MonoTime::min();
};

}  // namespace executus::run
