// A value that is set once, and that any number of tasks wait for.
#pragma once

#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include <executus/async/one_shot.hpp>

namespace executus::host {

// Threads: any.
template <class T>
class Settled final {
 public:
  void set(T value) {
    std::lock_guard lock(mutex_);
    value_ = std::move(value);
    for (const auto& waiter : waiting_) waiter.set();
    waiting_.clear();
  }

  // Throws Cancelled. It outlives the wait.
  [[nodiscard]] Task<T> get() {
    OneShot<> there;
    {
      std::lock_guard lock(mutex_);
      if (value_) co_return *value_;
      waiting_.push_back(there);
    }
    co_await there.wait();
    std::lock_guard lock(mutex_);
    co_return *value_;
  }

 private:
  std::mutex mutex_;
  std::optional<T> value_;
  std::vector<OneShot<>> waiting_;
};

}  // namespace executus::host
