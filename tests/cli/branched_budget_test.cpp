// Budgets of a map whose fifty branches ask at once. By the model server's own count each answer costs a cent, and so
// much is held for it: its ten tokens are the limit of the request, and prompts cost nothing.
#include <csignal>

#include "cli_program.hpp"
#include "streaming_model.hpp"

namespace executus::testing {
namespace {

using ::testing::HasSubstr;

constexpr int kBranches = 50;
constexpr std::int64_t kAnswer = 10'000;  // in millionths of a dollar

class BranchedBudgets : public CliProgram {
 protected:
  // `limits` of the whole tree, and `more` of the agent that its items are given to.
  void write_agents(const std::string& limits, const std::string& more = "") {
    write("executus.yaml", "models: {prices: prices.yaml}\n");
    write("prices.yaml", "prices:\n  lab/m: {input: 0, output: 1000}\n");
    write("agents/one.yaml", "name: one\nmodel: lab/m?max_output_tokens=10\nsystem_prompt: Look.\n" + more);
    write("agents/all.yaml",
          "name: all\nmodel: lab/m\nagents: [one]\nbudget: " + limits +
              "\ninputs: {type: object, properties: {items: {type: array}}}\n"
              "phases: [{name: each, kind: map, over: '{{inputs.items}}', agent: one, concurrency: 50}]\n");
  }
  std::unique_ptr<Started> start_all(const StreamingModel& model, const std::string& run_id) {
    environment_["LLM_LAB"] = model.variable();
    std::string items = "items=[0";
    for (int i = 1; i < kBranches; ++i) items += "," + std::to_string(i);
    return start({"run", "all", "Go", "--run-id", run_id, "--input", items + "]"});
  }
  static void until_asked(const StreamingModel& model, std::size_t times) {
    until([&] { return model.asked() >= times; });
  }
  std::int64_t amount(const std::string& account, const char* what) {
    auto shown = run({"budget", "show", account, "--json"}).json();
    return shown.at(0).at(what).at("micro_usd").as_int64();
  }
  // Of one look, since calls may be settled meanwhile.
  std::int64_t charged_or_held(const std::string& account) {
    auto shown = run({"budget", "show", account, "--json"}).json().at(0);
    std::int64_t sum = 0;
    for (const char* what : {"spent", "estimated", "held"}) sum += shown.at(what).at("micro_usd").as_int64();
    return sum;
  }
};

std::vector<Streamed> answers(int count, const std::shared_ptr<Gate>& held = nullptr) {
  return {static_cast<std::size_t>(count), Streamed{"found", held}};
}

TEST_F(BranchedBudgets, LetAllRunThatTheyCanPayFor) {  // [DUR-35]
  write_agents("{usd: 1}");
  StreamingModel model(answers(kBranches));
  EXPECT_EQ(start_all(model, "r")->finish().exit, 0);
  EXPECT_EQ(model.asked(), static_cast<std::size_t>(kBranches));
  EXPECT_EQ(amount("r", "spent"), kBranches * kAnswer);
  EXPECT_EQ(amount("r", "held"), 0);
}

// Ten are answered, fifteen more are held for, and the rest waits for them; then the process is killed.
TEST_F(BranchedBudgets, ChargeWhatTheServerWasAskedWhenTheProcessIsKilled) {  // [DUR-35] [DUR-29]
  write_agents("{usd: 0.25}");
  constexpr int kFirst = 10, kPaid = 25;
  auto gate = make_gate();
  auto all = answers(kFirst), held = answers(kPaid - kFirst, gate), more = answers(kBranches);
  all.insert(all.end(), held.begin(), held.end());
  all.insert(all.end(), more.begin(), more.end());
  StreamingModel model(all);
  auto running = start_all(model, "r");
  until_asked(model, kPaid);
  EXPECT_EQ(charged_or_held("r"), kPaid * kAnswer);
  running->signal(SIGKILL);
  (void)running->finish();
  gate->open();

  (void)run({"recover"});

  EXPECT_EQ(model.asked(), static_cast<std::size_t>(kPaid));
  EXPECT_EQ(amount("r", "held"), 0);
  EXPECT_EQ(charged_or_held("r"), kPaid * kAnswer) << "those that were lost by their estimate";
  auto tree = run({"runs", "tree", "r"}).out;
  EXPECT_THAT(tree, HasSubstr("error")) << "the limit stopped the others";
}

// A run is cancelled and the process of another is killed, each with all of its calls in flight, and the items of a
// third run out of time.
TEST_F(BranchedBudgets, HoldNothingForCallsThatAreCutOff) {  // [DUR-35]
  write_agents("{usd: 5}");
  ASSERT_EQ(run({"budget", "set", "agent:one", "--usd", "10"}).exit, 0);
  StreamingModel first(answers(kBranches, make_gate())), second(answers(kBranches, make_gate()));
  StreamingModel third(answers(kBranches, make_gate())), again(answers(kBranches));
  auto cancelled = start_all(first, "cancelled"), killed = start_all(second, "killed");
  until_asked(first, kBranches);
  until_asked(second, kBranches);
  EXPECT_GE(amount("agent:one", "held"), 2 * kBranches * kAnswer);
  write_agents("{usd: 5}", "max_runtime: 300ms\n");
  auto late = start_all(third, "late");

  EXPECT_EQ(run({"runs", "cancel", "cancelled", "--yes"}).exit, 0);
  killed->signal(SIGKILL);
  (void)killed->finish();
  environment_["LLM_LAB"] = again.variable();
  EXPECT_EQ(run({"recover", "killed"}).exit, 0);
  (void)cancelled->finish();
  (void)late->finish();

  EXPECT_THAT(run({"runs", "tree", "late"}).out, HasSubstr("timeout"));
  for (const char* account : {"cancelled", "killed", "late", "agent:one"}) EXPECT_EQ(amount(account, "held"), 0);
  EXPECT_GE(charged_or_held("killed"), 2 * kBranches * kAnswer) << "the lost calls, and those that were made again";
}

}  // namespace
}  // namespace executus::testing
