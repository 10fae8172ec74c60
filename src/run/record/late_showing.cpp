#include "run/record/late_showing.hpp"

#include <executus/async/timing.hpp>

namespace executus::run {
namespace {

constexpr Milliseconds kAWhile{100};  // a store flushes deferred entries within 50 ms

}  // namespace

LateShowing::LateShowing(Recorder& recorder, TaskContext context) : recorder_(recorder), context_(context) {
  recorder_.tell_deferred([this] { deferred(); });
}

LateShowing::~LateShowing() { recorder_.tell_deferred(nullptr); }

Task<void> LateShowing::stop() {
  recorder_.tell_deferred(nullptr);
  if (!waiting_) co_return;
  waiting_->cancel({Cause::caller, "the run is over here"});
  co_await waiting_->join();
}

// At most one task of the group waits.
void LateShowing::deferred() {
  if (!waiting_) waiting_ = std::make_unique<TaskGroup>(context_);
  if (waiting_->running() == 0) waiting_->spawn(show());
}

// An entry that an awaited one follows within the pause is shown with that one, and the store is not asked. An error of
// the store is dropped here: the next append meets it again.
Task<void> LateShowing::show() {
  try {
    while (auto oldest = recorder_.oldest_unshown()) {
      co_await sleep_for(kAWhile);
      if (recorder_.oldest_unshown() == oldest && !co_await recorder_.show_deferred()) break;
    }
  } catch (...) {
  }
}

}  // namespace executus::run
