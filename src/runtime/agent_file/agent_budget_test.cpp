// The key `budget` of agent files.
#include "runtime/agent_file/agent_checks_test.hpp"

namespace executus {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class AgentBudgets : public AgentChecks {
 protected:
  AgentBudget budget(const std::string& yaml) {
    write("b.yaml", "name: b\nmodel: openai/gpt-5.4-mini\n" + yaml);
    return runtime_.load_agent((folder_ / "b.yaml").string()).value().agent.budget.value();
  }
};

TEST_F(AgentBudgets, AreReadWhole) {  // [DUR-35]
  auto read = budget("budget: {seconds: 600, tokens: 200000, usd: 1.50, on_breach: park}\n");
  EXPECT_EQ(read.limits.time, Milliseconds(600'000));
  EXPECT_EQ(read.limits.tokens, 200'000);
  EXPECT_EQ(read.limits.cost, llm::NanoDollars{1'500'000'000});
  EXPECT_EQ(read.policy, (BreachPolicy{OnBreach::park, {}}));
  EXPECT_EQ(budget("budget: {tokens: 0}\n"), (AgentBudget{{{}, 0, {}}, {}})) << "0 is a limit, what is absent is none";
  EXPECT_EQ(budget("budget: {usd: 1, on_breach: {tier: openai/gpt-5.4-mini}}\n").policy,
            (BreachPolicy{OnBreach::tier, "openai/gpt-5.4-mini"}));
}

TEST_F(AgentBudgets, AreRefusedWhereTheyMakeNoSense) {  // [BUD-05]
  auto refused = [&](const std::string& text) { return errors("model: openai/gpt-5.4-mini\nbudget: " + text + "\n"); };
  EXPECT_THAT(refused("{usd: .nan}"), ElementsAre(HasSubstr(":3:")));
  EXPECT_THAT(refused("{usd: .inf}"), ElementsAre(HasSubstr(":3:")));
  EXPECT_THAT(refused("{tokens: -1}"), ElementsAre(HasSubstr("a budget of -1 tokens is none")));
  EXPECT_THAT(refused("{tokens: 1.5}"), ElementsAre(HasSubstr("a budget of 1.5 tokens is none; give a whole number")));
  EXPECT_THAT(refused("{seconds: -0.5}"), ElementsAre(HasSubstr("a budget of -0.5 seconds is none")));
  EXPECT_THAT(refused("{on_breach: park}"), ElementsAre(HasSubstr("limits nothing")));
  EXPECT_THAT(refused("{usd: 1, on_breach: halt}"), ElementsAre(HasSubstr("on_breach")));
  EXPECT_THAT(refused("{usd: 1, on_breach: {teir: fast}}"), ::testing::Contains(HasSubstr("did you mean 'tier'?")));
  EXPECT_THAT(refused("{dollars: 1, usd: 1}"), ElementsAre(HasSubstr("unknown key 'dollars'")));
}

TEST_F(AgentBudgets, WarnOfModelsWithoutAPrice) {  // [DUR-35]
  auto said = [&](const std::string& model, const std::string& budget) {
    return warnings("model: " + model + "\nbudget: " + budget + "\n");
  };
  EXPECT_THAT(said("openai/gpt-5.4-mini", "{usd: 1}"), IsEmpty());
  EXPECT_THAT(said("openai/gpt-5.4-minni", "{usd: 1}"), ElementsAre(HasSubstr("openai/gpt-5.4-minni")));
  EXPECT_THAT(said("'openai/gpt-5.4-mini,openai/gtp-9'", "{usd: 1}"), ElementsAre(HasSubstr("openai/gtp-9")));
  EXPECT_THAT(said("openai/gtp-9", "{tokens: 1}"), IsEmpty());
}

}  // namespace
}  // namespace executus
