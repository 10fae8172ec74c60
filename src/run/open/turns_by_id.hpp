// Turns by run id: tasks that begin a run under the same id do so one after the other, in the order they asked.
#pragma once

#include <deque>
#include <mutex>
#include <unordered_map>
#include <utility>

#include <executus/async/one_shot.hpp>
#include <executus/async/task.hpp>
#include <executus/base/ids.hpp>

namespace executus::run {

// Threads: any; the turns of one id may be taken on different strands. Outlives its turns.
class TurnsById final {
 public:
  class Turn {
   public:
    Turn(Turn&& other) noexcept : turns_(std::exchange(other.turns_, nullptr)), id_(std::move(other.id_)) {}
    Turn& operator=(Turn&&) = delete;
    ~Turn() {
      if (turns_) turns_->pass_on(id_);
    }

   private:
    friend class TurnsById;
    Turn(TurnsById* turns, RunId id) noexcept : turns_(turns), id_(std::move(id)) {}
    TurnsById* turns_;
    RunId id_;
  };

  // Not cancellable: turns are short. A task that is destroyed while it waits leaves the queue.
  [[nodiscard]] Task<Turn> take(RunId id);

 private:
  class Place;  // in the queue of an id, or at its head

  void enter(const RunId& id, Place& place);
  void leave(const RunId& id, Place& place);
  void pass_on(const RunId& id);
  void pass_on_locked(const RunId& id);

  std::mutex mutex_;
  std::unordered_map<RunId, std::deque<Place*>> waiting_;  // by the id of a turn that is taken
};

}  // namespace executus::run
