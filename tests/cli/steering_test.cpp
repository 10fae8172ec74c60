#include <csignal>
#include <fstream>

#include <sys/stat.h>

#include <executus/async/root_group.hpp>
#include <executus/run/speaking.hpp>
#include <executus/store/sqlite.hpp>

#include "cli_program.hpp"

namespace executus::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// A run that waits for a person's word before it charges.
class Approvals : public CliProgram {
 protected:
  void SetUp() override {
    agent("shop", "  - {calls: [{tool: charge, arguments: {amount: 3}}]}\n  - text: Charged.\n",
          R"(permissions: {ask: [charge]}
command_tools:
  - {name: charge, description: Charges., command: [sh, -c, "echo x >> charges; echo paid"], cwd: ., parameters: {type: object}}
)");
    auto finished = run({"run", "shop", "charge it", "--run-id", "r1", "--json"});
    ASSERT_EQ(finished.exit, 3) << finished.out << finished.err;
    ASSERT_EQ(finished.json().at("reason"), "approval");
  }
};

TEST_F(Approvals, AreListedWithTheCommandsThatAnswer) {  // [DUR-36]
  EXPECT_THAT(run({"runs", "pending"}).out,
              AllOf(HasSubstr("may this happen?"), HasSubstr("executus runs approve r1"), HasSubstr("reject r1")));
  EXPECT_EQ(show("r1").at("tool_calls").at(0).at("state"), "awaiting_approval");
  EXPECT_FALSE(std::filesystem::exists(folder() / "charges"));
}

TEST_F(Approvals, LetTheCallHappen) {  // [DUR-36]
  EXPECT_EQ(run({"runs", "approve", "r1"}).exit, 0);
  EXPECT_EQ(run({"recover"}).exit, 0);

  EXPECT_EQ(show("r1").at("output"), "Charged.");
  EXPECT_EQ(read("charges"), "x\n");
  EXPECT_EQ(run({"runs", "approve", "r1"}).exit, 2) << "there is nothing to answer any more";
}

TEST_F(Approvals, ForbidItAndSayWhy) {  // [DUR-36]
  EXPECT_EQ(run({"runs", "reject", "r1", "--reason", "too much", "--json"}).json().at("answer"), "rejected");
  EXPECT_EQ(run({"recover"}).exit, 0);

  EXPECT_EQ(show("r1").at("tool_calls").at(0).at("state"), "denied");
  EXPECT_THAT(std::string(show("r1").at("messages").at(2).at("results").at(0).at("text").as_string()),
              HasSubstr("too much"));
  EXPECT_FALSE(std::filesystem::exists(folder() / "charges"));
}

// A run of another process, which hangs in a tool.
class OtherProcess : public CliProgram {
 protected:
  std::unique_ptr<Started> start_hanging_run(const std::string& agent_to_run = "a") {
    agent("a", "  - {calls: [{tool: hang, arguments: {}}]}\n  - text: done\n", R"(command_tools:
  - {name: hang, description: Waits., command: [sh, -c, "touch hangs; while ! test -e go; do read -t 1 x < fifo || true; done"], cwd: ., effect: keyed}
)");
    EXPECT_EQ(::mkfifo((folder() / "fifo").c_str(), 0600), 0);
    auto started = start({"run", agent_to_run, "hi", "--run-id", "r1"});
    until_exists("hangs");
    return started;
  }
  void let_go() {
    write("go", "");
    (void)run({"version"});  // nothing else is needed: the tool looks by itself
    std::ofstream(folder() / "fifo", std::ios::in | std::ios::out) << "x\n";
  }
};

TEST_F(OtherProcess, IsSteered) {  // [DUR-38] [DUR-13]
  auto started = start_hanging_run();
  auto steered = run({"runs", "steer", "r1", "only look at the last hour"});
  EXPECT_EQ(steered.exit, 0) << steered.err;
  let_go();
  EXPECT_EQ(started->finish().exit, 0);
  auto messages = show("r1").at("messages").as_array();
  EXPECT_EQ(messages.at(3).at("role"), "user");
  EXPECT_THAT(boost::json::serialize(messages.at(3)), HasSubstr("only look at the last hour"));
  EXPECT_EQ(run({"runs", "steer", "r1", "too late"}).exit, 2);
}

// Three calls, a kill in the second: what is said meanwhile is heard once, in the order in which it was said.
class SteeredByAHundred : public CliProgram {
 protected:
  SteeredByAHundred() {
    std::string turns, tools = "command_tools:\n";
    for (std::string n : {"1", "2", "3"}) {
      turns += "  - {calls: [{tool: hang" + n + ", arguments: {}}]}\n";
      tools += "  - {name: hang" + n + ", description: Waits., cwd: ., effect: pure, command: [sh, -c, \"touch in" + n +
               "; while ! test -e go" + n + "; do sleep 0.01; done\"]}\n";
    }
    agent("a", turns + "  - text: done\n  - text: done\n", tools);  // what comes last may be heard one step late
  }
  void say(int until) {
    for (; said_ < until; ++said_) {
      auto told = block_on(*loop_, steer_run(*store_, *RunId::parse("r1"), "word " + std::to_string(said_)));
      ASSERT_EQ(told, Said::accepted);
    }
  }
  std::vector<std::string> heard() {
    std::vector<std::string> texts;
    auto shown = show("r1");
    for (const auto& message : shown.at("messages").as_array())
      if (message.at("role") == "user") texts.emplace_back(message.at("parts").at(0).at("text").as_string());
    texts.erase(texts.begin());  // the prompt
    return texts;
  }
  void open_store() { store_ = sqlite::open_store({folder() / "state.db"}); }

