// The key `schedule` of agent files.
#include "runtime/agent_file/agent_checks_test.hpp"

namespace executus {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class AgentSchedules : public AgentChecks {
 protected:
  AgentFile load(const std::string& more) {
    write("probe.yaml", "name: probe\n" + more);
    return runtime_.load_agent((folder_ / "probe.yaml").string()).value();
  }
};

TEST_F(AgentSchedules, AreReadWhole) {
  auto file = load(
      "schedule: {cron: '0 9 * * 1-5', timezone: Europe/Berlin, prompt: Morning report, misfire: run_all, overlap: "
      "queue, "
      "jitter: 90s}\n");
  ASSERT_TRUE(file.schedule);
  EXPECT_EQ(file.schedule->plan, (schedule::Plan{"0 9 * * 1-5", "Europe/Berlin", schedule::Misfire::run_all,
                                                 schedule::Overlap::queue, Milliseconds(90'000)}));
  EXPECT_EQ(file.schedule->prompt, "Morning report");
  EXPECT_FALSE(load("").schedule);
}

TEST_F(AgentSchedules, HaveDefaultsThatNoEnvironmentChanges) {
  auto plan = load("schedule: {cron: '@daily'}\n").schedule->plan;
  EXPECT_EQ(plan,
            (schedule::Plan{"@daily", "UTC", schedule::Misfire::run_once, schedule::Overlap::skip, Milliseconds(0)}));
}

TEST_F(AgentSchedules, AreCheckedWithTheirPlace) {
  EXPECT_THAT(errors("schedule: {}\n"), ElementsAre(AllOf(HasSubstr("probe.yaml:2:"), HasSubstr("'cron'"))));
  EXPECT_THAT(errors("schedule:\n  cron: 0 24 * * *\n  timezone: Europe/Atlantis\n"),
              ElementsAre(AllOf(HasSubstr("probe.yaml:3:9: error: 'cron'"), HasSubstr("column 3: '24' is not in 0-23")),
                          AllOf(HasSubstr("probe.yaml:4:13: error: 'timezone'"), HasSubstr("Europe/Atlantis"))));
  EXPECT_THAT(errors("schedule: {cron: 0 0 30 2 *}\n"), ElementsAre(HasSubstr("the schedule never comes")));
  EXPECT_THAT(errors("schedule: {cron: '@daily', overlap: wait}\n"), ElementsAre(HasSubstr("'overlap'")));
}

TEST_F(AgentSchedules, WarnWhereBothDayFieldsAreLimited) {
  EXPECT_THAT(warnings("schedule: {cron: 0 0 13 * 5}\n"),
              ElementsAre(AllOf(HasSubstr("probe.yaml:2:18: warning: "), HasSubstr("days that fit either of them"))));
  EXPECT_THAT(warnings("schedule: {cron: 0 0 */2 * 5}\n"), Not(Contains(HasSubstr("either of them"))));
}

TEST_F(AgentSchedules, NeedInputsThatHaveDefaults) {
  const std::string schedule = "schedule: {cron: '@daily'}\n";
  EXPECT_THAT(errors("inputs: {type: object, properties: {city: {type: string}}, required: [city]}\n" + schedule),
              ElementsAre(HasSubstr("the input 'city' is required: give it a default")));
  EXPECT_THAT(
      errors("inputs: {type: object, properties: {city: {type: string, default: Ulm}}, required: [city]}\n" + schedule),
      ::testing::IsEmpty());
}

TEST_F(AgentSchedules, NeedRunsThatAreStored) {
  EXPECT_THAT(errors("durability: memory\nschedule: {cron: '@daily'}\n"),
              ElementsAre(HasSubstr("with 'durability: memory' none is")));
}

}  // namespace
}  // namespace executus
