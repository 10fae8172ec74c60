// The table of docs/concepts/durability.md, "A run that cannot go on": for both places that keep runs.
#include "run/life/fruitless.hpp"

#include <ostream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace executus::run {
namespace {

enum class End { fails, counted, uncounted };
constexpr auto kFails = End::fails, kLeft = End::counted, kNoTry = End::uncounted;
constexpr std::optional<End> kQuarantined = std::nullopt;

End end_of(const Fruitless& attempt) {
  auto ending = end_of_fruitless(attempt);
  if (ending.how == StayEnd::fail) return End::fails;
  EXPECT_EQ(ending.how, StayEnd::leave);
  return ending.attempt == journal::Attempt::counts ? End::counted : End::uncounted;
}

using enum Fruitless::Stage;

struct FruitlessRow {
  const char* what;
  Error problem;
  Fruitless::Stage stage;
  std::optional<End> journal;
  End snapshots, third_in_snapshots;
  std::optional<Cause> cancelled = {};
  friend void PrintTo(const FruitlessRow& row, std::ostream* out) { *out << row.what; }
};

Error cancelled_by(Cause cause) { return Cancelled({cause, ""}); }
Error away(std::string code) { return {ErrorKind::disconnected, std::move(code), "away"}; }

const FruitlessRow kTable[] = {
    {"ASecretIsMissing", failed("tool.missing", ""), opening, kNoTry, kLeft, kFails},
    {"NoProvider", failed("model.no_provider", ""), opening, kNoTry, kLeft, kFails},
    {"NoKey", failed("model.credentials", ""), opening, kNoTry, kLeft, kFails},
    {"TheProviderIsAway", away("model.unreachable"), opening, kNoTry, kLeft, kFails},
    {"SomethingElseIsAway", away("net.refused"), opening, kLeft, kLeft, kFails},
    {"AToolIsUnknown", failed("tool.unknown", ""), opening, kNoTry, kFails, kFails},
    {"AModelIsUnknown", failed("model.unknown", ""), opening, kNoTry, kFails, kFails},
    {"TheResolverGaveNone", failed("model.missing", ""), opening, kNoTry, kFails, kFails},
    {"TheHostThrew", failed("internal", ""), opening, kLeft, kFails, kFails},
    {"AToolCannotBeBuilt", failed("tool.declared", ""), opening, kLeft, kFails, kFails},
    {"TheStoreIsAway", away("store.away"), opening, kNoTry, kNoTry, kNoTry},
    {"ANewerJournal", failed("journal.newer", ""), opening, kNoTry, kFails, kFails},
    {"AnOlderJournal", failed("journal.older", ""), opening, kNoTry, kFails, kFails},
    {"ADamagedJournal", failed("journal.malformed", ""), opening, kQuarantined, kFails, kFails},
    {"ARunThatItContinuesIsGone", failed("journal.base_missing", ""), opening, kQuarantined, kFails, kFails},
    {"AShutdown", cancelled_by(Cause::shutdown), opening, kNoTry, kNoTry, kNoTry, Cause::shutdown},
    {"ACallersCancel", cancelled_by(Cause::caller), opening, kNoTry, kFails, kFails, Cause::caller},
    {"TheFirstRequestIsRejected", failed("model.rejected", ""), running, kLeft, kFails, kFails},
    {"TheKeyIsRefused", failed("model.unauthorized", ""), running, kLeft, kLeft, kFails},
    {"ThePhasesAreGone", failed("run.phases", ""), running, kLeft, kFails, kFails},
};

class EndOfFruitless : public ::testing::TestWithParam<FruitlessRow> {};

TEST_P(EndOfFruitless, ARunThatCannotGoOnFollowsTheTable) {  // [CK-17] [DUR-14] [DUR-39]
  const auto& row = GetParam();
  Fruitless attempt{Keeper::journal, row.stage, row.problem, row.cancelled, 1};
  EXPECT_EQ(journal::is_damage(row.problem.code()), row.journal == kQuarantined);
  if (row.journal) EXPECT_EQ(end_of(attempt), row.journal);
  attempt.attempts = 9;
  if (row.journal) EXPECT_EQ(end_of(attempt), row.journal) << "the store counts, and quarantines";
  attempt.keeper = Keeper::snapshots;
  attempt.attempts = kFruitlessAttempts;
  EXPECT_EQ(end_of(attempt), row.third_in_snapshots);
  for (attempt.attempts = 1; attempt.attempts < kFruitlessAttempts; ++attempt.attempts)
    EXPECT_EQ(end_of(attempt), row.snapshots);
}
INSTANTIATE_TEST_SUITE_P(Table, EndOfFruitless, ::testing::ValuesIn(kTable),
                         [](const auto& info) { return std::string(info.param.what); });

TEST(FruitlessEnd, IsExplainedByTheCauseAndTheNumberOfAttempts) {
  Fruitless attempt{Keeper::snapshots, opening, failed("tool.missing", "set LOOK_TOKEN"), std::nullopt, 3};
  EXPECT_THAT(end_of_fruitless(attempt).error,
              ::testing::AllOf(::testing::HasSubstr("3 attempts"), ::testing::HasSubstr("set LOOK_TOKEN")));
  attempt.problem = failed("tool.unknown", "no tool 'x'");
  EXPECT_EQ(end_of_fruitless(attempt).error, "no tool 'x'") << "one attempt would have been enough";
}

}  // namespace
}  // namespace executus::run
