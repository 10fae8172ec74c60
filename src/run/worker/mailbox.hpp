// What other threads and the runs themselves tell a worker, which reads it on its own strand.
#pragma once

#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include <executus/run/recovery.hpp>

#include "run/worker/bell.hpp"

namespace executus::run {

// A run that is not driven any more.
struct LetGo {
  RunId run;
  std::optional<Recovered> result;     // nothing: another worker was first
  std::optional<journal::RunRow> row;  // the run as it was left, if it was
};

struct Mail {
  std::vector<journal::RunRow> taken_up;
  std::vector<LetGo> let_go;
  std::vector<Milliseconds> drains;  // the windows, in order
  bool changed = false;              // something in the store may be due now
  bool look = false;                 // the store is to be looked through now, also for runs that rest
};

// Threads: any, but for wait_until(), which one task at a time calls.
class Mailbox final {
 public:
  template <class Change>
  void post(Change change) {
    {
      std::lock_guard lock(mutex_);
      change(mail_);
    }
    bell_.ring();
  }
  [[nodiscard]] Mail take() {
    std::lock_guard lock(mutex_);
    return std::exchange(mail_, {});
  }
  Bell& bell() noexcept { return bell_; }  // rings when there is mail

 private:
  std::mutex mutex_;
  Mail mail_;
  Bell bell_;
};

}  // namespace executus::run
