// Turns: one task of a strand after the other, in the order they asked. What several tasks of a run share and must not
// interleave on across a wait is done in turns.
//
//   auto turn = co_await turns.take();   // until `turn` is destroyed, no other task has one
#pragma once

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include <executus/async/one_shot.hpp>
#include <executus/async/task.hpp>

namespace executus {

class Turns final {
 public:
  class Turn {
   public:
    Turn(Turn&& other) noexcept : turns_(std::exchange(other.turns_, nullptr)) {}
    Turn& operator=(Turn&&) = delete;
    ~Turn() {
      if (turns_) turns_->pass_on();
    }

   private:
    friend class Turns;
    explicit Turn(Turns* turns) noexcept : turns_(turns) {}
    Turns* turns_;
  };

  // The turn when it is free now; nothing otherwise.
  [[nodiscard]] std::optional<Turn> try_take() {
    if (std::exchange(taken_, true)) return std::nullopt;
    return Turn(this);
  }

  // Not cancellable: turns are short. On one strand only; the Turns outlive every turn.
  [[nodiscard]] Task<Turn> take() {
    if (std::exchange(taken_, true)) {
      OneShot<> mine;
      waiting_.push_back(mine);
      co_await mine.wait_shielded();
    }
    co_return Turn(this);
  }

 private:
  void pass_on() {
    if (waiting_.empty()) {
      taken_ = false;
      return;
    }
    OneShot<> next = std::move(waiting_.front());
    waiting_.erase(waiting_.begin());
    next.set();
  }

  bool taken_ = false;
  std::vector<OneShot<>> waiting_;
};

}  // namespace executus
