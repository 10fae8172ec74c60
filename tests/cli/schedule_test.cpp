// `executus schedule`.
#include "cli_program.hpp"

namespace executus::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Schedule : public CliProgram {};

TEST_F(Schedule, ShowsTheNextTimesInBothTimes) {
  auto shown = run({"schedule", "next", "--cron", "30 2 * * *", "--timezone", "Europe/Berlin", "--after", "2026-03-28",
                    "--count", "2"});
  EXPECT_EQ(shown.exit, 0) << shown.err;
  EXPECT_EQ(shown.out,
            "Europe/Berlin              UTC\n"
            "2026-03-28T02:30:00+01:00  2026-03-28T01:30:00Z\n"
            "2026-03-29T03:00:00+02:00  2026-03-29T01:00:00Z\n");
  EXPECT_THAT(shown.err, IsEmpty());
}

TEST_F(Schedule, ShowsThoseOfAnAgent) {
  write("agents/report.yaml", "name: report\nschedule: {cron: '0 9 * * 1-5', timezone: Europe/Berlin, jitter: 5m}\n");
  auto shown = run({"schedule", "next", "report", "--after", "2026-01-02T09:00:00+01:00", "--count", "1", "--json"});
  EXPECT_EQ(shown.exit, 0) << shown.err;
  EXPECT_EQ(shown.out,
            "{\"cron\":\"0 9 * * 1-5\",\"timezone\":\"Europe/Berlin\",\"jitter\":\"5m\",\"times\":"
            "[{\"local\":\"2026-01-05T09:00:00+01:00\",\"utc\":\"2026-01-05T08:00:00Z\"}]}\n");
  EXPECT_THAT(run({"schedule", "next", "report"}).out, HasSubstr("each run starts up to 5m later"));
}

TEST_F(Schedule, EndsWhereTheKnowledgeOfClocksEnds) {
  auto shown = run({"schedule", "next", "--cron", "0 0 31 12 1", "--after", "2399-12-25", "--count", "9", "--quiet"});
  EXPECT_EQ(shown.exit, 0) << shown.err;
  EXPECT_EQ(shown.out, "2399-12-27T00:00:00Z\n2399-12-31T00:00:00Z\n");
  EXPECT_THAT(shown.err, HasSubstr("days that fit either of them"));
}

TEST_F(Schedule, SaysWhatIsWrong) {
  auto error = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"schedule", "next"});
    auto shown = run(words);
    EXPECT_EQ(shown.exit, 2);
    EXPECT_THAT(shown.out, IsEmpty());
    return shown.err;
  };
  EXPECT_THAT(error({"--cron", "0 0 30 2 *"}), AllOf(HasSubstr("column 5"), HasSubstr("never comes")));
  EXPECT_THAT(error({"--cron", "@daily", "--timezone", "Mars/Base"}), HasSubstr("there is no time zone 'Mars/Base'"));
  EXPECT_THAT(error({"--cron", "@daily", "--after", "soon"}), HasSubstr("--after 'soon': expected a day or a time"));
  EXPECT_THAT(error({"--cron", "@daily", "--count", "10001"}), HasSubstr("--count: at most 10000"));
  write("agents/report.yaml", "name: report\nschedule: {cron: '@daily'}\n");
  write("agents/idle.yaml", "name: idle\n");
  EXPECT_THAT(error({"report", "--cron", "@daily"}), HasSubstr("give an AGENT with a schedule, or --cron EXPR"));
  EXPECT_THAT(error({"report", "--timezone", "UTC"}), HasSubstr("--timezone goes with --cron"));
  EXPECT_THAT(error({"idle"}), HasSubstr("agent 'idle' has no schedule"));
  EXPECT_THAT(error({}), HasSubstr("give an AGENT with a schedule, or --cron EXPR"));
}

