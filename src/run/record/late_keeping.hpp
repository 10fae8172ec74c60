// Has a run stored when that is due (RunWriter::keep_by), wherever the run is by then: a long model call does not put
// it off.
#pragma once

#include <memory>

#include <executus/async/task_group.hpp>

#include "run/record/recorder.hpp"

namespace executus::run {

class LateKeeping final {
 public:
  // `context`: of the run; its strand and scope outlive this. Of a run that is kept: nothing.
  LateKeeping(Recorder& recorder, TaskContext context);

  // Before this is destroyed.
  [[nodiscard]] Task<void> stop();

 private:
  static Task<void> keep_in_time(Recorder& recorder);

  std::unique_ptr<TaskGroup> waiting_;  // null: nothing is due
};

}  // namespace executus::run
