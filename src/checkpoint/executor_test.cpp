// Runs of an executor whose host keeps snapshots.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/checkpoint/memory_snapshots.hpp>
#include <executus/checkpoint/snapshot_factory.hpp>

#include "checkpoint/snapshot_host_test.hpp"

namespace executus::checkpoint {
namespace {

using run::calls;
using run::Harness;
using run::says;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(Snapshots, BeginOncePerRunAndEndWithIt) {  // [CK-01] [CK-22]
  SnapshotHost run(two_steps());
  EXPECT_TRUE(run.run("a").ok());
  EXPECT_TRUE(run.run("b").ok());
  EXPECT_THAT(run.counting.begun, ElementsAre("a", "b"));
  EXPECT_THAT(run.interrupted(), IsEmpty());
  run.counting.absent = true;
  EXPECT_TRUE(run.run("c").ok()) << "null: the run is not durable";
}

class WarningLines final : public Logger {
 public:
  void log(LogLevel level, std::string_view message) noexcept override {
    if (level == LogLevel::warn) lines.emplace_back(message);
  }
  std::vector<std::string> lines;
};

TEST(Snapshots, ABeginThatFailsRefusesTheRunUnlessBestEffortWasAskedFor) {  // [CK-02]
  SnapshotHost run(two_steps());
  WarningLines warnings;
  auto before = run.configure;
  run.reconfigure([&](ExecutorConfig& config) {
    before(config);
    config.logger = &warnings;
  });
  run.counting.refuses = true;
  EXPECT_EQ(run.run().status, RunStatus::error);
  EXPECT_THAT(run.model->requests, IsEmpty());
  EXPECT_THAT(warnings.lines, IsEmpty()) << "its outcome says it";
  run.on_failure = OnBeginFailure::best_effort;
  run.new_process();
  EXPECT_TRUE(run.run().ok());
  EXPECT_THAT(warnings.lines, ElementsAre(AllOf(HasSubstr("run run"), HasSubstr("the place is full"))));
  EXPECT_THAT(run.interrupted(), IsEmpty());
}

TEST(Snapshots, AnInterruptedRunGoesOnUnderItsOwnRecord) {  // [CK-03] [CK-09] [CK-15] [DUR-11] [HOST-02]
  SnapshotHost run(two_steps());
  run.interrupt_in_tool();
  ASSERT_THAT(run.interrupted(), SizeIs(1));
  auto record = run.interrupted()[0];
  auto asked = run.model->requests.size();
  run.counting.begun.clear();
  auto outcome = run.resume(record);
  ASSERT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_THAT(run.counting.begun, IsEmpty()) << "the record it has wins over a new one";
  EXPECT_EQ(run.model->requests.size(), asked + 1) << "nothing finished is asked again";
  EXPECT_EQ(outcome.iterations, 3);
  EXPECT_THAT(run.interrupted(), IsEmpty());
}

struct Helpers final : SubAgents {
  std::optional<SubAgent> skill(std::string_view, std::string_view) override { return std::nullopt; }
  std::optional<SubAgent> agent(std::string_view name, std::string_view) override {
    Agent helper;
    helper.name = name;
    helper.id = "helper-1";
    helper.system_prompt = "help";
    helper.model = "thinking";
    helper.root = "/";
    return SubAgent{helper, {}};
  }
};

TEST(Snapshots, AreBegunWithWhoAsksForWhatAndWhoseChildItIs) {  // [CK-01] [CK-20] [RUN-26] [RUN-27]
  SnapshotHost run([](const llm::Request& request, std::size_t turn) {
    bool calls_helper = turn == 0 && request.system.find("help") == std::string::npos;
    return calls_helper ? calls({{"c", "agent__helper", R"({"prompt":"look into it"})"}}) : says("done");
  });
  Helpers sub_agents;
  auto before = run.configure;
  run.reconfigure([&](ExecutorConfig& config) {
    before(config);
    config.ports.sub_agents = &sub_agents;
  });
  run.agent.id = "agent-7";
  run.agent.model = "smart";
  run.agent.agents = {"helper"};
  auto invocation = run.invocation("run");
  invocation.caller = "me";
  invocation.channel = "ops";
  invocation.attributes = {{"guild_id", "home"}};
  invocation.parent = *RunId::parse("above");
  invocation.inputs = {{"prompt", "please"}};
  ASSERT_TRUE(run.loop.run(run.executor->run(run.agent, invocation)).ok());
  ASSERT_THAT(run.counting.infos, SizeIs(2));
  const auto& parent = run.counting.infos[0];
  EXPECT_EQ(parent.run.str() + " " + parent.subject + " " + parent.name, "run agent-7 test");
  EXPECT_EQ(parent.caller + " " + parent.channel + " " + parent.attributes.at("guild_id"), "me ops home");
  EXPECT_EQ(parent.parent.str(), "above");
  EXPECT_EQ(parent.model_tier + " " + parent.model, "smart test/model");
  EXPECT_EQ(parent.inputs.at("prompt").as_string(), "please");
  const auto& child = run.counting.infos[1];
  EXPECT_EQ(child.subject + " " + child.name + " " + child.parent.str(), "helper-1 helper run");
  EXPECT_EQ(child.caller + " " + child.channel + " " + child.attributes.at("guild_id"), "me ops home");
  EXPECT_EQ(child.model_tier + " " + child.model, "thinking test/model");
}

TEST(Snapshots, AreBegunWithTheFallbackTierWhenNothingElseWasAskedFor) {  // [RUN-27]
  SnapshotHost run(two_steps());
  EXPECT_TRUE(run.run().ok());
  EXPECT_EQ(run.counting.infos.at(0).model_tier, "fast");
}

// Stands before a throttled checkpointer and counts what the kernel hands over.
struct ThrottledFactory final : CheckpointerFactory {
  struct Counting final : RunWriter {
    Counting(ThrottledFactory& f, std::unique_ptr<RunWriter> i) : factory(f), inner(std::move(i)) {}
    Task<journal::Appended> append(std::vector<journal::Entry> entries, Durable when, Boundary boundary,
                                   std::vector<std::int64_t> consume) override {
      for (const auto& entry : entries) {
        factory.steps += std::holds_alternative<journal::Responded>(entry.payload);
        factory.results += std::holds_alternative<journal::Settled>(entry.payload);
      }
      return inner->append(std::move(entries), when, boundary, std::move(consume));
    }
    Task<journal::Appended> complete(std::vector<journal::Entry> entries, std::vector<std::int64_t> consume) override {
      return inner->complete(std::move(entries), std::move(consume));
    }
    Task<journal::Appended> fail(std::vector<journal::Entry> entries, std::vector<std::int64_t> consume) override {
      return inner->fail(std::move(entries), std::move(consume));
    }
    Task<journal::Appended> park(std::vector<journal::Entry> entries, std::vector<std::int64_t> consume) override {
      return inner->park(std::move(entries), std::move(consume));
    }
    Task<void> leave(journal::Attempt attempt) override { return inner->leave(attempt); }
    Task<std::vector<journal::Command>> inbox() override { return inner->inbox(); }
    Dispatch may_dispatch() const override { return inner->may_dispatch(); }
    ThrottledFactory& factory;
    std::unique_ptr<RunWriter> inner;
  };
  ThrottledFactory(SnapshotStore& store, Milliseconds throttle, const Clock& clock) : inner(&store, throttle, clock) {}
  Task<std::unique_ptr<RunWriter>> begin(RunInfo info) override {
    auto checkpointer = co_await inner.begin(std::move(info));
    co_return std::make_unique<Counting>(*this, std::move(checkpointer));
  }
  SnapshotFactory inner;
  int steps = 0, results = 0;
};

// As many steps as are asked for, none of which takes any time.
struct QuickHost : Harness {
  explicit QuickHost(Milliseconds throttle)
      : Harness([](std::size_t turn) {
          return turn < 5 ? calls({{"c", "look", R"({"n":)" + std::to_string(turn) + "}"}}) : says("done");
        }),
        factory(store, throttle, loop.clock()) {
    add_tool("look", tool::Effect::pure);
    reconfigure([this](ExecutorConfig& config) {
      config.ports.journal = nullptr;
      config.ports.checkpointers = &factory;
    });
  }
  std::vector<int> saved_steps() const {
    std::vector<int> steps;
    for (const auto& checkpoint : store.saved) steps.push_back(checkpoint.past.iteration);
    return steps;
  }
  FlakySnapshots store;
  ThrottledFactory factory;
};

TEST(Snapshots, TheKernelHandsEveryStepOverAndTheCheckpointerLeavesSomeOut) {  // [CK-07] [CK-23]
  QuickHost run(Milliseconds(3'600'000));
  EXPECT_TRUE(run.run().ok());
  EXPECT_EQ(run.factory.steps, 6) << "no step is left out by the kernel, whatever is then saved";
  EXPECT_EQ(run.factory.results, 5);
  EXPECT_THAT(run.saved_steps(), ElementsAre(1));
}

TEST(Snapshots, OfARunThatIsNotThrottledHaveEveryStepWithItsTranscript) {  // [CK-04]
  QuickHost run(Milliseconds(0));
  EXPECT_TRUE(run.run().ok());
  EXPECT_THAT(run.saved_steps(), ElementsAre(1, 2, 3, 4, 5, 6));
  for (std::size_t i = 0; i < 5; ++i)
    EXPECT_EQ(run.store.saved[i].messages.size(), 3 + 2 * i) << "the question, and a call and its result for each step";
}

TEST(Snapshots, APhaseThatWasInterruptedStartsAgain) {  // [CK-10] [CK-11] [CK-12]
  SnapshotHost run([](const llm::Request& request, std::size_t turn) {
    if (turn == 0) return calls({{"c", "look", R"({"phase":")" + request.system + "\"}"}});
    return says(request.system + "!");
  });
  run.agent.phases = {{"one", "1"}, {"two", "2 {{one}}"}};
  run.interrupt_in_tool();
  ASSERT_THAT(run.interrupted(), SizeIs(1));
  auto record = run.interrupted()[0];
  ASSERT_THAT(record.past.phases, SizeIs(1));
  auto asked = run.model->requests.size();
  auto outcome = run.resume(record);
  ASSERT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_EQ(outcome.output, "2 1!!");
  EXPECT_EQ(run.model->requests[asked].messages.size(), 1u) << "from its beginning";
  EXPECT_EQ(run.model->requests[asked].system, "2 1!") << "with the output of the one before";
  std::set<std::string> keys;
  for (const auto& [key, times] : run.world.dispatches) keys.insert(key);
  EXPECT_GE(keys.size(), 2u) << "no call of one phase has the key of another's";
}

TEST(Snapshots, ARecoveredRunThatCannotEvenStartIsClosed) {  // [CK-17] [DUR-14]
  SnapshotHost run(two_steps());
  run.interrupt_in_tool();
  auto record = run.interrupted()[0];
  struct Broke final : Budget {
    Task<std::optional<std::string>> check(RunInfo) override { co_return std::optional<std::string>("no money"); }
    Task<void> commit(RunInfo, Milliseconds) override { co_return; }
  } broke;
  auto before = run.configure;
  run.reconfigure([&](ExecutorConfig& config) {
    before(config);
    config.ports.budget = &broke;
  });
  EXPECT_EQ(run.resume(record).status, RunStatus::error);
  EXPECT_THAT(run.interrupted(), IsEmpty()) << "else it would be tried at every boot";
}

}  // namespace
}  // namespace executus::checkpoint
