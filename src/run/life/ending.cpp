#include "run/life/ending.hpp"

#include <algorithm>
#include <utility>

#include "run/life/fruitless.hpp"

namespace executus::run {
namespace {

constexpr Milliseconds kProviderPause = std::chrono::minutes(1);
constexpr Milliseconds kLongestProviderPause = std::chrono::hours(24);

Ending failure(RunStatus status, std::string code, std::string message) {
  return {StayEnd::fail, status, std::move(message), std::move(code)};
}

Ending left(const Stop& stop) {
  Ending ending{StayEnd::leave, RunStatus::running, "", ""};
  if (stop.error) ending.error = stop.error->message(), ending.code = stop.error->code();
  return ending;
}

// It may be there for another attempt; after many, the run is put in quarantine.
Ending tried(const Stop& stop) {
  auto ending = left(stop);
  ending.attempt = journal::Attempt::counts;
  return ending;
}

Ending of_loop(const Stop& stop) {
  switch (*stop.end) {
    case agent::LoopEnd::answered:
      return {};
    case agent::LoopEnd::cut:
      if (stop.submitted) return {};
      return failure(RunStatus::error, "model.cut",
                     "the model's final answer is cut off, mostly by its output limit; raise it "
                     "(MODEL?max_output_tokens=N), or ask for less");
    case agent::LoopEnd::refused:
      if (stop.submitted) return {};
      return failure(RunStatus::error, "model.refused",
                     "the model refused to answer, or its answer was withheld; ask for something else, or ask another "
                     "model");
    case agent::LoopEnd::unfit:
      return failure(RunStatus::error, "output.unfit",
                     "the model gave no answer that fits the agent's output; what was wrong with the last one:\n" +
                         stop.misfit + "simplify the schema, say in the prompt what is wanted, or ask another model");
    case agent::LoopEnd::map_failed:
      return failure(RunStatus::error, stop.error->code(), stop.error->message());
    case agent::LoopEnd::parked:
      if (!stop.can_wait)
        return failure(
            RunStatus::error, "run.cannot_wait",
            "the run would have to wait for a person, another run, a time or a signal" + stop.waits_for +
                ", but it is not durable and no process could wake it; give it a journal (durability strict or "
                "relaxed)");
      return {StayEnd::park, RunStatus::waiting, "", ""};
    case agent::LoopEnd::max_steps:
      if (stop.submitted) return {};
      return failure(RunStatus::error, "run.max_steps",
                     "no final answer after " + std::to_string(stop.max_iterations) +
                         " model responses; raise max_iterations or give the agent less to do");
    case agent::LoopEnd::tool_loop:
      return failure(RunStatus::error, "run.tool_loop",
                     "the model went round in circles (the same calls, or only failing ones, step after step); look at "
                     "the last calls with `executus runs events`");
  }
  return {};
}

Ending of_cancellation(const Stop& stop) {
  switch (*stop.cancelled) {
    case Cause::shutdown:
      return left(stop);
    case Cause::ownership_lost:
      return {StayEnd::disown, RunStatus::running, stop.error->message(), "run.ownership_lost"};
    case Cause::deadline:
      return failure(RunStatus::timeout, "run.timeout", "the run's max_runtime is used up; raise it in the agent file");
    case Cause::kill:
      return failure(RunStatus::killed, "run.killed", stop.error->message());
    case Cause::caller:
      return failure(RunStatus::cancelled, "run.cancelled", "");
  }
  return left(stop);
}

// A recovered run that cannot even start here may be able to elsewhere, or later.
Ending of_fruitless(const Stop& stop) {
  return end_of_fruitless({stop.keeper, Fruitless::Stage::running, *stop.error, std::nullopt, stop.attempts});
}

Ending of_budget(const Stop& stop) {
  Ending ending{StayEnd::park, RunStatus::waiting, stop.error->message(), stop.error->code()};
  ending.for_budget = true;
  ending.room_at = stop.room_at;
  return ending;
}

}  // namespace

Ending decide_ending(const Stop& stop, OnModelUnavailable policy) {
  if (stop.end) return of_loop(stop);
  if (stop.cancelled) return of_cancellation(stop);
  if (stop.store_away) return left(stop);
  if (stop.source_away && stop.can_wait) return tried(stop);
  if (stop.model_away && policy == OnModelUnavailable::park && stop.can_wait)
    return {StayEnd::park,
            RunStatus::waiting,
            stop.error->message(),
            stop.error->code(),
            journal::Attempt::does_not_count,
            std::clamp(stop.model_back_in, kProviderPause, kLongestProviderPause)};
  if (stop.parks_for_budget && stop.can_wait) return of_budget(stop);
  if (stop.refused) return failure(RunStatus::error, stop.error->code(), stop.error->message());
  if (stop.recovered && !stop.progressed) return of_fruitless(stop);
  return failure(RunStatus::error, stop.error->code(), stop.error->message());
}

}  // namespace executus::run
