#include "run/life/supervision.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "base/contained.hpp"

namespace executus::run {
namespace {

journal::Criticised entry_of(const CriticDecision& decision) {
  if (decision.kill) return {"", Milliseconds(0), 0, true, decision.reason, decision.usage, decision.cost};
  return {decision.nudge,
          std::max(decision.extend_by, Milliseconds(0)),
          std::max(decision.raise_steps_by, 0),
          false,
          decision.reason,
          decision.usage,
          decision.cost};
}

std::string_view kind_of_action(const CriticDecision& decision) {
  if (decision.kill) return "kill";
  if (decision.extend_by.count() > 0) return "extend";
  if (decision.raise_steps_by > 0) return "raise_steps";
  return decision.nudge.empty() ? "wait" : "nudge";
}

}  // namespace

Milliseconds time_limit(TimeLimits limits, std::optional<Milliseconds> critic_limit,
                        const journal::CriticState& critic) {
  if (!critic_limit) return limits.max_runtime;
  auto most = std::max(limits.absolute_max, limits.max_runtime);
  bool beyond = *critic_limit > most || critic.extended > most - *critic_limit;
  return beyond ? most : *critic_limit + critic.extended;
}

Supervision::Supervision(Recorder& recorder, Watchers& watchers, CriticHandle* critic, TimeLimits limits,
                         Logger& logger)
    : recorder_(recorder), watchers_(watchers), critic_(critic), limits_(limits), logger_(logger) {}

MonoTime Supervision::end(const Clock& clock) const {
  std::optional<Milliseconds> critic_limit;
  if (critic_)
    contained(logger_, LogLevel::error, {"the critic of run ", recorder_.run().str(), " threw"},
              [&] { critic_limit = critic_->limit(); });
  return later(clock.mono(),
               time_limit(limits_, critic_limit, recorder_.checkpoint().critic) - recorder_.limited_time());
}

// Holds the run to its time while it lives.
class Supervision::Limited final {
 public:
  Limited(Supervision& run, TaskContext context, CancelScope& scope) : run_(run) {
    run_.where_ = {std::move(context.strand), &scope};
    run_.set_deadline();
  }
  ~Limited() {
    run_.where_ = {};
    run_.set_deadline();
  }
  Limited(const Limited&) = delete;
  Limited& operator=(const Limited&) = delete;

 private:
  Supervision& run_;
};

// Where time does not count, none is set.
void Supervision::set_deadline() {
  deadline_.reset();
  if (where_.scope && recorder_.is_counting())
    deadline_.emplace(where_, *where_.scope, end(where_.strand->loop().clock()), "max_runtime");
}

Supervision::Standstill::Standstill(Supervision& run) : run_(run) {
  run_.recorder_.stop_counting();
  run_.set_deadline();
}

Supervision::Standstill::~Standstill() {
  run_.recorder_.go_on_counting();
  run_.set_deadline();
}

// Two coroutines: the frame of one without a critic is small, and most runs have none.
Task<void> Supervision::over(Task<void> work, TaskContext context, CancelScope& scope) {
  return critic_ ? watched(std::move(work), context, scope) : within_limit(std::move(work), context, scope);
}

Task<void> Supervision::within_limit(Task<void> work, TaskContext context, CancelScope& scope) {
  Limited limited(*this, context, scope);
  TaskContext inner{context.strand, &scope};
  co_await std::move(work).in(inner);
}

Task<void> Supervision::watched(Task<void> work, TaskContext context, CancelScope& scope) {
  Limited limited(*this, context, scope);
  TaskContext inner{context.strand, &scope};
  const auto& so_far = recorder_.checkpoint().critic;
  if (so_far.killed) scope.cancel({Cause::kill, so_far.kill_reason});
  TaskGroup beside(inner);
  beside.spawn(watch(scope));
  std::exception_ptr problem;
  try {
    co_await std::move(work).in(inner);
  } catch (...) {
    problem = std::current_exception();
  }
  beside.cancel({Cause::caller, "the run is over"});  // joined: a decision on its way to the journal must arrive
  co_await beside.join();
  if (problem) std::rethrow_exception(problem);
}

// Until the run is over here. A critic that throws is not asked again; the limit stays.
Task<void> Supervision::watch(CancelScope& scope) {
  try {
    for (;;) {
      auto decision = co_await critic_->watch();
      co_await apply(std::move(decision), scope);
    }
  } catch (const Cancelled&) {
  } catch (...) {
    log_caught(logger_, LogLevel::error, {"the critic of run ", recorder_.run().str(), " threw"});
  }
}

// Journaled first: what was decided holds after a crash too, and is not paid again.
Task<void> Supervision::apply(CriticDecision decision, CancelScope& scope) {
  journal::Payload entry = entry_of(decision);
  co_await recorder_.commit(std::move(entry), Boundary::plain);
  watchers_.event("critic", {{"action", kind_of_action(decision)}, {"reason", decision.reason}});
  if (decision.kill)
    scope.cancel({Cause::kill, decision.reason});
  else
    set_deadline();
}

}  // namespace executus::run
