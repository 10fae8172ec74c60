// The commands of the guide to schedules do what it says.
#include "guide.hpp"

namespace executus::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class SchedulesGuide : public Guide {
 protected:
  SchedulesGuide() : Guide("docs/guides/schedule.md") {}
};

TEST_F(SchedulesGuide, SaysHowAScheduleIsRunAndPaused) {
  write("agents/report.yaml", blocks("yaml").at(0));
  script("report", "  - text: All is well.\n");
  environment_["EXECUTUS_MODEL_TIER_FAST"] = "scripted/" + (folder() / "report.turns.yaml").string();

  auto shown = run_block(0);

  EXPECT_THAT(shown, AllOf(HasSubstr("SCHEDULE"), HasSubstr("queued; a worker runs it"), HasSubstr("report is paused"),
                           HasSubstr("report comes next at ")));
  EXPECT_EQ(show("@last").at("output"), "All is well.");
  EXPECT_THAT(shown, HasSubstr("2026-03-29T03:00:00+02:00  2026-03-29T01:00:00Z")) << "as the page shows";
}

}  // namespace
}  // namespace executus::testing
