// Ten thousand runs asleep in one SQLite file, over restarts and while the machine's calendar is set.
#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <semaphore>

#include <boost/describe/class.hpp>
#include <gtest/gtest.h>

#include <executus/store/sqlite.hpp>
#include <executus/testing/temporary_folder.hpp>
#include <executus/tool/typed_tool.hpp>

#include "run/harness_test.hpp"
#include "run/worker/scanner.hpp"

namespace executus::testing {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

// A machine whose time passes when it is told to, and whose calendar can be set. Timers are real: they bound waits.
class SettableClock final : public Clock {
 public:
  [[nodiscard]] WallTime wall() const override { return WallTime(Milliseconds(passed_ + set_by_)); }
  [[nodiscard]] MonoTime mono() const override { return system_clock().mono(); }
  [[nodiscard]] BootMoment boot_moment() const override { return {"boot", Milliseconds(passed_)}; }
  void pass(Milliseconds time) { passed_ += time.count(); }
  void set_calendar(Milliseconds by) { set_by_ += by.count(); }

 private:
  std::atomic<std::int64_t> passed_{1'700'000'000'000};
  std::atomic<std::int64_t> set_by_{0};
};

// A loop with that clock.
class ClockedLoop final : public Loop {
 public:
  explicit ClockedLoop(const Clock& clock) : clock_(clock) {}
  void post(Job& job) override { loop_->post(job); }
  TimerId call_at(MonoTime when, std::function<void()> callback) override {
    return loop_->call_at(when, std::move(callback));
  }
  void cancel_timer(TimerId id) override { loop_->cancel_timer(id); }
  [[nodiscard]] const Clock& clock() const override { return clock_; }
  [[nodiscard]] bool runs_here() const noexcept override { return loop_->runs_here(); }

 private:
  const Clock& clock_;
  std::unique_ptr<Loop> loop_ = make_loop(2);
};

struct NapArgs {
  bool by_date = false;
};
BOOST_DESCRIBE_STRUCT(NapArgs, (), (by_date))

class ManySleepers : public ::testing::Test {
 protected:
  ManySleepers() {
    registry_.add(make_tool<NapArgs>({.name = "nap", .effect = tool::Effect::pure},
                                     [this](NapArgs args, const tool::Call& call) { return nap(args, call); }));
    agent_.name = "sleeper";
    agent_.root = "/";
    agent_.tools = {"nap"};
    agent_.durability = Durability::relaxed;
    new_process();
  }

  // Half of the runs wait for a date, half for a length of time.
  tool::Outcome nap(NapArgs args, const tool::Call& call) {
    std::lock_guard lock(mutex_);
    if (call.woken()) {
      ++woken_[call.run];
      return tool::Done{"awake", {}};
    }
    if (args.by_date) return tool::ParkUntil{clock_.wall() + 1h};
    return tool::ParkFor{1h};
  }

  void new_process() {
    executor_.reset();
    store_.reset();
    sqlite::Options options{folder_ / "j.db"};
    options.clock = &clock_;
    store_ = sqlite::open_store(std::move(options));
    ExecutorConfig config;
    config.registry = &registry_;
    config.models = &models_;
    config.ports.journal = store_.get();
    executor_ = std::make_unique<Executor>(std::move(config));
  }

  Task<void> start_one(int number) {
    Invocation invocation;
    invocation.run_id = *RunId::parse("run-" + std::to_string(number));
    invocation.prompt = number % 2 == 0 ? "date" : "time";
    auto outcome = co_await executor_->run(agent_, std::move(invocation));
    if (outcome.reason == "timer") ++asleep_;
  }
  void start(std::size_t runs) {
    {
      RootGroup group(loop_);
      for (std::size_t i = 0; i < runs; ++i) group.spawn(start_one(static_cast<int>(i)));
      group.join();
    }
    ASSERT_EQ(asleep_, runs);
  }
  void expect_each_woken_once(std::size_t runs) {
    EXPECT_EQ(woken_.size(), runs);
    EXPECT_TRUE(std::ranges::all_of(woken_, [](const auto& each) { return each.second == 1; }));
  }

  // How many ended, in a process of its own.
  std::size_t recovered() {
    new_process();
    RecoverOptions options;
    options.concurrency = 64;
    RootGroup group(loop_);
    auto results = recover(group, *executor_, *store_, options);
    return static_cast<std::size_t>(std::ranges::count_if(results, [](const auto& r) { return r.outcome.ok(); }));
  }

  SettableClock clock_;
  ClockedLoop loop_{clock_};
  TemporaryFolder folder_;
  tool::Registry registry_;
  Agent agent_;
  std::shared_ptr<run::CountingModel> model_ =
      std::make_shared<run::CountingModel>([](const llm::Request& request, std::size_t turn) {
        bool by_date = request.messages.begin()->text() == "date";
        return turn == 0 ? run::calls({{"c", "nap", by_date ? R"({"by_date":true})" : R"({"by_date":false})"}})
                         : run::says("done");
      });
  run::OneModelResolver models_{model_};
  std::unique_ptr<journal::JournalStore> store_;
  std::unique_ptr<Executor> executor_;
  std::atomic<std::size_t> asleep_{0};
  std::mutex mutex_;
  std::map<RunId, int> woken_;
};

TEST_F(ManySleepers, WakeOnTimeAfterARestart) {  // [DUR-43]
  start(10'000);
  clock_.pass(1h - 1s);
  EXPECT_EQ(recovered(), 0u) << "none is due";
  clock_.pass(1s);
  EXPECT_EQ(recovered(), 10'000u);
  expect_each_woken_once(10'000);
  EXPECT_EQ(recovered(), 0u);
}

Task<void> work_until_drained(run::Scanner& worker) { (void)co_await worker.work(); }

TEST_F(ManySleepers, AreWokenByAWorkerOnceEach) {  // [DUR-43] [API-11]
  constexpr std::size_t kRuns = 250;
  start(kRuns);
  clock_.pass(1h);
  new_process();
  std::atomic<std::size_t> ended{0};
  std::binary_semaphore all{0};
  WorkOptions options{.concurrency = 64, .starts_per_second = 0};
  options.on_event = [&](const WorkEvent& event) {
    const auto* gone = std::get_if<RunLetGo>(&event);
    if (gone && gone->outcome.ok() && ++ended == kRuns) all.release();
  };
  run::Scanner worker({loop_, *executor_, *store_, null_logger()}, std::move(options));
  RootGroup group(loop_);
  group.spawn(work_until_drained(worker));

  all.acquire();
  worker.drain(0ms);
  group.join();

  expect_each_woken_once(kRuns);
}

TEST_F(ManySleepers, WakeOnTimeWhateverTheCalendarWasMeanwhile) {  // [DUR-43]
  start(500);
  clock_.pass(20min);
  clock_.set_calendar(-days(400));
  EXPECT_EQ(recovered(), 0u) << "set back, and looked at";
  clock_.pass(20min);
  clock_.set_calendar(days(400));
  clock_.pass(20min - 1s);
  EXPECT_EQ(recovered(), 0u) << "set right again, and not due yet";
  clock_.pass(1s);
  EXPECT_EQ(recovered(), 500u);
  expect_each_woken_once(500);
}

}  // namespace
}  // namespace executus::testing
