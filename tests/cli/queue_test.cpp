// `executus queue`: places for runs, set while workers work.
#include <csignal>

#include "cli_program.hpp"

namespace executus::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Queue : public CliProgram {
 protected:
  Queue() {
    write("agents/clerk.yaml", "name: clerk\nmodel: scripted/turns.yaml\n");
    write("turns.yaml", "turns:\n  - text: done\n");
  }
  void queue(const std::string& id) { EXPECT_EQ(run({"run", "clerk", "go", "--detach", "--run-id", id}).exit, 0); }
};

TEST_F(Queue, LimitsWhatIsTakenUp) {  // [DUR-18]
  queue("a");
  queue("b");
  EXPECT_EQ(run({"queue", "limit", "0", "--agent", "clerk"}).out, "the queue limits agent 'clerk' to 0 at once\n");

  EXPECT_EQ(run({"recover"}).exit, 0);
  auto refused = run({"runs", "resume", "a"});
  EXPECT_EQ(refused.exit, 2);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("run a waits for its turn"), HasSubstr("agent 'clerk' to 0"),
                                 HasSubstr("executus queue limit")));
  auto listed = run({"queue", "list"});
  EXPECT_THAT(listed.out, AllOf(HasSubstr("clerk"), HasSubstr("2       0"), HasSubstr("limits agent 'clerk' to 0")));
  EXPECT_EQ(run({"queue", "limit", "1", "--agent", "clerk", "--json"}).out,
            "{\"of\":\"agent\",\"name\":\"clerk\",\"runs\":1,\"paused\":false}\n");
  EXPECT_EQ(run({"recover"}).exit, 0);

  EXPECT_THAT(run({"queue", "list"}).out, HasSubstr("nothing is queued or running"));
  EXPECT_EQ(run({"runs", "list", "--status", "ok", "-q"}).out, "b\na\n");
}

TEST_F(Queue, LimitsAWorkerThatWorks) {  // [DUR-18]
  ASSERT_EQ(run({"queue", "limit", "0"}).exit, 0);
  auto worker = start({"worker"});
  worker->await_err("working");
  queue("a");
  ASSERT_EQ(run({"queue", "limit", "1"}).exit, 0);
  worker->await_err("run_ended run_id=a");
  worker->signal(SIGTERM);
  EXPECT_EQ(worker->finish().exit, 0);
}

// A worker that is killed leaves no place taken.
TEST_F(Queue, HasThePlaceOfAKilledWorker) {  // [DUR-18]
  agent("slow", "  - {calls: [{tool: hold, arguments: {}}]}\n  - text: Held.\n", R"(command_tools:
  - name: hold
    description: Holds.
    effect: pure
    command: [sh, -c, "touch called; while [ ! -e gate ]; do sleep 0.02; done"]
    cwd: .
)");
  ASSERT_EQ(run({"queue", "limit", "1", "--agent", "slow"}).exit, 0);
  for (const auto* id : {"a", "b"}) ASSERT_EQ(run({"run", "slow", "go", "--detach", "--run-id", id}).exit, 0);
  auto worker = start({"worker"});
  until_exists("called");
  EXPECT_THAT(run({"queue", "list"}).out, HasSubstr("1       1"));

  worker->signal(SIGKILL);
  (void)worker->finish();
  EXPECT_THAT(run({"queue", "list"}).out, HasSubstr("2       0"));
  write("gate", "");

  EXPECT_EQ(run({"recover"}).exit, 0);
  EXPECT_EQ(run({"runs", "list", "--status", "ok", "-q"}).out, "b\na\n");
}

// The worker looks: a run that was queued later, of an agent without a limit, has ended meanwhile.
TEST_F(Queue, IsObeyedByAWorkerOfAnotherProcessAtItsNextLook) {  // [DUR-18]
  agent("slow", "  - {calls: [{tool: hold, arguments: {}}]}\n  - text: Held.\n", R"(command_tools:
  - name: hold
    description: Holds.
    effect: pure
    command: [sh, -c, "echo >> called; while [ ! -e gate ]; do sleep 0.02; done"]
    cwd: .
)");
  auto submit = [this](const char* id) { ASSERT_EQ(run({"run", "slow", "go", "--detach", "--run-id", id}).exit, 0); };
  auto has_looked = [this](const char* id) {
    queue(id);
    ASSERT_EQ(run({"runs", "wait", id}).exit, 0);
  };
  auto worker = start({"worker"});

  ASSERT_EQ(run({"queue", "pause", "--agent", "slow"}).exit, 0);
  submit("a");
  has_looked("1");
  EXPECT_EQ(run({"runs", "list", "--status", "queued", "-q"}).out, "a\n");
  ASSERT_EQ(run({"queue", "resume", "--agent", "slow"}).exit, 0);
  until_exists("called");

  ASSERT_EQ(run({"queue", "limit", "1", "--agent", "slow"}).exit, 0);
  submit("b");
  has_looked("2");
  EXPECT_EQ(run({"runs", "list", "--status", "queued", "-q"}).out, "b\n");
  ASSERT_EQ(run({"queue", "limit", "2", "--agent", "slow"}).exit, 0);
  until([this] { return std::filesystem::file_size(folder() / "called") == 2; });

  write("gate", "");
  ASSERT_EQ(run({"runs", "wait", "b"}).exit, 0);
  worker->signal(SIGTERM);
  EXPECT_EQ(worker->finish().exit, 0);
}

TEST_F(Queue, IsPausedAndGoesOn) {
  EXPECT_EQ(run({"queue", "limit", "3"}).out, "the queue limits all runs to 3 at once\n");
  EXPECT_EQ(run({"queue", "pause"}).out, "the queue is paused for all runs (limit 3)\n");
  queue("a");
  EXPECT_EQ(run({"recover"}).exit, 0);
  EXPECT_THAT(run({"runs", "show", "a"}).out, HasSubstr("queued"));

  EXPECT_EQ(run({"queue", "resume"}).out, "the queue limits all runs to 3 at once\n");
  EXPECT_EQ(run({"queue", "limit", "none"}).out, "the queue does not limit all runs\n");
  EXPECT_THAT(run({"queue", "list", "--json"}).out, HasSubstr("\"limits\":[]"));
  EXPECT_EQ(run({"recover"}).exit, 0);
  EXPECT_THAT(run({"runs", "show", "a"}).out, HasSubstr("ok"));
}

TEST_F(Queue, SaysWhatIsWrong) {
  for (const auto* runs : {"-1", "many", "3x", "99999999999"}) {
    auto refused = run({"queue", "limit", runs});
    EXPECT_EQ(refused.exit, 2) << runs;
    EXPECT_THAT(refused.out, IsEmpty());
  }
  EXPECT_THAT(run({"queue", "limit", "many"}).err, HasSubstr("RUNS 'many': expected a number of runs such as 8"));
  EXPECT_EQ(run({"queue", "limit", "1", "--agent", "a", "--caller", "b"}).exit, 2);
  EXPECT_EQ(run({"queue", "limit", "1", "--agent", ""}).exit, 2);
}

}  // namespace
}  // namespace executus::testing
