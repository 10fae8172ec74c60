// Saved agents with a schedule, as workers fire them.
#include "runtime/schedules/saved_schedules.hpp"

#include "runtime/schedules/fired_test.hpp"

namespace executus::host {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class SavedSchedulesTest : public Fired {
 protected:
  SavedSchedulesTest() {
    look_at_saved = [this] { saved.look(); };
  }

  persona::Persona save(const std::string& owner, const std::string& name, const std::string& cron) {
    persona::Persona persona;
    persona.record.owner = owner;
    persona.definition.agent.name = name;
    persona.definition.schedule = {cron, "UTC", "What happened?"};
    return store->create(persona);
  }
  void edit(persona::Persona& persona, const std::string& cron) {
    persona.definition.schedule.cron = cron;
    persona = store->update(persona);
  }
  ScheduledAgent as_scheduled(const persona::Persona& persona) {
    ++read;
    auto agent = scheduled(persona.definition.agent.name, persona.definition.schedule.cron);
    agent.schedule.prompt = persona.definition.schedule.prompt;
    return agent;
  }

  std::unique_ptr<persona::PersonaStore> store = persona::make_memory_store();
  int read = 0;
  SavedSchedules saved{{log, [this] { return store.get(); },
                        [this](const persona::Persona& persona) { return as_scheduled(persona); }, declared}};
};

TEST_F(SavedSchedulesTest, AreFiredAsTheirOwner) {  // [PER-04] [SCH-01]
  save("ann", "report", "*/5 * * * *");
  save("bob", "report", "*/5 * * * *");
  work();
  h.loop.advance(minutes(5));
  ASSERT_EQ(runs().size(), 2U);
  std::map<std::string, journal::RunRow> by_caller;
  for (const auto& row : runs()) by_caller[row.caller] = row;
  EXPECT_EQ(by_caller.at("ann").id.str(), schedule::run_id_of("saved/ann/report", now()));
  EXPECT_EQ(by_caller.at("ann").agent, "report");
  EXPECT_EQ(by_caller.at("bob").attributes.at("schedule"), "saved/bob/report");
  EXPECT_THAT(log.lines, IsEmpty());
}

TEST_F(SavedSchedulesTest, AreReadOnlyWhenOneWasSaved) {
  save("ann", "report", "0 6 * * *");
  work();
  h.loop.advance(hours(1));
  EXPECT_EQ(read, 1);
  save("ann", "other", "0 6 * * *");
  h.loop.advance(minutes(1));
  EXPECT_EQ(read, 3);
}

TEST_F(SavedSchedulesTest, AreFoundWhereNothingWasDeclaredBefore) {
  work();
  h.loop.advance(minutes(2));
  save("ann", "report", "*/5 * * * *");
  h.loop.advance(minutes(3));
  EXPECT_THAT(minutes_run(), ElementsAre(5));
}

TEST_F(SavedSchedulesTest, NeverFireForATimeBeforeTheyWereEdited) {  // [SKL-03] [SCH-01]
  auto report = save("ann", "report", "0 6 * * *");
  work();
  h.loop.advance(minutes(30) + seconds(30));
  edit(report, "10 * * * *");
  h.loop.advance(minutes(30));
  EXPECT_THAT(runs(), IsEmpty());
  h.loop.advance(minutes(10));
  EXPECT_THAT(minutes_run(), ElementsAre(70));
  edit(report, "0 6 * * *");
  h.loop.advance(hours(4));
  EXPECT_THAT(minutes_run(), ElementsAre(70)) << "the version that was rolled back to counts";
}

TEST_F(SavedSchedulesTest, ComeNoMoreOnceTheirAgentIsRemoved) {
  auto report = save("ann", "report", "*/5 * * * *");
  work();
  h.loop.advance(minutes(6));
  store->remove(report.record.id);
  h.loop.advance(minutes(1));
  EXPECT_FALSE(job("saved/ann/report").next) << "already before its time comes";
  EXPECT_THAT(job("saved/ann/report").last->reason, HasSubstr("was removed"));
  h.loop.advance(minutes(10));
  EXPECT_THAT(minutes_run(), ElementsAre(5));
  save("ann", "report", "*/5 * * * *");
  h.loop.advance(minutes(4));
  EXPECT_THAT(minutes_run(), ElementsAre(5, 20));
}

// As a name is looked up: the file stands in the place of the saved agent.
TEST_F(SavedSchedulesTest, AreNotFiredBesideAFileOfTheirName) {
  declare({scheduled("report", "*/5 * * * *")});
  save("ann", "report", "*/5 * * * *");
  work();
  h.loop.advance(minutes(5));
  ASSERT_EQ(runs().size(), 1U);
  EXPECT_EQ(runs()[0].caller, "schedule");
}

TEST_F(SavedSchedulesTest, ThatCannotBeTakenUpKeepNoOtherFromComing) {
  auto broken = save("ann", "broken", "*/5 * * * *");
  save("ann", "report", "*/5 * * * *");
  work();
  edit(broken, "every day");
  h.loop.advance(minutes(5));
  ASSERT_THAT(minutes_run(), ElementsAre(5));
  EXPECT_EQ(runs()[0].agent, "report");
  ASSERT_EQ(log.lines.size(), 1U);
  EXPECT_THAT(log.lines[0], HasSubstr("the schedule of the saved agent 'broken' of ann is not taken up"));
}

TEST_F(SavedSchedulesTest, AreTheBusinessOfWorkersThatTakeTheirAgent) {
  save("ann", "mine", "*/5 * * * *");
  save("ann", "other", "*/5 * * * *");
  WorkOptions options;
  options.agents = {"mine"};
  work(options);
  h.loop.advance(minutes(5));
  ASSERT_EQ(runs().size(), 1U);
  EXPECT_EQ(runs()[0].agent, "mine");
}

}  // namespace
}  // namespace executus::host
