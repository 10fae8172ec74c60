// `run --continue`: a new run that goes on from an ended one.
#include <csignal>
#include <utility>

#include <unistd.h>

#include <executus/executus.hpp>

#include "cli_program.hpp"

namespace executus::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class Continue : public CliProgram {
 protected:
  void SetUp() override { agent("a", "  - text: the db\n  - text: since noon\n  - text: for sure\n"); }
  // As a worker does it when its time comes.
  void run_by_a_schedule(const std::string& name) {
    RuntimeOptions options;
    options.database = (folder() / "state.db").string();
    options.agent_folders = {(folder() / "agents").string()};
    options.threads = 1;
    Runtime runtime(std::move(options));
    Invocation invocation;
    invocation.prompt = "by schedule";
    invocation.channel = journal::kScheduleChannel;
    auto agents = runtime.load_agent((folder() / "agents" / (name + ".yaml")).string());
    ASSERT_TRUE(runtime.run(agents.value().agent, std::move(invocation)).ok());
  }
  std::size_t messages(const std::string& id) { return show(id).at("messages").as_array().size(); }
};

TEST_F(Continue, GoesOnFromTheNamedRun) {  // [API-12] [DUR-46]
  ASSERT_EQ(run({"run", "a", "which?", "--run-id", "r1"}).exit, 0);

  auto next = run({"run", "a", "since when?", "--continue", "r1", "--run-id", "r2", "--json"});

  EXPECT_EQ(next.exit, 0) << next.err;
  EXPECT_EQ(next.json().at("output"), "since noon");
  EXPECT_EQ(next.json().at("continues"), "r1");
  EXPECT_EQ(next.json().at("iterations"), 1);
  EXPECT_TRUE(show("r1").at("continues").is_null());
  EXPECT_EQ(messages("r2"), 4u);
  EXPECT_EQ(show("r2").at("inherited_messages"), 2);
  EXPECT_THAT(run({"runs", "show", "r2"}).out, AllOf(HasSubstr("continues   r1"), HasSubstr("which?")));
  EXPECT_EQ(run({"runs", "list", "--json"}).json().as_array()[0].at("continues"), "r1");
}

TEST_F(Continue, TakesThisAgentsNewestRunThatACallerStarted) {  // [API-12]
  agent("boss", "  - {calls: [{tool: agent__a, arguments: {prompt: look}}]}\n  - text: done\n  - text: more\n",
        "agents: [a]\n");
  agent("other", "  - text: hello\n");
  ASSERT_EQ(run({"run", "a", "which?", "--run-id", "r1"}).exit, 0);
  ASSERT_EQ(run({"run", "boss", "go", "--run-id", "r2"}).exit, 0);  // delegates to a
  ASSERT_EQ(run({"run", "other", "hi", "--run-id", "r3"}).exit, 0);
  run_by_a_schedule("a");
  run_by_a_schedule("boss");
  ASSERT_EQ(run({"runs", "list", "--agent", "a", "--json"}).json().as_array().size(), 4u);

  EXPECT_EQ(run({"run", "a", "since?", "--continue", "@last", "--json"}).json().at("continues"), "r1");
  EXPECT_EQ(run({"run", "boss", "and?", "--continue", "@last", "--json"}).json().at("continues"), "r2");
  auto said = run({"chat", "other", "--continue", "@last"}, "and?\n");
  EXPECT_EQ(run({"runs", "list", "--agent", "other", "--json"}).json().as_array()[0].at("continues"), "r3") << said.err;
  agent("fresh", "  - text: hello\n");
  auto none = run({"run", "fresh", "and?", "--continue", "@last"});
  EXPECT_EQ(none.exit, 2);
  EXPECT_THAT(none.err, HasSubstr("no run of agent 'fresh'"));
}

TEST_F(Continue, SaysThatARunWasContinuedBefore) {  // [API-12]
  ASSERT_EQ(run({"run", "a", "which?", "--run-id", "r1"}).exit, 0);
  auto first = run({"run", "a", "since?", "--continue", "r1", "--run-id", "r2"});
  EXPECT_THAT(first.err, Not(HasSubstr("continued before")));

  auto second = run({"run", "a", "why?", "--continue", "r1", "--run-id", "r3", "--json"});

  EXPECT_EQ(second.exit, 0);
  EXPECT_THAT(second.err, HasSubstr("run r1 was continued before, by r2"));
  EXPECT_EQ(second.json().at("output"), "since noon") << "of what came after r1 it knows nothing";
}

TEST_F(Continue, IsRefusedWhereThereIsNothingToGoOnFrom) {  // [API-12]
  EXPECT_EQ(run({"run", "a", "which?", "--continue", "nothing"}).exit, 2);
  ASSERT_EQ(run({"run", "a", "which?", "--run-id", "r1"}).exit, 0);
  auto unknown = run({"run", "a", "and?", "--continue", "r7", "--json"});
  EXPECT_EQ(unknown.exit, 2);
  EXPECT_EQ(unknown.json().at("error_code"), "cli.run");
  auto silent = run({"run", "a", "--continue", "r1"});
  EXPECT_EQ(silent.exit, 2);
  EXPECT_THAT(silent.err, HasSubstr("a prompt has to say what comes next"));
  EXPECT_EQ(run({"run", "a", "and?", "--old-definition"}).exit, 2);
}

