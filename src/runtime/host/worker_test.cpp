// A worker inside a host: Runtime::work().
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <future>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/executus.hpp>
#include <executus/persona/persona.hpp>
#include <executus/testing/temporary_folder.hpp>

namespace executus {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

using namespace std::chrono_literals;

// Programs on one database, with a model that says "done".
class WorkerTest : public ::testing::Test {
 protected:
  WorkerTest() {
    std::ofstream(folder_ / "script.yaml") << "turns:\n  - {text: done}\n";
    ::setenv("EXECUTUS_MODEL_TIER_FAST", ("scripted/" + (folder_ / "script.yaml").string()).c_str(), 1);
    agent_.name = "test";
  }
  std::unique_ptr<Runtime> make_runtime() {
    RuntimeOptions options;
    options.database = (folder_ / "runs.db").string();
    options.threads = 2;
    return std::make_unique<Runtime>(std::move(options));
  }
  RunId queue(Runtime& runtime) {
    Invocation invocation;
    invocation.prompt = "please";
    invocation.start = Invocation::Start::queued;
    return runtime.run(agent_, std::move(invocation)).run_id;
  }
  static void wait_for_end(Runtime& runtime, const RunId& run) {
    for (const Event& event : runtime.attach(run).get().events({.until = EventOptions::Until::at_end}))
      if (event.as<Ended>()) return;
  }

  testing::TemporaryFolder folder_;
  Agent agent_;
};

TEST_F(WorkerTest, IsReleasedOnceItHasDrained) {  // [API-11]
  auto runtime = make_runtime();
  auto held = std::make_shared<int>();
  auto make_options = [&] {
    WorkOptions options;
    options.on_event = [held](const WorkEvent&) {};
    return options;
  };
  for (int i = 0; i < 3; ++i) {
    Worker worker = runtime->work(make_options());
    worker.drain(0s);
    (void)worker.join();
  }

  Worker last = runtime->work();

  EXPECT_LE(held.use_count(), 3) << "this one, and at most the two of a worker whose task is about to end";
}

TEST_F(WorkerTest, DrivesWhatOthersQueueUntilItIsDrained) {  // [API-07] [API-11]
  auto service = make_runtime(), caller = make_runtime();
  Worker worker = service->work({.concurrency = 4});

  auto run = queue(*caller);
  wait_for_end(*caller, run);
  worker.drain(30s);
  auto summary = worker.join();

  EXPECT_EQ(summary.driven, 1u);
  EXPECT_EQ(summary.ended, 1u);
  auto later = queue(*caller);
  EXPECT_EQ(caller->runs().find(later).get()->row.status, RunStatus::queued);
  EXPECT_EQ(worker.join().driven, 1u) << "it can be asked again";
}

// What another process queues is heard of, not looked for.
TEST_F(WorkerTest, DoesNotWaitForItsNextLook) {  // [API-11]
  auto service = make_runtime(), caller = make_runtime();
  std::promise<void> looked;
  bool is_first = true;
  WorkOptions options;
  options.scan = 24h;
  options.on_event = [&](const WorkEvent& event) {
    if (std::holds_alternative<Looked>(event) && std::exchange(is_first, false)) looked.set_value();
  };
  Worker worker = service->work(options);
  looked.get_future().wait();

  wait_for_end(*caller, queue(*caller));

  worker.drain();
  EXPECT_EQ(worker.join().ended, 1u);
}

// Two processes, as far as the file is concerned. A claim that both try counts for one of them.
TEST_F(WorkerTest, SeveralShareTheWorkOfOneStore) {  // [API-11] [DUR-17]
  auto caller = make_runtime();
  std::vector<RunId> runs;
  for (int i = 0; i < 40; ++i) runs.push_back(queue(*caller));
  auto one = make_runtime(), other = make_runtime();
  WorkOptions options;
  options.starts_per_second = 0;
  Worker first = one->work(options), second = other->work(options);

  for (const auto& run : runs) wait_for_end(*caller, run);
  first.drain(30s);
  second.drain(30s);

  auto a = first.join(), b = second.join();
  EXPECT_EQ(a.driven + b.driven, runs.size());
  EXPECT_EQ(a.ended + b.ended, runs.size());
  for (const auto& run : runs) EXPECT_EQ(caller->runs().find(run).get()->row.attempts, 1) << run.str();
}

TEST_F(WorkerTest, EndsWithItsRuntime) {  // [API-07]
  auto runtime = make_runtime();
  Worker worker = runtime->work();
  {
    auto dropped = worker;
  }
  runtime->shut_down("the host is leaving");
  EXPECT_EQ(worker.join().driven, 0u);

  runtime.reset();

  worker.drain();
  try {
    worker.join();
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "runtime.ended");
  }
}

