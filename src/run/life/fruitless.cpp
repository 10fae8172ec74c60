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

// In other circumstances, or another process, the run may well go on.
Fate in_journal(const Fruitless& attempt) {
  const auto& code = attempt.problem.code();
  if (attempt.stage == Fruitless::Stage::running) return Fate::left;
  if (code == "journal.malformed") return Fate::quarantined;
  bool lacks = code == "tool.missing" || code == "tool.unknown" || code.starts_with("model.");
  bool no_try = code == "async.cancelled" || journal::is_of_other_format(code) || stores(attempt.problem);
  return lacks || no_try ? Fate::left_uncounted : Fate::left;
}

Fate in_snapshots(const Fruitless& attempt) {
  if (attempt.cancelled) {
    bool process = *attempt.cancelled == Cause::shutdown || *attempt.cancelled == Cause::ownership_lost;
    return process ? Fate::left_uncounted : Fate::failed;
  }
  if (stores(attempt.problem)) return Fate::left_uncounted;
  return may_go_away(attempt.problem) && attempt.attempts < kFruitlessAttempts ? Fate::left : Fate::failed;
}

}  // namespace

Fate fate_of(const Fruitless& attempt) {
  return attempt.keeper == Keeper::journal ? in_journal(attempt) : in_snapshots(attempt);
}

std::string failure_text(const Fruitless& attempt) {
  bool given_up = attempt.attempts >= kFruitlessAttempts && may_go_away(attempt.problem);
  if (!given_up) return attempt.problem.message();
  return std::to_string(attempt.attempts) +
         " attempts in a row to continue the run came to nothing; the last one: " + attempt.problem.message();
}

}  // namespace executus::run
