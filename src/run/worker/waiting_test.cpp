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
  // Likewise, in any number of runs.
  void sleeps_in_each_run() {
    calls_tool("nap", tool::Effect::pure).sees_outcome = [](const tool::Call& call) -> tool::Outcome {
      if (!call.woken()) return tool::ParkFor{minutes(5)};
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

// Each answer is taken in as it comes, which counts as progress and sends nothing: the batch goes on once, with the
// last.
TEST_F(WorkerAndRunsThatWait, AnswersOfABatchAreTakenInOneByOneAndItGoesOnOnce) {  // [API-11] [DUR-32] [DUR-36]
  h.add_tool("act", tool::Effect::irreversible);
  h.agent.permissions.ask = {"act"};
  answer = [](std::size_t turn) {
    return turn == 0 ? calls({{"a", "act", "{}"}, {"b", "act", R"({"n":2})"}, {"c", "act", R"({"n":3})"}})
                     : says("done");
  };
  submit("run");
  work({.max_attempts = 1});
  h.loop.advance(seconds(1));

  for (const char* call : {"c", "b", "a"}) {
    EXPECT_EQ(reason("run"), "approval");
    EXPECT_EQ(h.total_effects(), 0) << "before " << call;
    EXPECT_THAT(h.model->asked, ElementsAre(std::pair(0u, 1)));
    (void)h.loop.run(answer_approval(*h.store, *RunId::parse("run"), call, Approval::approved, {}));
    h.loop.advance(seconds(2));
    EXPECT_EQ(row("run").fruitless, 0);
  }

  EXPECT_EQ(status("run"), RunStatus::ok);
  EXPECT_EQ(h.total_effects(), 3);
  EXPECT_THAT(h.model->asked, ElementsAre(std::pair(0u, 1), std::pair(1u, 1)));
}

// Those that are due at once cost about as many claims, and not a look through the store for each.
TEST_F(WorkerAndRunsThatWait, ThatAreDueAtOnceAreWokenOnceEachInFewLooks) {  // [API-11] [DUR-43]
  constexpr std::size_t kMany = 100;
  sleeps_in_each_run();
  for (std::size_t i = 0; i < kMany; ++i) submit("r" + std::to_string(i));
  WorkOptions options{.concurrency = 10, .starts_per_second = 0};
  work(std::move(options));
  h.loop.advance(minutes(1));
  ASSERT_EQ(told<RunLetGo>().size(), kMany) << "all are asleep";
  auto looks = told<Looked>().size(), rows = h.store->rows_offered;

  h.loop.advance(minutes(5));

  auto gone = told<RunLetGo>();
  auto ended = std::ranges::count_if(gone, [](const RunLetGo& one) { return one.outcome.ok(); });
  EXPECT_EQ(static_cast<std::size_t>(ended), kMany);
  EXPECT_EQ(order_of_starts().size(), 2 * kMany) << "each is taken up once to sleep, and once to end";
  EXPECT_LE(told<Looked>().size() - looks, 5 * 60 + 5 * kMany / options.concurrency);
  EXPECT_LE(h.store->rows_offered - rows, 4 * kMany);
}

// The process that put them to sleep is gone. Two hundred, since this journal looks at all runs for each question;
// ten thousand are woken by recover() in tests/conformance/many_sleepers_test.cpp.
TEST_F(WorkerAndRunsThatWait, TwoHundredAreWokenOnceEachAfterARestart) {  // [API-11] [DUR-43]
  constexpr std::size_t kMany = 200;
  std::map<RunId, int> woken;
  calls_tool("nap", tool::Effect::pure).sees_outcome = [&woken](const tool::Call& call) -> tool::Outcome {
    if (!call.woken()) return tool::ParkFor{minutes(5)};
    ++woken[call.run];
    return tool::Done{"slept", {}};
  };
  h.agent.durability = Durability::relaxed;
  for (std::size_t i = 0; i < kMany; ++i) ASSERT_EQ(h.run("r" + std::to_string(i)).reason, "timer");
  h.new_process();
  h.store->is_mute = true;

  work({.concurrency = 64, .scan = minutes(1), .starts_per_second = 0});
  h.loop.advance(minutes(4));
  EXPECT_EQ(woken.size(), 0u);
  h.loop.advance(minutes(2));

  EXPECT_EQ(woken.size(), kMany);
  EXPECT_TRUE(std::ranges::all_of(woken, [](const auto& each) { return each.second == 1; }));
  EXPECT_EQ(told<RunTakenUp>().size(), kMany);
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
