// Calls that have to wait for their turn: a call that is given up before it began was not sent, and is not in doubt.
#include <gtest/gtest.h>

#include "run/harness_test.hpp"

namespace executus::run {
namespace {

constexpr Milliseconds kWindow{5'000};

// A tool whose calls wait in line, all of them, until the test gives them their turn.
class QueueingTool final : public tool::Tool {
 public:
  QueueingTool(std::string name, tool::Effect effect) {
    info_.spec = {std::move(name), "Waits for its turn.", {{"type", "object"}}};
    info_.effect = effect;
    info_.timeout = Milliseconds(1'000);
    info_.begins = tool::Begins::in_turn;
    info_.order = tool::Order::parallel;
  }
  const tool::ToolInfo& info() const override { return info_; }

  Task<tool::Outcome> call(tool::Call call) override {
    ++called;
    WithdrawOnCancel given_up(*(co_await this_task()).scope, call.permit);
    auto turn = turns.emplace_back();
    bool gave_up = false;
    try {
      co_await turn.wait();
    } catch (const Cancelled&) {
      if (!fails_when_given_up) throw;
      gave_up = true;
    }
    if (gave_up) co_return tool::Failed{"nothing was sent"};
    if (!call.permit->begin()) throw std::logic_error("it had its turn after it was given up");
    ++begun;
    if (then) co_await then->wait();
    tool::Outcome outcome = answer;
    co_return outcome;
  }

  std::vector<OneShot<>> turns;
  std::optional<OneShot<>> then;  // once they have begun they wait for this
  tool::Outcome answer = tool::Done{"did it", {}};
  bool fails_when_given_up = false;  // as a connection does that is broken off
  int called = 0, begun = 0;

 private:
  tool::ToolInfo info_;
};

struct QueueingRun : Harness {
  explicit QueueingRun(tool::Effect effect)
      : Harness([](std::size_t turn) {
          return turn == 0 ? calls({{"a", "charge", "{}"}, {"b", "charge", "{}"}}) : says("done");
        }),
        tool(std::make_shared<QueueingTool>("charge", effect)) {
    add(tool);
    reconfigure([](ExecutorConfig& config) { config.defaults.drain_window = kWindow; });
    group.emplace(loop);
    run = group->spawn(detail::fulfil(executor->run(agent, invocation("run")), promise));
    loop.run_ready();
  }
  ~QueueingRun() {  // so that a test that fails ends
    cancel(Cause::caller);
    loop.advance(kWindow);
  }
  void cancel(Cause cause) {
    run.cancel({cause, "as the test says"});
    loop.run_ready();
  }
  bool is_over() { return outcome.wait_for(std::chrono::seconds(0)) == std::future_status::ready; }
  std::vector<llm::CallState> states() {
    std::vector<llm::CallState> states;
    for (const auto& call : outcome.get().tool_calls) states.push_back(call.state);
    return states;
  }

  std::shared_ptr<QueueingTool> tool;
  std::promise<RunOutcome> promise;
  std::future<RunOutcome> outcome = promise.get_future();
  std::optional<RootGroup> group;
  RootHandle run;
};

using enum llm::CallState;
using States = std::vector<llm::CallState>;

TEST(InTurn, TheClockOfACallBeginsWithTheCall) {  // [DUR-05]
  QueueingRun h(tool::Effect::irreversible);
  ASSERT_EQ(h.tool->called, 2);

  h.loop.advance(std::chrono::seconds(10));  // ten times the tool's time
  EXPECT_FALSE(h.is_over()) << "nothing is in doubt";
  for (auto& turn : h.tool->turns) turn.set();
  h.loop.run_ready();

  ASSERT_TRUE(h.is_over());
  EXPECT_EQ(h.states(), (States{done, done}));
}

TEST(InTurn, WhatIsCancelledBeforeItBeganWasNotSent) {  // [DUR-05]
  for (auto cause : {Cause::caller, Cause::kill, Cause::deadline, Cause::shutdown}) {
    SCOPED_TRACE(to_string(cause));
    QueueingRun h(tool::Effect::irreversible);

    h.cancel(cause);

    ASSERT_TRUE(h.is_over()) << "it does not wait for the drain window";
    EXPECT_EQ(h.states(), (States{not_dispatched, not_dispatched}));
    for (auto& turn : h.tool->turns) turn.set();
    h.loop.run_ready();
    EXPECT_EQ(h.tool->begun, 0);
  }
}

TEST(InTurn, AFailureOfWhatWasCancelledBeforeItBeganIsNoOutcome) {  // [DUR-05] [DUR-27]
  for (auto effect : {tool::Effect::keyed, tool::Effect::idempotent}) {
    QueueingRun h(effect);
    h.tool->fails_when_given_up = true;

    h.cancel(Cause::shutdown);

    ASSERT_TRUE(h.is_over());
    for (auto state : h.states()) EXPECT_FALSE(is_settled(state)) << to_string(effect);
  }
}

TEST(InTurn, WhatHasBegunIsLetFinishAndWhatHasNotIsNot) {  // [DUR-27]
  QueueingRun h(tool::Effect::irreversible);
  h.tool->then.emplace();
  h.tool->turns[0].set();
  h.loop.run_ready();

  h.cancel(Cause::shutdown);
  EXPECT_FALSE(h.is_over());
  h.tool->turns[1].set();
  h.loop.run_ready();
  EXPECT_EQ(h.tool->begun, 1) << "nothing begins any more";
  h.tool->then->set();
  h.loop.run_ready();

  ASSERT_TRUE(h.is_over());
  EXPECT_EQ(h.states(), (States{done, not_dispatched}));
}

TEST(InTurn, ACancelledRunTakenUpAgainSendsWhatWasNotSent) {  // [DUR-08]
  QueueingRun h(tool::Effect::irreversible);
  h.cancel(Cause::shutdown);
  ASSERT_TRUE(h.is_over());

  h.new_process();
  std::promise<RunOutcome> promise;
  auto row = h.loop.run(h.store->inner().find(*RunId::parse("run")));
  auto claimed = h.loop.run(h.store->inner().claim(row->id, row->epoch));
  ManualGroup group(h.loop);
  group.spawn(detail::fulfil(h.executor->resume(std::move(*claimed)), promise));
  h.loop.run_ready();
  for (auto& turn : h.tool->turns) turn.set();
  h.loop.run_ready();

  EXPECT_TRUE(promise.get_future().get().ok());
  EXPECT_EQ(h.tool->begun, 2);
}

// The first attempt may have happened, so giving up the second in its line settles nothing.
TEST(InTurn, ARepeatThatIsGivenUpLeavesTheFirstAttemptInDoubt) {  // [DUR-05]
  QueueingRun h(tool::Effect::keyed);
  h.tool->answer = tool::Unknown{"504"};
  h.tool->turns[0].set(), h.tool->turns[1].set();
  h.loop.run_ready();
  h.loop.advance(std::chrono::seconds(1));
  ASSERT_EQ(h.tool->turns.size(), 4u) << "both are in line again";

  h.cancel(Cause::caller);

  ASSERT_TRUE(h.is_over());
  EXPECT_EQ(h.states(), (States{in_doubt, in_doubt}));
}

}  // namespace
}  // namespace executus::run
