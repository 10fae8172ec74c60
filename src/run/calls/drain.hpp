// A call with an effect has an unknown outcome when it is cut off. So a shutdown lets it finish, for a while.
#pragma once

#include <memory>
#include <optional>
#include <utility>

#include <executus/async/cancel.hpp>
#include <executus/async/start_permit.hpp>
#include <executus/async/timing.hpp>

#include "async/cancel_link.hpp"

namespace executus::run {

// A scope that a shutdown of the surrounding one reaches only when `window` has passed; every other cause at once. What
// has not begun by then never begins, and ends at once too: its permit is withdrawn in the step that cancels.
class DrainScope final : private CancelListener {
 public:
  // `context`: that of the surrounding task; this lives on its strand.
  DrainScope(TaskContext context, Milliseconds window, std::shared_ptr<StartPermit> permit);

  [[nodiscard]] CancelScope& scope() noexcept { return scope_; }

 private:
  void on_cancel(const Cancellation& why) noexcept override;

  const TaskContext context_;
  const Milliseconds window_;
  const std::shared_ptr<StartPermit> permit_;
  CancelScope scope_;
  CancelScope window_scope_;  // cancelled at the window's end
  CancelLink at_window_end_;
  std::optional<Deadline> window_end_;  // since the shutdown
};

// Runs `task` in a DrainScope.
template <class T>
[[nodiscard]] Task<T> with_drain(Milliseconds window, std::shared_ptr<StartPermit> permit, Task<T> task) {
  TaskContext context = co_await this_task();
  DrainScope drain(context, window, std::move(permit));
  TaskContext inner{context.strand, &drain.scope()};
  co_return co_await std::move(task).in(inner);
}

}  // namespace executus::run