  std::unique_ptr<Loop> loop_ = make_loop(1);
  std::unique_ptr<journal::JournalStore> store_;
  int said_ = 0;
};

TEST_F(SteeredByAHundred, HearsAllOnceAndInOrderThoughItIsKilled) {  // [DUR-13] [DUR-38] [DUR-02]
  auto started = start({"run", "a", "hi", "--run-id", "r1"});
  until_exists("in1");
  open_store();
  say(25);
  write("go1", "");
  until_exists("in2");
  say(50);
  started->signal(SIGKILL);
  (void)started->finish();
  say(60);
  std::filesystem::remove(folder() / "in2");

  auto recovering = start({"recover", "r1"});
  until_exists("in2");
  say(75);
  write("go2", "");
  until_exists("in3");
  say(100);
  write("go3", "");

  auto recovered = recovering->finish();
  EXPECT_EQ(recovered.exit, 0) << recovered.out << recovered.err;
  std::vector<std::string> all;
  for (int i = 0; i < said_; ++i) all.push_back("word " + std::to_string(i));
  EXPECT_EQ(heard(), all);
}

TEST_F(OtherProcess, IsSteeredWithBytesThatAreNoText) {  // [DUR-38] [DUR-01]
  auto started = start_hanging_run();
  EXPECT_EQ(run({"runs", "steer", "r1", "caf\xe9"}).exit, 0);
  let_go();
  EXPECT_EQ(started->finish().exit, 0);
  EXPECT_THAT(boost::json::serialize(show("r1").at("messages").at(3)), HasSubstr("caf\xef\xbf\xbd"));
}

TEST_F(CliProgram, BytesThatAreNoTextDamageNoRun) {  // [DUR-01]
  agent("a", "  - text: done\n", "inputs: {type: object, properties: {who: {type: string}}}\n");
  auto finished = run({"run", "a", "caf\xe9", "--run-id", "r1", "--input", "who=\xff"});
  EXPECT_EQ(finished.exit, 0) << finished.err;
  EXPECT_EQ(show("r1").at("output"), "done");
  EXPECT_EQ(run({"runs", "events", "r1"}).exit, 0);
  EXPECT_EQ(run({"runs", "digest", "r1"}).exit, 0);
}

TEST_F(OtherProcess, IsCancelled) {  // [DUR-38]
  auto started = start_hanging_run();
  EXPECT_EQ(run({"runs", "cancel", "r1", "--yes"}).exit, 0);
  EXPECT_EQ(started->finish().exit, 7);
  EXPECT_EQ(show("r1").at("status"), "cancelled");
}

// What was said to the delegate is looked at while it is already being cancelled: that is no failure.
TEST_F(OtherProcess, IsCancelledWithoutAWarningWhenItsDelegateWasSteered) {  // [DUR-29] [DUR-38]
  agent("boss", "  - {calls: [{tool: agent__a, arguments: {prompt: hang}}]}\n  - text: done\n", "agents: [a]\n");
  auto started = start_hanging_run("boss");
  auto delegate =
      std::string(run({"runs", "tree", "r1", "--json"}).json().at("children").at(0).at("run_id").as_string());
  ASSERT_EQ(run({"runs", "steer", delegate, "hurry"}).exit, 0);
  ASSERT_EQ(run({"runs", "cancel", "r1", "--yes"}).exit, 0);

  auto finished = started->finish();

  EXPECT_EQ(finished.exit, 7);
  EXPECT_THAT(finished.err, Not(HasSubstr("warning")));
}

// A parent, and the agent file it delegates to.
TEST_F(CliProgram, RunsOfATreeAreShownAsOne) {  // [DUR-29] [PAL-02]
  agent("helper", "  - text: found it\n", "description: Finds things.\n");
  agent("boss", "  - {calls: [{tool: agent__helper, arguments: {prompt: find it}}]}\n  - text: Done.\n",
        "agents: [helper]\n");
  auto finished = run({"run", "boss", "go", "--run-id", "r1"});
  ASSERT_EQ(finished.exit, 0) << finished.err;
  auto tree = run({"runs", "tree", "r1", "--json"}).json();
  EXPECT_EQ(tree.at("status"), "ok");
  ASSERT_EQ(tree.at("children").as_array().size(), 1u);
  EXPECT_EQ(tree.at("children").at(0).at("agent"), "helper");
  EXPECT_THAT(run({"runs", "tree", "r1"}).out, HasSubstr("└─ "));
  auto child = std::string(tree.at("children").at(0).at("run_id").as_string());
  EXPECT_EQ(show(child).at("parent_run_id"), "r1");
  EXPECT_EQ(show(child).at("output"), "found it");
}

TEST_F(CliProgram, PhasesRunFromAnAgentFile) {  // [PH-01] [PH-02] [PH-05]
  agent("pipe", "  - text: the plan\n",
        "phases:\n  - {name: plan, system_prompt: \"Plan {{Query}}\"}\n"
        "  - {name: answer, kind: prompt, system_prompt: \"From {{plan}}\"}\n");
  auto finished = run({"run", "pipe", "why?", "--run-id", "r1"});
  EXPECT_EQ(finished.exit, 0) << finished.err;
  EXPECT_EQ(finished.out, "the plan\n") << "a script begins anew with each phase";
  EXPECT_THAT(run({"runs", "events", "r1", "--json"}).out, HasSubstr("\"system_prompt\":\"From the plan\""));
}

}  // namespace
}  // namespace executus::testing
