// Shows observers what a run deferred when no entry follows for a while: the end of a call is seen although another
// call of its batch, or the model, takes long. By then the store has made it durable without being asked, so that no
// commit is added.
#pragma once

#include <memory>

#include <executus/async/task_group.hpp>

#include "run/record/recorder.hpp"

namespace executus::run {

class LateShowing final {
 public:
  // While it lives, `recorder` tells it of every deferred entry. `context`: of the run; its strand and scope outlive
  // this.
  LateShowing(Recorder& recorder, TaskContext context);
  LateShowing(const LateShowing&) = delete;
  LateShowing& operator=(const LateShowing&) = delete;
  ~LateShowing();

  // Nothing is shown afterwards. Before this is destroyed.
  [[nodiscard]] Task<void> stop();

 private:
  void deferred();
  Task<void> show();

  Recorder& recorder_;
  const TaskContext context_;
  std::unique_ptr<TaskGroup> waiting_;  // made with the first deferred entry
};

}  // namespace executus::run
