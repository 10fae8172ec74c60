#include "run/calls/settle.hpp"

#include <gtest/gtest.h>

#include "run/record/backoff.hpp"

namespace executus::run {
namespace {

using llm::CallState;
using tool::Effect;

CallAction after_crash(Effect effect, OnInDoubt policy = OnInDoubt::park) {
  return next_action(CallState::dispatched, effect, {}, policy);
}

TEST(Settle, DispatchesWhatWasNeverSent) {  // [DUR-08]
  for (auto effect : {Effect::pure, Effect::idempotent, Effect::keyed, Effect::probeable, Effect::irreversible})
    for (auto state : {CallState::pending, CallState::not_dispatched})
      EXPECT_EQ(next_action(state, effect, {}, OnInDoubt::park), CallAction::dispatch);
}

TEST(Settle, GoesByEffectClassWhenTheOutcomeIsUnknown) {  // [DUR-05]
  EXPECT_EQ(after_crash(Effect::pure), CallAction::dispatch);
  EXPECT_EQ(after_crash(Effect::idempotent), CallAction::dispatch);
  EXPECT_EQ(after_crash(Effect::keyed), CallAction::dispatch);
  EXPECT_EQ(after_crash(Effect::probeable), CallAction::probe);
  EXPECT_EQ(after_crash(Effect::irreversible), CallAction::in_doubt);
}

TEST(Settle, FollowsThePolicyWhenNobodyCanKnow) {  // [DUR-07]
  EXPECT_EQ(after_crash(Effect::irreversible, OnInDoubt::park), CallAction::in_doubt);
  EXPECT_EQ(after_crash(Effect::irreversible, OnInDoubt::tell_model), CallAction::tell_model);
  EXPECT_EQ(after_crash(Effect::irreversible, OnInDoubt::retry), CallAction::dispatch);
}

TEST(Settle, TreatsALiveTimeoutLikeACrash) {  // [DUR-05]
  Tries timed_out{1, 0};
  EXPECT_EQ(next_action(CallState::dispatched, Effect::irreversible, timed_out, OnInDoubt::park), CallAction::in_doubt);
  EXPECT_EQ(next_action(CallState::pending, Effect::idempotent, timed_out, OnInDoubt::park), CallAction::dispatch);
}

TEST(Settle, AsksAPersonWhenSafeRepeatsBringNothing) {
  Tries many{kMaxTries, kMaxTries};
  EXPECT_EQ(next_action(CallState::pending, Effect::pure, many, OnInDoubt::park), CallAction::tell_model);
  EXPECT_EQ(next_action(CallState::pending, Effect::idempotent, many, OnInDoubt::park), CallAction::in_doubt);
  EXPECT_EQ(next_action(CallState::dispatched, Effect::keyed, many, OnInDoubt::park), CallAction::in_doubt);
  EXPECT_EQ(next_action(CallState::dispatched, Effect::probeable, many, OnInDoubt::park), CallAction::in_doubt);
}

TEST(Settle, DispatchesAgainWhatAProbeDenies) {  // [DUR-05]
  Tries denied{1, 0, true};
  EXPECT_EQ(next_action(CallState::dispatched, Effect::probeable, denied, OnInDoubt::park), CallAction::dispatch);
}

TEST(Settle, CountsDispatchesWhateverTheyWereFor) {
  Tries denied{kMaxTries, 0, true};
  EXPECT_EQ(next_action(CallState::dispatched, Effect::probeable, denied, OnInDoubt::park), CallAction::in_doubt);
  EXPECT_EQ(next_action(CallState::dispatched, Effect::probeable, denied, OnInDoubt::tell_model),
            CallAction::tell_model);
  for (auto effect : {Effect::idempotent, Effect::keyed, Effect::probeable, Effect::irreversible})
    EXPECT_EQ(next_action(CallState::dispatched, effect, {kMaxTries, kMaxTries, false}, OnInDoubt::retry),
              CallAction::in_doubt);
}

TEST(Settle, AsksTheProbeAfterTheLastDispatchToo) {
  EXPECT_EQ(next_action(CallState::dispatched, Effect::probeable, {kMaxTries, 0, false}, OnInDoubt::park),
            CallAction::probe);
}

TEST(Settle, TakesAFailureThatWasNotSentForTheCallsOwnOnlyWhenNothingWasSentBefore) {  // [DUR-05]
  using enum Earlier;
  auto failed = [](bool unsent) { return tool::Outcome(tool::Failed{"refused", unsent}); };
  EXPECT_TRUE(std::holds_alternative<tool::Unknown>(outcome_of_call(failed(true), may_have_happened)));
  EXPECT_TRUE(std::holds_alternative<tool::Failed>(outcome_of_call(failed(true), did_nothing)));
  EXPECT_TRUE(std::holds_alternative<tool::Failed>(outcome_of_call(failed(false), may_have_happened)));
  EXPECT_TRUE(std::holds_alternative<tool::Done>(outcome_of_call(tool::Done{"did it", {}}, may_have_happened)));
}

TEST(Settle, KnowsWhatMayHaveHappened) {  // [DUR-05] [DUR-08]
  llm::CallRecord call;
  EXPECT_FALSE(may_have_happened(call, CallState::pending, {}));
  EXPECT_TRUE(may_have_happened(call, CallState::dispatched, {}));
  EXPECT_TRUE(may_have_happened(call, CallState::pending, {1, 0}));
  EXPECT_FALSE(may_have_happened(call, CallState::dispatched, {1, 0, true})) << "as a probe said";
  call.repeated_in_doubt = true;
  EXPECT_TRUE(may_have_happened(call, CallState::not_dispatched, {}));
}

TEST(Backoff, DoublesUpToHalfAMinute) {
  EXPECT_EQ(backoff(1), Milliseconds(500));
  EXPECT_EQ(backoff(2), Milliseconds(1'000));
  EXPECT_EQ(backoff(100), Milliseconds(30'000));
}

TEST(Settle, CountsWhatIsCertainOfTheTimeSinceACallWasSent) {  // [DUR-05]
  MonoTime start{std::chrono::hours(1)};
  SettlingAt at{start + Milliseconds(9'000), start, {"a", Milliseconds(50'000)}};
  EXPECT_EQ(certain_age({}, {"a", Milliseconds(20'000)}, at), Milliseconds(30'000));
  EXPECT_EQ(certain_age({}, {"b", Milliseconds(20'000)}, at), Milliseconds(9'000)) << "before another start";
  EXPECT_EQ(certain_age({}, {}, at), Milliseconds(9'000)) << "of a version that did not write it down";
  Tries sent_here;
  sent_here.sent = start + Milliseconds(7'000);
  EXPECT_EQ(certain_age(sent_here, {"a", Milliseconds(20'000)}, at), Milliseconds(2'000));
}

}  // namespace
}  // namespace executus::run
