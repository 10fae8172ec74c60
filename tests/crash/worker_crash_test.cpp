// Five hundred runs, and workers that are drained, killed, and stopped past their lease while they do them.
#include <chrono>
#include <csignal>
#include <filesystem>
#include <iostream>
#include <memory>
#include <thread>

#include <gtest/gtest.h>

#include <executus/executus.hpp>

#include "killer.hpp"
#include "store/sqlite/connection/connection.hpp"
#include "world.hpp"

namespace executus::crash {
namespace {

namespace fs = std::filesystem;

constexpr int kRuns = 500;
constexpr int kConcurrency = 32;
constexpr int kAnswers = 2;  // of each run: a call with an effect, and the last word
constexpr int kEndings = 3;  // of workers, after which a call of a model may be bought again

std::string name_of_run(int number) { return "run-" + std::to_string(number); }

std::optional<Answer> act_once(const boost::json::object& request, const std::string& body) {
  auto run = run_in(body);
  if (run.empty()) return std::nullopt;
  int place = assistant_messages(request);
  if (place > 0) return Answer{run, place, "Done."};
  return Answer{run, place, "", {scripted_calls(run, 0).front()}};
}

// What the target does is seen by its probe alone: it takes every repeat for a new order.
Cast one_act_cast() {
  auto cast = scripted_cast(EffectClass::probeable);
  cast.mind = act_once;
  cast.repeats = EffectServer::Repeats::happen;
  return cast;
}

class WorkersUnderFire : public ::testing::Test {
 protected:
  WorkersUnderFire() {
    auto pattern = (fs::temp_directory_path() / "executus-workers-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    Stage stage;
    stage.at = [this](Moment moment) { (void)killer_.at(moment); };
    world_ = std::make_unique<World>(folder_, "world", one_act_cast(), stage);
    RuntimeOptions options;
    options.database = (world_->store_folder() / "executus.db").string();
    options.environment = &environment_;
    options.threads = 1;
    host_ = std::make_unique<Runtime>(std::move(options));
  }
  ~WorkersUnderFire() override {
    host_ = nullptr;
    world_ = nullptr;
    std::error_code ignored;
    if (!HasFailure()) fs::remove_all(folder_, ignored);
  }

  // As `run --detach` does it, without a program for each.
  void queue_all() {
    auto agent = host_->load_agent((folder_ / "world/agent.yaml").string()).value().agent;
    for (int i = 0; i < kRuns; ++i) {
      Invocation invocation;
      invocation.run_id = RunId::parse(name_of_run(i)).value();
      invocation.prompt = prompt_for(name_of_run(i));
      invocation.start = Invocation::Start::queued;
      ASSERT_EQ(host_->run(agent, std::move(invocation)).status, RunStatus::queued);
    }
  }
  std::unique_ptr<Process> start_worker(const std::string& name) {
    return std::unique_ptr<Process>(new Process(world_->start(
        {"worker", "--concurrency", std::to_string(kConcurrency), "--max-attempts", "unlimited", "--drain", "0"},
        name)));
  }

  // Asks until the answer is yes; the bound is for what never comes.
  template <class Yes>
  static void until(const char* what, Yes yes) {
    auto end = std::chrono::steady_clock::now() + std::chrono::minutes(5);
    while (!yes()) {
      if (std::chrono::steady_clock::now() > end) throw std::runtime_error(std::string("never came: ") + what);
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }
  // In the middle of a request of the worker: the signal is sent before the server answers it.
  void signal_at(const Process& worker, Moment moment, int signal) {
    killer_.arm(worker.pid(), {moment, kRuns / 5, Microseconds(0), signal});
  }
  [[nodiscard]] std::vector<journal::RunRow> not_ended() {
    std::vector<journal::RunRow> rows;
    for (auto& row : host_->runs().list(filter()).get())
      if (!is_terminal(row.status)) rows.push_back(std::move(row));
    return rows;
  }
  static journal::RunFilter filter() {
    journal::RunFilter all;
    all.limit = kRuns + 1;
    return all;
  }

  // Once it is stopped, between transactions: one that is stopped inside of its own would keep all others from writing
  // until it goes on.
  void keep_stopped(const Process& worker) const {
    for (;;) {
      ASSERT_TRUE(worker.await_stop());
      try {
        sqlite::Connection other(world_->store_folder() / "executus.db", sqlite::Connection::Mode::existing,
                                 Milliseconds(1'000));
        sqlite::WriteTransaction free(other);
        return;
      } catch (const Error&) {
        worker.send(SIGCONT);
        worker.send(SIGSTOP);
      }
    }
  }

  FixedEnvironment environment_{{{"LLM_LAB", "openai+http://127.0.0.1:9/v1"}, {"HOME", "/nonexistent"}}};
  fs::path folder_;
  Killer killer_;
  std::unique_ptr<World> world_;
  std::unique_ptr<Runtime> host_;
};

TEST_F(WorkersUnderFire, EachRunEndsOnceAndNothingIsDoubled) {  // [API-11] [DUR-17] [DUR-27]
  queue_all();

  auto drained = start_worker("drained");
  signal_at(*drained, Moment::model_asked, SIGTERM);
  drained->await_end();
  EXPECT_EQ(drained->finish().exit, 0);

  auto killed = start_worker("killed");
  signal_at(*killed, Moment::effect_happened, SIGKILL);
  killed->await_end();
  EXPECT_TRUE(killed->finish().killed);

  auto stopped = start_worker("stopped");
  signal_at(*stopped, Moment::effect_asked, SIGSTOP);
  keep_stopped(*stopped);
  killer_.disarm();
  auto second = start_worker("second");
  until("the end of all runs", [&] { return not_ended().empty(); });
  stopped->send(SIGCONT);
  for (auto* worker : {stopped.get(), second.get()}) {
    worker->send(SIGTERM);
    EXPECT_EQ(worker->finish().exit, 0);
  }

  world_->let_arrive();
  auto asked_of = world_->asked();
  auto effects = world_->effects();
  int total = 0;
  for (int i = 0; i < kRuns; ++i) {
    auto run = name_of_run(i);
    auto entries = host_->runs().entries(RunId::parse(run).value()).get();
    auto count = [&]<class Kind>(Kind) {
      return std::ranges::count_if(entries, [](const auto& e) { return std::holds_alternative<Kind>(e.payload); });
    };
    EXPECT_EQ(count(journal::Ended{}), 1) << run;
    EXPECT_EQ(count(journal::Responded{}), kAnswers) << run;
    EXPECT_EQ(effects.executions(run + "/0/0"), 1) << run;
    EXPECT_LE(asked_of[run].total(), kAnswers + kEndings) << run;
    EXPECT_EQ(host_->runs().find(RunId::parse(run).value()).get()->row.status, RunStatus::ok) << run;
    total += asked_of[run].total();
  }
  EXPECT_LE(total, kAnswers * kRuns + kEndings * kConcurrency) << "calls that were in flight, and no others";
  EXPECT_GE(effects.probes_yes, 1) << "of the call whose worker was killed when it had happened";
  std::cout << "[  crash   ] workers: " << kRuns << " runs, " << total - kAnswers * kRuns
            << " model calls in flight lost, " << effects.probes_yes << " + " << effects.probes_no << " probes\n";
}

}  // namespace
}  // namespace executus::crash
