// StartPermit: whether something that has to wait for its turn (a thread, a connection) has begun, or was given up
// before. One atomic step decides: what was withdrawn never begins, and what has begun cannot be withdrawn any more.
//
// Threads: any. The waiting side and the side that gives it its turn share the permit.
#pragma once

#include <atomic>
#include <memory>
#include <utility>

#include <executus/async/cancel.hpp>

namespace executus {

class StartPermit final {
 public:
  // Asked just before acting. False: it was withdrawn, and must not act. Asked again, it says the same.
  [[nodiscard]] bool begin() noexcept { return move_to(State::begun); }

  // True: it has not begun and never will. False: it has begun.
  bool withdraw() noexcept { return move_to(State::withdrawn); }

 private:
  enum class State { waiting, begun, withdrawn };
  bool move_to(State target) noexcept {
    State found = State::waiting;
    return state_.compare_exchange_strong(found, target) || found == target;
  }
  std::atomic<State> state_ = State::waiting;
};

// Withdraws a permit in the very step that cancels its scope: before the waiting task is resumed, and before another
// task that is cancelled with it can give up a turn to it. Withdraws it at the latest when destroyed.
class WithdrawOnCancel final : private CancelListener {
 public:
  // On the scope's strand. `permit` may be null: then there is nothing to withdraw.
  WithdrawOnCancel(CancelScope& scope, std::shared_ptr<StartPermit> permit) : permit_(std::move(permit)) {
    if (scope.cancelled())
      withdraw();
    else
      scope.attach(*this);
  }
  ~WithdrawOnCancel() { withdraw(); }
  WithdrawOnCancel(const WithdrawOnCancel&) = delete;
  WithdrawOnCancel& operator=(const WithdrawOnCancel&) = delete;

 private:
  void on_cancel(const Cancellation&) noexcept override { withdraw(); }
  void withdraw() noexcept {
    if (permit_) permit_->withdraw();
  }
  const std::shared_ptr<StartPermit> permit_;
};

}  // namespace executus
