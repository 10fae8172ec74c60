// The commands of the guide to approvals do what it says.
#include "guide.hpp"

namespace executus::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class ApprovalsGuide : public Guide {
 protected:
  ApprovalsGuide() : Guide("docs/guides/approvals.md") {}
  void SetUp() override {
    write("agents/shop.yaml", blocks("yaml").at(0));
    script("shop", "  - {calls: [{tool: charge, arguments: {cents: 500}}]}\n  - text: Done.\n");
    environment_["EXECUTUS_MODEL_TIER_FAST"] = "scripted/" + (folder() / "shop.turns.yaml").string();
  }
};

TEST_F(ApprovalsGuide, SaysHowACallIsAllowedAndRefused) {  // [DUR-36]
  EXPECT_THAT(run_block(0), AllOf(HasSubstr("{\"cents\":500}"), HasSubstr("Done.")));
  EXPECT_EQ(read("charges.log"), "{\"cents\":500}");
  EXPECT_THAT(run_block(1), HasSubstr("Done."));
  EXPECT_EQ(read("charges.log"), "{\"cents\":500}") << "the second charge was refused";
  EXPECT_THAT(run({"runs", "show", "order-10"}).out, HasSubstr("over the limit"));
}

}  // namespace
}  // namespace executus::testing
