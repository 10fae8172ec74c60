#include "run/life/fruitless.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <executus/journal/entry.hpp>

namespace executus::run {
namespace {

// What this process lacks and the next one may have: keys, credit, a server that is up.
bool may_go_away(const Error& problem) {
  static constexpr std::array<std::string_view, 6> lacks{"tool.missing",       "model.credentials", "model.no_provider",
                                                         "model.unauthorized", "model.no_credit",   "model.exhausted"};
  if (problem.kind() == ErrorKind::overloaded || problem.kind() == ErrorKind::disconnected) return true;
  return std::ranges::find(lacks, problem.code()) != lacks.end();
}

bool stores(const Error& problem) { return problem.code().starts_with("store."); }

std::string failure_text(const Fruitless& attempt) {
  bool given_up = attempt.attempts >= kFruitlessAttempts && may_go_away(attempt.problem);
  if (!given_up) return attempt.problem.message();
  return std::to_string(attempt.attempts) +
         " attempts in a row to continue the run came to nothing; the last one: " + attempt.problem.message();
}

Ending left(const Fruitless& run, journal::Attempt attempt) {
  return {StayEnd::leave, RunStatus::running, run.problem.message(), run.problem.code(), attempt};
}

Ending failure(const Fruitless& run) {
  if (run.cancelled) return {StayEnd::fail, RunStatus::cancelled, "", "run.cancelled"};
  return {StayEnd::fail, RunStatus::error, failure_text(run), run.problem.code()};
}

// In other circumstances, or another process, the run may well go on.
Ending in_journal(const Fruitless& run) {
  using enum journal::Attempt;
  const auto& code = run.problem.code();
  if (run.stage == Fruitless::Stage::running) return left(run, counts);
  bool lacks = code == "tool.missing" || code == "tool.unknown" || code.starts_with("model.");
  bool no_try = code == "async.cancelled" || journal::is_of_other_format(code) || stores(run.problem);
  return left(run, lacks || no_try ? does_not_count : counts);
}

Ending in_snapshots(const Fruitless& run) {
  using enum journal::Attempt;
  if (run.cancelled) {
    bool process = *run.cancelled == Cause::shutdown || *run.cancelled == Cause::ownership_lost;
    return process ? left(run, does_not_count) : failure(run);
  }
  if (stores(run.problem)) return left(run, does_not_count);
  return may_go_away(run.problem) && run.attempts < kFruitlessAttempts ? left(run, counts) : failure(run);
}

}  // namespace

Ending end_of_fruitless(const Fruitless& attempt) {
  return attempt.keeper == Keeper::journal ? in_journal(attempt) : in_snapshots(attempt);
}

}  // namespace executus::run
