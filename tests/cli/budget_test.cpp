// `executus budget`, and budgets of runs whose process is killed.
#include <csignal>

#include "cli_program.hpp"
#include "streaming_model.hpp"

namespace executus::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Budgets : public CliProgram {
 protected:
  boost::json::value shown(const std::string& account) {
    return run({"budget", "show", account, "--json"}).json().at(0);
  }
  static std::int64_t tokens(const boost::json::value& shown, const char* what) {
    return shown.at(what).at("tokens").as_int64();
  }
};

TEST_F(Budgets, AreSetRaisedAndRemoved) {  // [DUR-35]
  EXPECT_EQ(run({"budget", "set", "caller:ada", "--usd", "1.50", "--seconds", "600", "--window", "24h"}).exit, 0);
  EXPECT_EQ(run({"budget", "raise", "caller:ada", "--usd", "0.25"}).exit, 0);
  auto account = shown("caller:ada");
  EXPECT_EQ(account.at("limit").at("micro_usd"), 1'750'000);
  EXPECT_EQ(account.at("limit").at("seconds").to_number<double>(), 600);
  EXPECT_TRUE(account.at("limit").at("tokens").is_null());
  EXPECT_EQ(account.at("window_seconds").to_number<double>(), 86'400);
  EXPECT_EQ(run({"budget", "set", "caller:ada", "--unlimited", "--quiet"}).out, "caller:ada\n");
  EXPECT_EQ(run({"budget", "show", "--json"}).out, "[]\n");
}

TEST_F(Budgets, SayWhatIsWrong) {  // [BUD-05]
  auto error = [&](std::vector<std::string> words) {
    words.insert(words.begin(), "budget");
    auto shown = run(words);
    EXPECT_EQ(shown.exit, 2) << words[1];
    EXPECT_THAT(shown.out, IsEmpty());
    return shown.err;
  };
  for (const char* amount : {"nan", "inf", "-1", "1e300"})
    EXPECT_THAT(error({"set", "caller:ada", "--usd", amount}), HasSubstr("give a number from 0")) << amount;
  EXPECT_THAT(error({"set", "caller:ada", "--tokens", "many"}), HasSubstr("--tokens"));
  EXPECT_THAT(error({"set", "caller:ada", "--tokens", "1.5"}), HasSubstr("whole number"));
  EXPECT_THAT(error({"set", "caller:ada"}), HasSubstr("give a limit"));
  EXPECT_THAT(error({"set", "user:ada", "--usd", "1"}), HasSubstr("is no account"));
  EXPECT_THAT(error({"set", "caller:ada", "--usd", "1", "--on-breach", "halt"}), HasSubstr("stop, park or tier:NAME"));
  EXPECT_THAT(error({"raise", "caller:bob", "--usd", "1"}), HasSubstr("no budget is set for caller:bob"));
  EXPECT_THAT(error({"correct", "caller:ada", "--usd", "1"}), HasSubstr("only what was estimated of a run"));
  EXPECT_THAT(error({"correct", "r9", "--usd", "1"}), HasSubstr("no run's id begins with 'r9'"));
  EXPECT_EQ(run({"budget", "set", "caller:ada", "--usd", "1"}).exit, 0);
  EXPECT_THAT(error({"raise", "caller:ada", "--tokens", "1"}), HasSubstr("does not limit that"));
}

TEST_F(Budgets, HoldNothingForARunThatWasKilled) {  // [DUR-35]
  auto gate = std::make_shared<Gate>();
  StreamingModel model({{"On its", gate, " way."}, {"Here."}});
  environment_["LLM_LAB"] = model.variable();
  write("agents/asks.yaml", "name: asks\nmodel: lab/m\nbudget: {tokens: 100000}\n");
  auto asking = start({"run", "asks", "Hello", "--run-id", "r"});
  until([&] { return model.asked() == 1; });
  EXPECT_GT(tokens(shown("r"), "held"), 0);
  asking->signal(SIGKILL);
  (void)asking->finish();
  gate->open();
  EXPECT_EQ(run({"recover"}).exit, 0);
  auto after = shown("r");
  EXPECT_EQ(model.asked(), 2U);
  EXPECT_EQ(tokens(after, "held"), 0);
  EXPECT_GT(tokens(after, "estimated"), 4'000) << "the call that was sent, and of which nobody heard";
  EXPECT_EQ(run({"budget", "correct", "r", "--tokens", "7"}).out, "corrected what run r used\n");
  EXPECT_EQ(tokens(shown("r"), "estimated"), 0);
  EXPECT_EQ(tokens(shown("r"), "spent"), tokens(after, "spent") + 7);
  auto again = run({"budget", "correct", "r", "--tokens", "7"});
  EXPECT_EQ(again.exit, 2);
  EXPECT_THAT(again.err, HasSubstr("nothing that run r used is estimated"));
}

// A run that is taken up before them, and needs what they hold.
TEST_F(Budgets, OfDeadRunsKeepNoneWaitingThatIsRecoveredFirst) {  // [DUR-35]
  agent("digs", "  - {calls: [{tool: hold, arguments: {}}]}\n  - text: Dug.\n", R"(command_tools:
  - name: hold
    description: Holds.
    effect: pure
    command: [sh, -c, "touch called; while [ ! -e gate ]; do sleep 0.02; done"]
    cwd: .
)");
  ASSERT_EQ(run({"budget", "set", "agent:digs", "--tokens", "4000"}).exit, 0);
  auto killed = start({"run", "digs", "go", "--run-id", "killed"});
  until_exists("called");
  ASSERT_EQ(tokens(shown("agent:digs"), "held"), 4'000) << "all that is left";
  killed->signal(SIGKILL);
  (void)killed->finish();
  write("gate", "");
  ASSERT_EQ(run({"run", "digs", "go", "--run-id", "first", "--detach", "--priority", "5"}).exit, 0);

  EXPECT_EQ(run({"recover", "--concurrency", "1"}).exit, 0);

  EXPECT_EQ(run({"runs", "list", "--status", "ok", "-q"}).out, "first\nkilled\n");
  EXPECT_EQ(tokens(shown("agent:digs"), "held"), 0);
}

// Each answer costs a cent by the server's own count, and the hold of a call is a little less.
TEST_F(Budgets, HoldForManyBranchesWhoseProcessIsKilled) {  // [DUR-35]
  auto gate = std::make_shared<Gate>();
  std::vector<Streamed> answers(5, Streamed{"found"});
  answers.resize(30, Streamed{"found", gate});
  answers.resize(100, Streamed{"found"});
  StreamingModel model(answers);
  environment_["LLM_LAB"] = model.variable();
  write("executus.yaml", "models: {prices: prices.yaml}\n");
  write("prices.yaml", "prices:\n  lab/m: {input: 10, output: 2}\n");
  write("agents/one.yaml", "name: one\nmodel: lab/m\nsystem_prompt: Look.\n");
  write("agents/all.yaml",
        "name: all\nmodel: lab/m\nagents: [one]\nbudget: {usd: 0.15}\n"
        "inputs: {type: object, properties: {items: {type: array}}}\n"
        "phases: [{name: each, kind: map, over: '{{inputs.items}}', agent: one, concurrency: 30}]\n");
  std::string items = "items=[0";
  for (int i = 1; i < 30; ++i) items += "," + std::to_string(i);
  auto running = start({"run", "all", "Go", "--run-id", "r", "--input", items + "]"});
  until([&] { return model.asked() >= 12; });
  running->signal(SIGKILL);
  (void)running->finish();
  gate->open();
  (void)run({"recover"});

  auto after = shown("r");
  auto micro_usd = [&](const char* what) { return after.at(what).at("micro_usd").as_int64(); };
  auto asked = static_cast<std::int64_t>(model.asked());
  constexpr std::int64_t kCent = 10'020, kHeld = 8'000, kCap = 150'000;
  EXPECT_EQ(micro_usd("held"), 0);
  EXPECT_GE(micro_usd("spent") + micro_usd("estimated"), asked * kHeld) << "nothing that was sent is forgotten";
  EXPECT_GE(micro_usd("spent") + micro_usd("estimated"), kCap) << "the limit was reached";
  EXPECT_LE(asked * kCent, kCap + 30 * kCent) << "one call in flight for each branch";
}

}  // namespace
}  // namespace executus::testing
