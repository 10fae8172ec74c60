// Runs that wait, and a worker: it goes on with them when what they wait for has come, and leaves without them.
#include <executus/run/answering.hpp>

#include "run/family_test.hpp"
#include "run/worker/worked_test.hpp"

namespace executus::run {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::ElementsAre;

class WorkerAndRunsThatWait : public Worked {
 protected:
  // The model calls this tool once.
  EffectTool& calls_tool(std::string name, tool::Effect effect) {
    answer = [name](std::size_t turn) { return turn == 0 ? calls({{"c", name, "{}"}}) : says("done"); };
    return h.add_tool(std::move(name), effect);
  }
  // Its call sleeps for five minutes, once.
  void sleeps() {
    auto& nap = calls_tool("nap", tool::Effect::pure);
    nap.act = [slept = false]() mutable -> tool::Outcome {
      if (!std::exchange(slept, true)) return tool::ParkFor{minutes(5)};
      return tool::Done{"slept", {}};
    };
  }
  std::string reason(const std::string& id) { return row(id).reason; }
};

TEST_F(WorkerAndRunsThatWait, AnAnsweredApprovalIsTakenUp) {  // [API-11] [DUR-32]
  calls_tool("act", tool::Effect::irreversible);
  h.agent.permissions.ask = {"act"};
  submit("run");
  work();
  h.loop.advance(minutes(1));
  ASSERT_EQ(reason("run"), "approval");
  EXPECT_THAT(order_of_starts(), ElementsAre("run")) << "unanswered, it is not taken up again and again";

  (void)h.loop.run(answer_approval(*h.store, *RunId::parse("run"), "", Approval::approved, {}));
  h.loop.advance(seconds(1));

  EXPECT_EQ(status("run"), RunStatus::ok);
  EXPECT_EQ(h.total_effects(), 1);
  EXPECT_THAT(order_of_starts(), ElementsAre("run", "run"));
}

TEST_F(WorkerAndRunsThatWait, ATimerThatIsDueIsTakenUp) {  // [API-11] [DUR-43]
  sleeps();
  submit("run");
  work();
  h.loop.advance(minutes(5) - seconds(1));
  ASSERT_EQ(reason("run"), "timer");
  EXPECT_THAT(order_of_starts(), ElementsAre("run")) << "asleep, it is not taken up";

  h.loop.advance(seconds(2));

  EXPECT_EQ(status("run"), RunStatus::ok);
  EXPECT_THAT(order_of_starts(), ElementsAre("run", "run"));
}

// Nor does it wake one whose time comes while it drains.
TEST_F(WorkerAndRunsThatWait, ADrainDoesNotWaitForASleeper) {  // [DUR-27] [DUR-43]
  sleeps();
  submit("asleep");
  auto& worker = work();
  h.loop.advance(seconds(1));
  ASSERT_EQ(reason("asleep"), "timer");
  hold_runs();
  submit("in-a-call");
  h.loop.advance(seconds(2));

  worker.drain(minutes(30));
  h.loop.advance(minutes(10));
  EXPECT_FALSE(summary.has_value()) << "a call is in the middle";
  let_go_all();

  ASSERT_TRUE(summary.has_value());
  EXPECT_EQ(summary->waits, 1u);
  EXPECT_EQ(summary->left, 1u);
  EXPECT_EQ(reason("asleep"), "timer");
  EXPECT_THAT(order_of_starts(), ElementsAre("asleep", "in-a-call"));
}

// The child waits to ask its model again: it is in the middle of nothing, and neither is the run above it.
TEST_F(WorkerAndRunsThatWait, ADrainLeavesAParentAndItsChildAtOnce) {  // [DUR-27] [DUR-29]
  answer = [this](std::size_t) -> llm::Response {
    if (h.model->requests.back().system.starts_with("child"))
      throw llm::ModelError(llm::Failure::transient, "model.overloaded", "try again later");
    return calls({{"c", "agent__researcher", R"({"prompt":"find out"})"}});
  };
  h.agent.sub_agents = {named("researcher", "child")};
  submit("parent");
  auto& worker = work();
  h.loop.advance(Milliseconds(500));
  ASSERT_EQ(h.model->requests.size(), 2u);

  worker.drain(minutes(30));
  h.loop.run_ready();

  ASSERT_TRUE(summary.has_value());
  EXPECT_EQ(summary->left, 1u);
  journal::RunFilter all;
  for (const auto& left : h.loop.run(h.store->inner().list(all))) {
    EXPECT_EQ(left.status, RunStatus::running) << left.agent;
    EXPECT_EQ(left.worker, "") << left.agent << ": it was given back";
    EXPECT_EQ(left.fruitless, 0) << left.agent << ": that does not count";
  }
}

// Cut, the call would be paid for again. The run above waits for its child, which keeps the window open.
TEST_F(WorkerAndRunsThatWait, ADrainGivesACallOfAChildItsWindow) {  // [DUR-27] [DUR-29]
  hold_runs();
  answer = [this](std::size_t) {
    const auto& request = h.model->requests.back();
    if (request.messages.size() > 1) return says("done");
    if (request.system.starts_with("child")) return calls({{"c", "gate", "{}"}});
    return calls({{"c", "agent__researcher", R"({"prompt":"find out"})"}});
  };
  auto child = named("researcher", "child");
  child.tools = {"gate"};
  h.agent.sub_agents = {child};
  submit("parent");
  auto& worker = work();
  h.loop.advance(Milliseconds(500));
  ASSERT_EQ(h.model->requests.size(), 2u);

  worker.drain(seconds(30));
  h.loop.advance(seconds(10));
  EXPECT_FALSE(summary.has_value()) << "the call is in the middle";
  let_go_all();

  ASSERT_TRUE(summary.has_value());
  auto left = h.loop.run(h.store->inner().below(*RunId::parse("parent"), 1));
  ASSERT_EQ(left.size(), 1u);
  EXPECT_EQ(h.kinds(left[0].id.str()).back(), "settled");
  EXPECT_EQ(left[0].worker + row("parent").worker, "") << "both were given back";
  EXPECT_EQ(h.model->requests.size(), 2u) << "and neither took another step";
}

}  // namespace
}  // namespace executus::run
