// How a run's stay in this process ends, decided from how its loop ended. Pure.
#pragma once

#include <optional>
#include <string>

#include <executus/agent/loop.hpp>
#include <executus/async/cancel.hpp>
#include <executus/journal/store.hpp>
#include <executus/run/agent.hpp>

#include "run/definition/kept.hpp"
#include "run/record/stay_end.hpp"

namespace executus::run {

// What stopped the loop: its own end, or an exception.
struct Stop {
  std::optional<agent::LoopEnd> end;  // set when the loop returned
  std::optional<Cause> cancelled;     // set for Cancelled
  std::optional<Error> error;         // set for any exception, and for a map that failed
  bool model_away = false;            // the model failed, and repeating may help later
  Milliseconds model_back_in{0};      // not before, it said
  bool store_away = false;
  bool source_away = false;              // a source of tools that the agent requires offers none
  bool recovered = false;                // this is not the run's first process
  bool progressed = false;               // something durable happened since this process took the run up
  bool submitted = false;                // an answer was handed in
  std::string misfit;                    // of an answer that does not fit the form asked for: why, for people
  bool refused = false;                  // by the budget
  bool parks_for_budget = false;         // likewise, until it is raised or has room
  std::optional<WallTime> room_at = {};  // then: when time alone makes room
  bool can_wait = true;                  // it is durable, so it can be woken later
  std::string waits_for;                 // when it cannot: what it would wait for, for people
  Keeper keeper = Keeper::journal;
  int attempts = 1;  // in a row that came to nothing, with this one; for runs kept as snapshots
  int max_iterations = 0;
};

struct Ending {
  StayEnd how = StayEnd::complete;
  RunStatus status = RunStatus::ok;  // for complete and fail
  std::string error;
  std::string code;
  journal::Attempt attempt = journal::Attempt::does_not_count;  // for leave
  std::optional<Milliseconds> pause = {};  // for park: it sleeps so long, for its provider; nothing: calls of it wait
  bool for_budget = false;                 // for park: it waits for its budget
  std::optional<WallTime> room_at = {};    // likewise: until then
};

// What broke is a run's end: an error is never told as a deadline or a caller's cancellation that came before it. Not
// so with a run that is killed, or that goes on elsewhere: then `cause` is its end, whatever broke.
[[nodiscard]] constexpr bool outranks_errors(Cause cause) {
  return cause == Cause::kill || cause == Cause::shutdown || cause == Cause::ownership_lost;
}

[[nodiscard]] Ending decide_ending(const Stop& stop, OnModelUnavailable policy);

}  // namespace executus::run
