// A shutdown lets calls with effects that are in flight finish, and starts nothing new.
#include <gtest/gtest.h>

#include "run/harness_test.hpp"

namespace executus::run {
namespace {

constexpr Milliseconds kWindow{5'000};

llm::Response two_steps(std::size_t turn) {
  return turn == 0 ? calls({{"a", "act", "{}"}, {"b", "after", "{}"}}) : says("done");
}

Task<void> wait_for(OneShot<> release) { co_await release.wait(); }

// A run that hangs in its tool, or in both where they run side by side, until the test lets go.
struct HangingRun : Harness {
  explicit HangingRun(tool::Effect effect, tool::Order order = tool::Order::sequential)
      : Harness(two_steps), act(add_tool("act", effect)), after(add_tool("after", tool::Effect::irreversible)) {
    act.change().order = after.change().order = order;
    act.change().timeout = after.change().timeout = std::chrono::minutes(1);
    act.around = [this](OneShot<>) { return wait_for(release); };
    if (order == tool::Order::parallel) after.around = [this](OneShot<>) { return wait_for(release_after); };
    configure = [](ExecutorConfig& config) { config.defaults.drain_window = kWindow; };
    new_process();
    group.emplace(loop);
    run = group->spawn(detail::fulfil(executor->run(agent, invocation("run")), promise));
    loop.run_ready();
  }
  ~HangingRun() {  // so that a test that fails ends
    cancel(Cause::caller);
    loop.advance(kWindow);
  }
  void cancel(Cause cause) {
    run.cancel({cause, "as the test says"});
    loop.run_ready();
  }
  void let_go() {
    release.set();
    release_after.set();
    loop.run_ready();
  }
  bool is_over() { return outcome.wait_for(std::chrono::seconds(0)) == std::future_status::ready; }

  OneShot<> release, release_after;
  EffectTool& act;
  EffectTool& after;
  std::promise<RunOutcome> promise;
  std::future<RunOutcome> outcome = promise.get_future();
  std::optional<RootGroup> group;
  RootHandle run;
};

TEST(Drain, LetsACallWithEffectsFinish) {  // [DUR-27]
  for (auto effect : {tool::Effect::keyed, tool::Effect::probeable, tool::Effect::irreversible}) {
    SCOPED_TRACE(to_string(effect));
    HangingRun h(effect);

    h.cancel(Cause::shutdown);
    EXPECT_FALSE(h.is_over());
    h.loop.advance(kWindow - Milliseconds(1));
    EXPECT_FALSE(h.is_over());
    h.let_go();

    ASSERT_TRUE(h.is_over());
    auto left = h.outcome.get();
    EXPECT_EQ(left.status, RunStatus::running);
    EXPECT_EQ(left.tool_calls[0].state, llm::CallState::done);
    EXPECT_EQ(left.tool_calls[1].state, llm::CallState::pending) << "nothing new is started";
    EXPECT_EQ(h.total_effects(), 1);
    EXPECT_EQ(h.kinds().back(), "settled") << "and nothing is intended";
  }
}

TEST(Drain, TheRunGoesOnFromThereElsewhere) {  // [DUR-27]
  HangingRun h(tool::Effect::irreversible);
  h.cancel(Cause::shutdown);
  h.let_go();
  ASSERT_TRUE(h.is_over());

  h.new_process();
  auto outcome = h.recover();

  ASSERT_TRUE(outcome);
  EXPECT_TRUE(outcome->ok()) << outcome->reason;
  EXPECT_EQ(h.total_effects(), 2) << "each call once";
}

TEST(Drain, EndsWithItsWindow) {  // [DUR-27]
  HangingRun h(tool::Effect::irreversible);

  h.cancel(Cause::shutdown);
  h.loop.advance(kWindow);

  ASSERT_TRUE(h.is_over());
  auto left = h.outcome.get();
  EXPECT_EQ(left.status, RunStatus::running);
  EXPECT_EQ(left.tool_calls[0].state, llm::CallState::dispatched);
  EXPECT_EQ(h.loop.run(h.store->claimable({})).size(), 1u) << "it is anybody's at once";
  h.new_process();
  EXPECT_EQ(h.recover()->reason, "in_doubt");
}

TEST(Drain, IsForShutdownAlone) {
  for (auto cause : {Cause::caller, Cause::kill, Cause::deadline, Cause::ownership_lost}) {
    SCOPED_TRACE(to_string(cause));
    HangingRun h(tool::Effect::irreversible);

    h.cancel(cause);

    EXPECT_TRUE(h.is_over());
    EXPECT_EQ(h.total_effects(), 0);
  }
}

TEST(Drain, IsNotForCallsThatMayBeRepeated) {
  for (auto effect : {tool::Effect::pure, tool::Effect::idempotent}) {
    SCOPED_TRACE(to_string(effect));
    HangingRun h(effect);

    h.cancel(Cause::shutdown);

    EXPECT_TRUE(h.is_over());
  }
}

TEST(Drain, CoversCallsThatRunSideBySide) {  // [DUR-27]
  HangingRun h(tool::Effect::irreversible, tool::Order::parallel);

  h.cancel(Cause::shutdown);
  h.let_go();

  ASSERT_TRUE(h.is_over());
  auto left = h.outcome.get();
  EXPECT_EQ(left.status, RunStatus::running);
  for (const auto& call : left.tool_calls) EXPECT_EQ(call.state, llm::CallState::done);
}

// The signal comes while the intent is on its way to the disk: the call is not sent, and is not in doubt.
TEST(Drain, TakesBackAnIntentThatWasNotCarriedOut) {  // [DUR-27]
  CancelScope scope;
  EntryObserver observer([&](const journal::Entry& entry) {
    if (std::holds_alternative<journal::Intended>(entry.payload)) scope.cancel({Cause::shutdown, ""});
  });
  Harness h(two_steps);
  h.add_tool("act", tool::Effect::irreversible);
  h.add_tool("after", tool::Effect::irreversible);
  h.new_process(&observer);

  auto left = h.run_in(scope);

  EXPECT_EQ(left.status, RunStatus::running);
  EXPECT_EQ(left.tool_calls[0].state, llm::CallState::not_dispatched);
  EXPECT_EQ(h.total_effects(), 0);
  h.new_process();
  EXPECT_TRUE(h.recover()->ok());
  EXPECT_EQ(h.total_effects(), 2);
}

}  // namespace
}  // namespace executus::run