TEST_F(Continue, MayTakeTheOldDefinition) {  // [API-12] [DUR-46]
  ASSERT_EQ(run({"run", "a", "which?", "--run-id", "r1"}).exit, 0);
  agent("b", "  - text: unused\n  - text: as b\n");
  EXPECT_EQ(run({"run", "b", "and?", "--continue", "r1", "--json"}).json().at("output"), "as b");
  auto old = run({"run", "b", "and?", "--continue", "r1", "--old-definition", "--json"});
  EXPECT_EQ(old.json().at("output"), "since noon");
  EXPECT_EQ(old.json().at("agent"), "a");
}

TEST_F(Continue, ShowsWhatAWaitingRunNeedsFirst) {  // [API-12]
  agent("shop", "  - {calls: [{tool: note, arguments: {}}]}\n  - text: Done.\n  - text: More.\n",
        "permissions: {ask: [note]}\ncommand_tools:\n  - {name: note, description: N., command: [\"true\"]}\n");
  ASSERT_EQ(run({"run", "shop", "go", "--run-id", "r1"}).exit, 3);

  auto refused = run({"run", "shop", "and?", "--continue", "r1", "--run-id", "r2"});

  EXPECT_EQ(refused.exit, 3);
  EXPECT_THAT(refused.err, HasSubstr("executus runs approve r1"));
  EXPECT_EQ(run({"runs", "show", "r2"}).exit, 2) << "it was not begun";
  ASSERT_EQ(run({"runs", "approve", "r1"}).exit, 0);
  auto next = run({"run", "shop", "and?", "--continue", "r1", "--json"});
  EXPECT_EQ(next.exit, 0) << next.err;
  EXPECT_EQ(next.json().at("output"), "More.");
  EXPECT_EQ(show("r1").at("status"), "ok") << "the answer was taken in first";
}

class ContinueAfterAKill : public Continue {
 protected:
  void SetUp() override {
    agent("a", "  - {calls: [{tool: hang, arguments: {}}]}\n  - text: the db\n  - text: since noon\n",
          R"(command_tools:
  - {name: hang, description: Waits., command: [sh, -c, "test -e go || cat gate"], cwd: ., effect: pure}
)");
    make_pipe("gate");
    started_ = start({"run", "a", "which?", "--run-id", "r1"});
    gate_ = open_for_writing("gate");
  }
  void TearDown() override {
    if (gate_ >= 0) ::close(gate_);
  }
  std::unique_ptr<Started> started_;
  int gate_ = -1;
};

TEST_F(ContinueAfterAKill, FinishesTheRunFirst) {  // [API-12] [DUR-03]
  started_->signal(SIGKILL);
  (void)started_->finish();
  write("go", "");

  auto next = run({"run", "a", "since when?", "--continue", "@last", "--run-id", "r2", "--json"});

  EXPECT_EQ(next.exit, 0) << next.err;
  EXPECT_THAT(next.err, HasSubstr("run r1 has not ended (running): it is finished first"));
  EXPECT_EQ(next.json().at("output"), "since noon");
  EXPECT_EQ(next.json().at("continues"), "r1");
  EXPECT_EQ(show("r1").at("output"), "the db");
  EXPECT_EQ(messages("r2"), 6u);
}

TEST_F(ContinueAfterAKill, FinishesTheTurnThatWasKilledItself) {  // [API-12] [DUR-46]
  write("go", "");
  ::close(std::exchange(gate_, -1));
  ASSERT_EQ(started_->finish().exit, 0);
  std::filesystem::remove(folder() / "go");
  script("a",
         "  - {calls: [{tool: hang, arguments: {}}]}\n  - text: the db\n"
         "  - {calls: [{tool: hang, arguments: {}}]}\n  - text: since noon\n  - text: for sure\n");
  auto second = start({"run", "a", "since when?", "--continue", "r1", "--run-id", "r2"});
  gate_ = open_for_writing("gate");
  second->signal(SIGKILL);
  (void)second->finish();
  write("go", "");

  auto third = run({"run", "a", "really?", "--continue", "r2", "--json"});

  EXPECT_EQ(third.exit, 0) << third.err;
  EXPECT_EQ(third.json().at("output"), "for sure");
  EXPECT_EQ(show("r2").at("output"), "since noon");
  EXPECT_EQ(show("r2").at("attempts"), 2);
}

TEST_F(ContinueAfterAKill, LeavesARunToTheWorkerThatDrivesIt) {  // [API-12]
  auto next = run({"run", "a", "since when?", "--continue", "r1", "--json"});
  EXPECT_EQ(next.exit, 2);
  EXPECT_EQ(next.json().at("error_code"), "cli.continue");
  EXPECT_THAT(next.err, AllOf(HasSubstr("executus runs wait r1"), Not(HasSubstr("finished first"))));
  write("go", "");
  ::close(std::exchange(gate_, -1));
  EXPECT_EQ(started_->finish().exit, 0);
}

}  // namespace
}  // namespace executus::testing
