#include "run/record/late_keeping.hpp"

#include <algorithm>

#include <executus/async/timing.hpp>

#include "run/record/backoff.hpp"

namespace executus::run {

LateKeeping::LateKeeping(Recorder& recorder, TaskContext context) {
  if (!recorder.keep_by()) return;
  waiting_ = std::make_unique<TaskGroup>(context);
  waiting_->spawn(keep_in_time(recorder));
}

Task<void> LateKeeping::stop() {
  if (!waiting_) co_return;
  waiting_->cancel({Cause::caller, "the run is over here"});
  co_await waiting_->join();
}

// While the store is away it is tried again. What is wrong otherwise shows when the run writes next.
Task<void> LateKeeping::keep_in_time(Recorder& recorder) {
  try {
    if (auto by = recorder.keep_by()) co_await sleep_until(*by);
    for (int failures = 1; !co_await recorder.try_to_keep(); ++failures) co_await sleep_for(backoff(failures));
  } catch (...) {
  }
}

}  // namespace executus::run