TEST_F(WorkerTest, IsRefusedWhereNoDatabaseCanBe) {  // [API-07]
  RuntimeOptions options;
  options.database = (folder_ / "").string();
  Runtime runtime(std::move(options));

  EXPECT_THROW((void)runtime.work(), Error);
}

// Each second, which is the shortest that cron can say: the clock is the machine's.
TEST_F(WorkerTest, FiresTheSchedulesOfItsHost) {  // [SCH-01] [API-11]
  auto runtime = make_runtime();
  ScheduledAgent report{.agent = agent_, .schedule = {{"* * * * * *"}, "What happened?"}};
  report.agent.name = "report";
  runtime->schedules().declare("this test", {report});
  std::promise<RunId> fired;
  std::promise<std::string> ended;
  bool is_first_firing = true, is_first_end = true;
  WorkOptions options;
  options.on_event = [&](const WorkEvent& event) {
    if (const auto* one = std::get_if<ScheduleFired>(&event); one && std::exchange(is_first_firing, false))
      fired.set_value(one->run);
    if (const auto* one = std::get_if<RunLetGo>(&event); one && std::exchange(is_first_end, false))
      ended.set_value(one->outcome.output);
  };
  Worker worker = runtime->work(options);

  auto run = fired.get_future().get();

  EXPECT_EQ(ended.get_future().get(), "done");
  EXPECT_EQ(runtime->runs().find(run).get()->row.channel, "schedule");
  auto paused = runtime->schedules().pause("report").get();
  EXPECT_TRUE(paused.paused);
  worker.drain();
  (void)worker.join();
  auto again = make_runtime();
  EXPECT_EQ(again->schedules().list().get().at(0).paused, paused.paused) << "it is kept with the runs";
  EXPECT_FALSE(again->schedules().resume("report").get().paused);
  EXPECT_THROW((void)again->schedules().pause("reprot").get(), Error);
}

TEST_F(WorkerTest, RemovesNoScheduleWhoseAgentMayBeThere) {
  auto runtime = make_runtime();
  ScheduledAgent report{.agent = agent_, .schedule = {{"@daily"}, "What happened?"}};
  report.agent.name = "report";
  runtime->schedules().declare("this test", {report});
  (void)runtime->schedules().pause("report").get();  // which puts it into the store
  auto other = make_runtime();
  auto refusal_of = [&] {
    try {
      return other->schedules().remove("report").get().id;
    } catch (const Error& error) {
      return error.code() + ": " + error.message();
    }
  };
  EXPECT_THAT(refusal_of(), AllOf(HasSubstr("schedule.declared: "), HasSubstr("'this test' declares it")));
  other->schedules().declare("this test", {}, Schedules::Extent::some);
  EXPECT_THAT(refusal_of(), HasSubstr("schedule.declared: "));
  other->schedules().declare("this test", {});
  EXPECT_EQ(refusal_of(), "report");
}

// Of its source, also what is kept of a definition in no other way.
TEST_F(WorkerTest, KnowsAllThatTheFileOfASavedAgentSaid) {  // [PER-04]
  auto runtime = make_runtime();
  auto save = [&](const std::string& name, const std::string& more) {
    persona::Persona persona;
    persona.record.owner = "ann";
    persona.definition.agent.name = name;
    persona.definition.schedule.cron = "@daily";
    set_source(persona.definition,
               "name: " + name + "\nschedule: {cron: '@daily', overlap: queue, jitter: 5m}\n" + more);
    (void)runtime->saved_agents().create(persona);
  };
  save("report", "");
  save("sent", "deliver: ops\n");

  auto jobs = runtime->schedules().list().get();

  ASSERT_EQ(jobs.size(), 1U) << "no target is known here by name: another process starts those runs";
  EXPECT_EQ(jobs[0].id, "saved/ann/report");
  EXPECT_EQ(jobs[0].plan.overlap, schedule::Overlap::queue);
  EXPECT_EQ(jobs[0].plan.jitter, std::chrono::minutes(5));
}

TEST_F(WorkerTest, FiresTheSchedulesOfAgentFiles) {  // [SCH-01]
  std::filesystem::create_directory(folder_ / "agents");
  std::ofstream(folder_ / "agents" / "daily.yaml") << "name: daily\nschedule: {cron: '@daily', prompt: Go}\n";
  std::ofstream(folder_ / "agents" / "broken.yaml") << "name: broken\nschedule: {cron: '@never'}\n";
  RuntimeOptions options;
  options.database = (folder_ / "runs.db").string();
  options.agent_folders = {(folder_ / "agents").string()};
  Runtime runtime(std::move(options));

  runtime.work().drain();

  auto jobs = runtime.schedules().list().get();
  ASSERT_EQ(jobs.size(), 1U);
  EXPECT_EQ(jobs[0].id, "daily");
  EXPECT_EQ(jobs[0].source, (folder_ / "agents").string());
}

}  // namespace
}  // namespace executus