// No worker works here.
class ScheduleCommands : public CliProgram {
 protected:
  void SetUp() override {
    agent("report", "  - text: All is well.\n",
          "schedule: {cron: '0 9 1 1 *', timezone: Europe/Berlin, prompt: Morning report}\n");
    agent("idle", "  - text: hi\n");
  }
  // Its file is in agents/ no more.
  void save_for_ann(const std::string& more = "") {
    write("drafts/report.yaml", "name: report\nmodel: scripted/" + (folder() / "report.turns.yaml").string() + "\n" +
                                    more +
                                    "schedule: {cron: '0 9 1 1 *', timezone: Europe/Berlin, prompt: Morning report}\n");
    std::filesystem::remove(folder() / "agents/report.yaml");
    auto saved = run({"agents", "import", "drafts", "--caller", "ann"});
    ASSERT_EQ(saved.exit, 0) << saved.err;
  }
  boost::json::object listed(const std::string& name, const std::string& caller = "local") {
    auto list = run({"schedule", "list", "--caller", caller, "--json"}).json();
    for (const auto& each : list.as_array())
      if (each.at("id").as_string() == name) return each.as_object();
    return {};
  }
};

TEST_F(ScheduleCommands, ListWhatThereIs) {
  auto shown = run({"schedule", "list"});
  EXPECT_EQ(shown.exit, 0) << shown.err;
  EXPECT_THAT(shown.out, AllOf(HasSubstr("SCHEDULE"), HasSubstr("report"), HasSubstr("-01-01T09:00:00+01:00")));
  EXPECT_EQ(run({"schedule", "list", "-q"}).out, "report\n");
  EXPECT_EQ(listed("report").at("plan").at("timezone"), "Europe/Berlin");
  EXPECT_FALSE(std::filesystem::exists(folder() / "state.db")) << "looking makes no database";
  std::filesystem::remove(folder() / "agents/report.yaml");
  EXPECT_THAT(run({"schedule", "list"}).out, HasSubstr("no schedules"));
}

TEST_F(ScheduleCommands, PauseAndResumeOne) {
  auto paused = run({"schedule", "pause", "report"});
  EXPECT_EQ(paused.exit, 0) << paused.err;
  EXPECT_EQ(paused.out, "report is paused; `executus schedule resume report` ends that\n");
  EXPECT_THAT(run({"schedule", "list"}).out, HasSubstr("paused since "));
  auto resumed = run({"schedule", "resume", "report"});
  EXPECT_THAT(resumed.out, AllOf(HasSubstr("report comes next at "), HasSubstr("-01-01T09:00:00+01:00")));
  EXPECT_EQ(listed("report").at("state"), "");
  EXPECT_EQ(run({"schedule", "pause", "report", "-q"}).out, "report\n");
}

TEST_F(ScheduleCommands, RemoveOneWhoseAgentIsGone) {
  ASSERT_EQ(run({"schedule", "pause", "report"}).exit, 0);
  auto refused = run({"schedule", "remove", "report"});
  EXPECT_EQ(refused.exit, 2);
  EXPECT_THAT(refused.err, HasSubstr("it would come back"));
  std::filesystem::remove(folder() / "agents/report.yaml");
  EXPECT_EQ(run({"schedule", "list", "-q"}).out, "report\n") << "its agent is gone, and it is shown";
  auto removed = run({"schedule", "remove", "report"});
  EXPECT_EQ(removed.exit, 0) << removed.err;
  EXPECT_EQ(removed.out, "report is removed\n");
  EXPECT_THAT(run({"schedule", "list"}).out, HasSubstr("no schedules"));
  EXPECT_THAT(run({"schedule", "remove", "report"}).err, HasSubstr("there is no schedule 'report'"));
}

TEST_F(ScheduleCommands, KnowThoseOfSavedAgents) {  // [PER-04]
  save_for_ann();
  const std::vector<std::string> remove{"schedule", "remove", "saved/ann/report", "--caller", "ann"};
  EXPECT_EQ(listed("saved/ann/report", "ann").at("plan").at("timezone"), "Europe/Berlin");
  EXPECT_EQ(run({"schedule", "pause", "saved/ann/report", "--caller", "ann"}).exit, 0);
  EXPECT_THAT(run(remove).err, HasSubstr("of saved agents, so it would come back"));
  ASSERT_EQ(run({"agents", "remove", "report", "--caller", "ann", "--yes"}).exit, 0);
  EXPECT_EQ(run(remove).exit, 0);
}

