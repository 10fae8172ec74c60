// When a request's time is over: a limit from its beginning, and one for the time without a byte of the response.
#pragma once

#include <algorithm>
#include <optional>

#include <executus/base/clock.hpp>

namespace executus::net {

class TimeLimits final {
 public:
  TimeLimits(MonoTime start, std::optional<Milliseconds> all, std::optional<Milliseconds> silence)
      : end_(all ? later(start, *all) : MonoTime::max()), silence_(silence), heard_(start) {}

  // Bytes came, or none were wanted until now.
  void heard(MonoTime now) { heard_ = now; }

  // MonoTime::max(): never.
  [[nodiscard]] MonoTime deadline() const {
    return std::min(end_, silence_ ? later(heard_, *silence_) : MonoTime::max());
  }
  [[nodiscard]] bool is_silence() const { return deadline() < end_; }  // what the deadline is for

 private:
  MonoTime end_;
  std::optional<Milliseconds> silence_;
  MonoTime heard_;
};

}  // namespace executus::net
