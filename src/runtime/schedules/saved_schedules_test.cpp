// Saved agents with a schedule, as workers fire them.
#include "runtime/schedules/saved_schedules.hpp"

#include <executus/store/sqlite/saved.hpp>
#include <executus/testing/temporary_folder.hpp>

#include "runtime/schedules/fired_test.hpp"
#include "runtime/schedules/job_declaring.hpp"
#include "store/sqlite/connection/connection.hpp"

namespace executus::host {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class SavedSchedulesTest : public Fired {
 protected:
  SavedSchedulesTest() {
    look_at_saved = [this] { return look(); };
  }
  Task<void> look() {
    saved.look(log);
    co_return;
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
    if (trouble && persona.definition.agent.name == "troubled") throw Error(*trouble);
    auto agent = scheduled(persona.definition.agent.name, persona.definition.schedule.cron);
    agent.schedule.prompt = persona.definition.schedule.prompt;
    return agent;
  }

  static ScheduledAgent declared_of(const std::string& owner, const std::string& name) {
    auto agent = scheduled(name, "*/5 * * * *");
    agent.name = schedule_name_of(owner, name);
    agent.caller = owner;
    return agent;
  }

  std::unique_ptr<persona::PersonaStore> store = persona::make_memory_store();
  int read = 0;
  std::optional<Error> trouble;  // of the agent "troubled"
  SavedSchedules saved{{h.loop.clock(), [this] { return store.get(); },
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
  auto report = save("ann", "report", "0 6 * * *");
  work();
  h.loop.advance(hours(1));
  EXPECT_EQ(read, 1);
  save("ann", "other", "0 6 * * *");
  h.loop.advance(minutes(1));
  EXPECT_EQ(read, 2) << "the one that was saved";
  edit(report, "0 7 * * *");
  h.loop.advance(minutes(1));
  EXPECT_EQ(read, 3);
  declare({scheduled("daily", "@daily")});
  EXPECT_EQ(read, 5) << "files were read again: what agents name may be another thing";
  h.loop.advance(hours(1));
  EXPECT_EQ(read, 5);
}

TEST_F(SavedSchedulesTest, AreTriedAgainUntilTheyCanBeTakenUp) {
  trouble = failed("config.targets", "there is no such target");
  save("ann", "troubled", "*/5 * * * *");
  work();
  h.loop.advance(minutes(8));
  EXPECT_EQ(read, 4) << "at the beginning, after one minute, two, four";
  EXPECT_EQ(log.lines.size(), 1U) << "which is said once";
  trouble.reset();
  h.loop.advance(minutes(13));
  EXPECT_THAT(minutes_run(), ElementsAre(20)) << "taken up after 15 minutes";
}

TEST_F(SavedSchedulesTest, AreLookedAtAgainOnceTheStoreIsThere) {
  declare({scheduled("daily", "*/5 * * * *")});
  save("ann", "troubled", "*/5 * * * *");
  trouble = Error(ErrorKind::disconnected, "store.away", "the disk is away");
  work();
  h.loop.advance(minutes(6));
  ASSERT_EQ(runs().size(), 1U) << "what is known comes meanwhile";
  EXPECT_EQ(runs()[0].agent, "daily");
  ASSERT_EQ(log.lines.size(), 1U);
  EXPECT_THAT(log.lines[0], HasSubstr("the disk is away"));
  trouble.reset();
  h.loop.advance(minutes(4));
  EXPECT_THAT(minutes_run(), ElementsAre(5, 10, 10));
}

TEST_F(SavedSchedulesTest, OfANewerProgramKeepNoOtherFromComing) {  // [PER-04]
  testing::TemporaryFolder folder;
  store = sqlite::make_persona_store(sqlite::Database({folder / "state.db"}));
  save("ann", "newer", "*/5 * * * *");
  work().stop();
  h.loop.run_ready();
  sqlite::Connection(folder / "state.db", sqlite::Connection::Mode::existing, seconds(5))
      .execute("UPDATE saved_versions SET body='{'");
  save("bob", "report", "*/5 * * * *");
  declare({scheduled("daily", "*/5 * * * *")});
  work();
  h.loop.advance(minutes(12));
  EXPECT_THAT(minutes_run(), ElementsAre(5, 5, 10, 10));
  EXPECT_EQ(job("saved/ann/newer").next, midnight + minutes(5)) << "it stays as it is, for those who can read it";
  ASSERT_EQ(log.lines.size(), 1U);
  EXPECT_THAT(log.lines[0], HasSubstr("the schedule of the saved agent 'newer' of ann is not taken up"));
}

TEST_F(SavedSchedulesTest, ThatCannotBeTakenUpKeepNoneOpenThatIsGone) {
  auto report = save("ann", "report", "*/5 * * * *");
  auto troubled = save("ann", "troubled", "*/5 * * * *");
  work();
  trouble = failed("config.targets", "there is no such target");
  edit(troubled, "*/7 * * * *");
  store->remove(report.record.id);
  h.loop.advance(minutes(1));
  EXPECT_FALSE(job("saved/ann/report").next);
  EXPECT_TRUE(job("saved/ann/troubled").next);
}

// The other worker has looked later, and has nothing to declare: the job is as it is to be.
TEST_F(SavedSchedulesTest, ComeWhereOneIsSavedAsAWorkerStopsIt) {
  schedules.before_list = [this] {
    save("ann", "report", "*/5 * * * *");
    DeclaredAgent one{std::string(kSavedAgents), declared_of("ann", "report")};
    (void)h.loop.run(declare_job({schedules.inner, *h.store}, one, now()));
  };
  WorkOptions options;
  options.agents = {"other"};
  work(options);
  EXPECT_EQ(job("saved/ann/report").next, midnight + minutes(5));
  EXPECT_THAT(events, IsEmpty());
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

TEST_F(SavedSchedulesTest, DoNotCatchUpWhatTheFileOfTheirNameHas) {
  declare({scheduled("report", "*/5 * * * *")});
  save("ann", "report", "*/5 * * * *");
  DeclaredSchedules elsewhere;  // a worker of another folder put it into the store, and has left
  elsewhere.declare(std::string(kSavedAgents), {declared_of("ann", "report")}, Schedules::Extent::all);
  work(elsewhere).stop();
  work();
  h.loop.advance(minutes(5) + seconds(10));
  declare({});
  h.loop.advance(minutes(5));
  EXPECT_THAT(minutes_run(), ElementsAre(5, 10));
  EXPECT_EQ(runs()[1].caller, "ann");
  EXPECT_THAT(job("saved/ann/report").skipped->reason, HasSubstr("another agent named 'report' stood in its place"));
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
