// Workers that fire the schedules of agent files. The shortest interval of cron is a second.
#include <algorithm>
#include <array>
#include <csignal>
#include <set>

#include <executus/base/clock.hpp>

#include "cli_program.hpp"
#include "crash/seed.hpp"

namespace executus::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class ScheduledWorkers : public CliProgram {
 protected:
  void write_report(const std::string& turn = "All is well.") {
    agent("report", "  - text: " + turn + "\n", "schedule: {cron: '* * * * * *', prompt: Go, overlap: allow}\n");
  }
  std::unique_ptr<Started> start_worker() {
    auto worker = start({"worker"});
    worker->await_err("working");
    return worker;
  }
  // When the runs were due, in seconds.
  std::vector<long> dues() {
    std::vector<long> found;
    auto list = run({"runs", "list", "--limit", "1000", "--json"}).json();
    for (const auto& row : list.as_array()) {
      auto due = std::string(row.at("attributes").at("schedule_due").as_string());
      found.push_back(parse_rfc3339(due).value().time_since_epoch() / std::chrono::seconds(1));
    }
    std::ranges::sort(found);
    return found;
  }
};

// The file comes while the worker works, and another process pauses it.
TEST_F(ScheduledWorkers, FireWhatIsWritten) {  // [SCH-01]
  std::filesystem::create_directory(folder() / "agents");
  auto worker = start_worker();
  write_report();
  worker->await_err("schedule_fired schedule=report due=");
  worker->await_err("run_ended run_id=report-");
  EXPECT_EQ(run({"schedule", "pause", "report"}).exit, 0);
  worker->signal(SIGTERM);
  auto finished = worker->finish();
  EXPECT_EQ(finished.exit, 0) << finished.err;

  EXPECT_THAT(run({"schedule", "list"}).out, AllOf(HasSubstr("  report-"), HasSubstr("paused since ")));
  EXPECT_THAT(run({"runs", "show", "@last"}).err, HasSubstr("there is no run yet")) << "no caller started one";
  auto queued = run({"schedule", "run", "report", "-q"}).out;
  EXPECT_EQ(show("@last").at("run_id").as_string(), queued.substr(0, queued.size() - 1));
}

// With what its file says of overlap and of the target, which is looked up in the folder of the worker.
TEST_F(ScheduledWorkers, FireWhatIsSaved) {  // [PER-04] [SCH-01]
  std::filesystem::create_directory(folder() / "drafts");
  agent("report", "  - text: All is well.\n",
        "schedule: {cron: '* * * * * *', prompt: Go, overlap: allow}\ndeliver: ends\n");
  std::filesystem::rename(folder() / "agents/report.yaml", folder() / "drafts/report.yaml");
  write("executus.yaml", "deliver:\n  ends: {file: ends.txt}\n");
  auto worker = start_worker();
  ASSERT_EQ(run({"agents", "import", "drafts", "--caller", "ann"}).exit, 0);
  worker->await_err("schedule_fired schedule=saved/ann/report due=");
  worker->await_err("run_ended run_id=saved-ann-report-");
  ASSERT_EQ(run({"agents", "remove", "report", "--caller", "ann", "--yes"}).exit, 0);
  worker->signal(SIGTERM);
  EXPECT_EQ(worker->finish().exit, 0);
  EXPECT_EQ(run({"runs", "list", "--limit", "1", "--json"}).json().at(0).at("caller"), "ann");
  EXPECT_THAT(read("ends.txt"), HasSubstr("All is well."));
}

// Killed as it fires or as it drives what it fired, as the seed chooses, with another one beside it and a third that
// comes after it.
TEST_F(ScheduledWorkers, MakeOneRunForEachTime) {  // [SCH-01] [SCH-08] [STO-05]
  const auto seed = crash::first_seed();
  SCOPED_TRACE("EXECUTUS_CRASH_SEED=" + std::to_string(seed));
  const std::string moment = std::array{"schedule_fired", "run_taken_up", "run_ended"}.at(seed % 3);
  write_report();
  auto first = start_worker(), second = start_worker();
  until([&] { return (first->err() + second->err()).find(moment) != std::string::npos; });
  auto& fires = first->err().find(moment) != std::string::npos ? first : second;
  auto& other = &fires == &first ? second : first;
  fires->signal(SIGKILL);
  (void)fires->finish();
  auto third = start_worker();
  auto seen = dues().size();
  until([&] { return dues().size() > seen; });
  for (auto* worker : {&other, &third}) {
    (*worker)->signal(SIGTERM);
    EXPECT_EQ((*worker)->finish().exit, 0);
  }

  auto found = dues();
  ASSERT_GE(found.size(), 2U);
  for (std::size_t i = 1; i < found.size(); ++i)
    EXPECT_EQ(found[i], found[i - 1] + 1) << "none is missed, none is twice";
}

}  // namespace
}  // namespace executus::testing
