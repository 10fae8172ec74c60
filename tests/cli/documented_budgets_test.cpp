// The commands of the guide to budgets do what it says.
#include "guide.hpp"

namespace executus::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class BudgetsGuide : public Guide {
 protected:
  BudgetsGuide() : Guide("docs/guides/budgets.md") {}
  void SetUp() override {
    write("agents/digger.yaml", blocks("yaml").at(0));
    script("digger",
           "  - {calls: [{tool: now}], usage: {input: 20, output: 5}}\n"
           "  - {text: Dug., usage: {input: 20, output: 5}}\n");
    environment_["EXECUTUS_MODEL_TIER_FAST"] = "scripted/" + (folder() / "digger.turns.yaml").string();
  }
};

TEST_F(BudgetsGuide, SaysHowALimitIsPassedAndRaised) {  // [DUR-35]
  EXPECT_THAT(run_block(0), HasSubstr("run:dig-1  tokens  20     25"));
  EXPECT_THAT(run_block(1), AllOf(HasSubstr("1020"), HasSubstr("Dug.")));
  EXPECT_THAT(run({"budget", "show", "dig-1", "--json"}).out, HasSubstr("\"tokens\":50"));
  auto set = run_block(2);
  EXPECT_THAT(set, AllOf(HasSubstr("agent:digger,tokens,2000000,0,0,0,1d,park\r\n"),
                         HasSubstr("caller:ada,usd,20.00,0.00,0.00,0.00,7d,stop\r\n")));
  EXPECT_THAT(run({"budget", "show"}).out, Not(HasSubstr("caller:ada")));
}

}  // namespace
}  // namespace executus::testing