TEST_F(ScheduleCommands, KeepWhatIsPrivateFromOthers) {  // [PER-04]
  save_for_ann();
  EXPECT_EQ(run({"schedule", "list", "-q", "--caller", "bob"}).out, "");
  for (const char* command : {"remove", "run"}) {
    auto refused = run({"schedule", command, "saved/ann/report", "--caller", "bob"});
    EXPECT_EQ(refused.exit, 2) << command;
    EXPECT_THAT(refused.err, HasSubstr("there is no schedule 'saved/ann/report' that 'bob' sees")) << command;
  }
  save_for_ann("visibility: public\n");
  EXPECT_EQ(run({"schedule", "list", "-q", "--caller", "bob"}).out, "saved/ann/report\n");
  EXPECT_EQ(run({"schedule", "next", "report", "--count", "1", "--caller", "bob"}).exit, 0);
  EXPECT_THAT(run({"schedule", "pause", "saved/ann/report", "--caller", "bob"}).err,
              HasSubstr("that of an agent of ann"));
  EXPECT_THAT(run({"schedule", "run", "report", "--caller", "bob"}).err, HasSubstr("that of an agent of ann"));
}

TEST_F(ScheduleCommands, QueueARunOfASavedAgentForItsOwner) {  // [PER-04]
  save_for_ann();
  for (const char* name : {"report", "saved/ann/report"}) {
    auto queued = run({"schedule", "run", name, "--caller", "ann"});
    ASSERT_EQ(queued.exit, 0) << queued.err;
    EXPECT_EQ(run({"runs", "list", "-q", "--caller", "ann"}).out.substr(0, queued.out.size()), queued.out);
  }
  EXPECT_THAT(run({"schedule", "next", "saved/ann/report", "--caller", "ann", "--count", "1"}).out,
              HasSubstr("-01-01T09:00:00+01:00"));
}

// The plan stays as it is, and a caller started the run.
TEST_F(ScheduleCommands, QueueARunNow) {
  auto before = listed("report");
  auto queued = run({"schedule", "run", "report"});
  EXPECT_EQ(queued.exit, 0) << queued.err;
  auto id = queued.out.substr(0, queued.out.find('\n'));
  EXPECT_THAT(queued.err, HasSubstr("executus recover " + id));
  EXPECT_EQ(run({"recover"}).exit, 0);
  EXPECT_EQ(show("@last").at("run_id").as_string(), id);
  EXPECT_EQ(show(id).at("output"), "All is well.");
  EXPECT_EQ(listed("report").at("next"), before.at("next"));
}

// As a newer executus may have written it.
TEST_F(ScheduleCommands, ListOneThatCannotBeRead) {
  ASSERT_EQ(run({"schedule", "pause", "report"}).exit, 0);
  auto bytes = read("state.db");
  auto field = bytes.find("\"held\":");
  ASSERT_NE(field, std::string::npos);
  write("state.db", bytes.replace(field, 7, "\"hold\":"));

  auto shown = run({"schedule", "list"});

  EXPECT_EQ(shown.exit, 0) << shown.err;
  EXPECT_THAT(shown.out, HasSubstr("the schedule 'report' in the database cannot be read: a newer executus wrote it"));
  EXPECT_EQ(listed("report").size(), 2U) << "its id and its state: nothing else is known";
}

TEST_F(ScheduleCommands, SayWhatIsWrong) {
  auto error = [&](const std::vector<std::string>& words) {
    auto shown = run(words);
    EXPECT_EQ(shown.exit, 2);
    EXPECT_THAT(shown.out, IsEmpty());
    return shown.err;
  };
  EXPECT_THAT(error({"schedule", "pause", "reprot"}), HasSubstr("there is no schedule 'reprot'"));
  EXPECT_FALSE(std::filesystem::exists(folder() / "state.db"));
  EXPECT_THAT(error({"schedule", "run", "idle"}), HasSubstr("agent 'idle' has no schedule"));
  EXPECT_THAT(error({"schedule", "run", "reprot"}), HasSubstr("report"));
  EXPECT_THAT(error({"schedule", "pause"}), HasSubstr("NAME is required"));
  EXPECT_EQ(run({"schedule", "pause", "report"}).exit, 0);
  EXPECT_THAT(error({"schedule", "resume", "reprot"}), HasSubstr("did you mean 'report'"));
}

}  // namespace
}  // namespace executus::testing
