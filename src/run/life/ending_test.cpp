#include "run/life/ending.hpp"

#include <gtest/gtest.h>

namespace executus::run {
namespace {

Stop loop_ended(agent::LoopEnd end) {
  Stop stop;
  stop.end = end;
  stop.max_iterations = 12;
  return stop;
}

Stop cancelled(Cause cause) {
  Stop stop;
  stop.cancelled = cause;
  stop.error = Cancelled({cause, ""});
  return stop;
}

Stop broken(std::string code) {
  Stop stop;
  stop.error = failed(std::move(code), "it broke");
  return stop;
}

Ending end(Stop stop) { return decide_ending(stop, OnModelUnavailable::park); }

TEST(Ending, CompletesAnAnsweredRun) {  // [CK-14]
  EXPECT_EQ(end(loop_ended(agent::LoopEnd::answered)).how, StayEnd::complete);
}

TEST(Ending, LeavesTheRunForRecoveryOnShutdown) {  // [CK-15]
  auto ending = end(cancelled(Cause::shutdown));
  EXPECT_EQ(ending.how, StayEnd::leave);
  EXPECT_EQ(ending.attempt, journal::Attempt::does_not_count) << "a hand-back is no failed attempt";
}

struct Case {
  Stop stop;
  RunStatus status;
};

// Where the run is kept, a later attempt may find it.
TEST(Ending, LeavesTheRunWhoseSourceIsAwayAsAnAttempt) {  // [MCP-05] [DUR-12]
  auto stop = broken("tool.source_unavailable");
  stop.source_away = true;
  EXPECT_EQ(end(stop).how, StayEnd::leave);
  EXPECT_EQ(end(stop).attempt, journal::Attempt::counts);
  stop.can_wait = false;
  EXPECT_EQ(end(stop).how, StayEnd::fail);
}

TEST(Ending, FailsWithTheStatusOfItsCause) {  // [CK-16]
  for (const auto& [stop, status] :
       {Case{cancelled(Cause::deadline), RunStatus::timeout}, Case{cancelled(Cause::caller), RunStatus::cancelled},
        Case{cancelled(Cause::kill), RunStatus::killed}, Case{loop_ended(agent::LoopEnd::max_steps), RunStatus::error},
        Case{loop_ended(agent::LoopEnd::tool_loop), RunStatus::error}, Case{broken("model.auth"), RunStatus::error}}) {
    auto ending = end(stop);
    EXPECT_EQ(ending.how, StayEnd::fail);
    EXPECT_EQ(ending.status, status);
  }
}

TEST(Ending, OfACutOrRefusedAnswerIsAnErrorUnlessOneWasSubmitted) {  // [CK-16] [RUN-39]
  for (auto [how, code] : {std::pair(agent::LoopEnd::cut, "model.cut"), {agent::LoopEnd::refused, "model.refused"}}) {
    auto stop = loop_ended(how);
    stop.recovered = true;  // by a process that had nothing left to do but this
    EXPECT_EQ(end(stop).how, StayEnd::fail);
    EXPECT_EQ(end(stop).status, RunStatus::error);
    EXPECT_EQ(end(stop).code, code);
    stop.submitted = true;
    EXPECT_EQ(end(stop).how, StayEnd::complete);
  }
}

TEST(Ending, ParksARunInDoubt) {  // [CK-16]
  EXPECT_EQ(end(loop_ended(agent::LoopEnd::parked)).how, StayEnd::park);
  EXPECT_FALSE(end(loop_ended(agent::LoopEnd::parked)).pause);
}

TEST(Ending, TouchesNothingWhenOwnershipIsLost) {  // [CK-16]
  EXPECT_EQ(end(cancelled(Cause::ownership_lost)).how, StayEnd::disown);
}

TEST(Ending, LeavesTheRunWhenTheStoreStaysAway) {  // [CK-16]
  Stop stop = broken("store.unavailable");
  stop.store_away = true;
  EXPECT_EQ(end(stop).how, StayEnd::leave);
  EXPECT_EQ(end(stop).attempt, journal::Attempt::does_not_count);
}

TEST(Ending, ParksOrFailsWhenTheModelStaysAway) {
  Stop stop = broken("model.unreachable");
  stop.model_away = true;
  auto parked = decide_ending(stop, OnModelUnavailable::park);
  EXPECT_EQ(parked.how, StayEnd::park);
  EXPECT_TRUE(parked.pause) << "for the provider, not for a call";
  EXPECT_EQ(decide_ending(stop, OnModelUnavailable::fail).how, StayEnd::fail);
}

TEST(Ending, SleepsAsLongAsTheProviderSays) {  // [DUR-40]
  using std::chrono::hours, std::chrono::minutes;
  for (auto [said, pause] :
       {std::pair<Milliseconds, Milliseconds>{0, minutes(1)}, {minutes(2), minutes(2)}, {hours(1'000), hours(24)}}) {
    Stop stop = broken("model.rate_limited");
    stop.model_away = true;
    stop.model_back_in = said;
    EXPECT_EQ(end(stop).pause, pause);
  }
}

TEST(Ending, CountsARecoveryThatCannotStartAsAnAttempt) {
  Stop stop = broken("model.auth");
  stop.recovered = true;
  auto ending = end(stop);
  EXPECT_EQ(ending.how, StayEnd::leave);
  EXPECT_EQ(ending.attempt, journal::Attempt::counts);
  stop.progressed = true;
  EXPECT_EQ(end(stop).how, StayEnd::fail);
}

}  // namespace
}  // namespace executus::run
