// Workers, a recovery and the keeping of leases on one thread, by one clock that moves when told to, as in a
// simulation.
#include <executus/async/timing.hpp>

#include "run/record/journal_commands.hpp"
#include "run/worker/worked_test.hpp"

namespace executus::run {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

// A process whose lease lasts 15 s from each beat.
struct LeasedProcess {
  LeasedProcess(MortalStore& store, Executor& executor, const Clock& clock) : store(store), executor(executor) {
    store.lease = later(clock.mono(), seconds(15));
    store.on_heartbeat = [this, &clock] { ++beats, this->store.lease = later(clock.mono(), seconds(15)); };
    store.is_mute = true;
  }
  MortalStore& store;
  Executor& executor;
  int beats = 0;
};

class Together : public Worked {
 protected:
  static constexpr int kOfEach = 15;

  Together() {
    auto& pay = h.add_tool("pay", tool::Effect::keyed);
    pay.change().timeout = std::chrono::hours(1);
    pay.around = [](OneShot<>) { return sleep_for(seconds(10)); };
    answer = [](std::size_t turn) { return turn < 2 ? calls({{"c", "pay", "{}"}}) : says("done"); };
    for (int i = 0; i < kOfEach; ++i) {
      submit("queued-" + std::to_string(i));
      submit_dying("interrupted-" + std::to_string(i));
    }
    ExecutorConfig config;
    config.registry = &h.tools();
    config.models = &h.models();
    config.ports.journal = &second_store_;
    second_executor_.emplace(std::move(config));
    second_.emplace(second_store_, *second_executor_, h.loop.clock());
  }
  void TearDown() override {
    recovering_.cancel_all({Cause::shutdown, "the test is over"});
    tasks_.join();
    recovering_.join();
    Worked::TearDown();
  }

  void keep(LeasedProcess& process) {
    tasks_.spawn(keep_beating(process.store, null_logger(), HeartbeatPace().beat));
    tasks_.spawn(keep_looking(process.store, process.executor, null_logger(), HeartbeatPace().look));
  }
  void work(LeasedProcess& process) {
    scanners_.push_back(std::make_unique<Scanner>(
        Scanner::Parts{h.loop, process.executor, process.store, null_logger()}, WorkOptions{.concurrency = 4}));
    tasks_.spawn(life_of(*scanners_.back()));
  }
  void recover(LeasedProcess& process) { tasks_.spawn(pass(recovering_, process)); }

  static Task<void> life_of(Scanner& scanner) { (void)co_await scanner.work(); }
  static Task<void> pass(RootGroup& group, LeasedProcess& process) {
    (void)co_await recover_runs(group, process.executor, process.store, RecoverOptions{.concurrency = 4});
  }

  LeasedProcess first_{*h.store, *h.executor, h.loop.clock()};
  MortalStore second_store_{h.journal.open_worker()};
  std::optional<Executor> second_executor_;
  std::optional<LeasedProcess> second_;
  std::vector<std::unique_ptr<Scanner>> scanners_;
  RootGroup recovering_{h.loop};
  ManualGroup tasks_{h.loop};
};

TEST_F(Together, DriveEachRunOnceAndLoseNoLease) {  // [DUR-17] [DUR-18] [API-11]
  for (auto* process : {&first_, &*second_}) {
    keep(*process);
    work(*process);
    recover(*process);
  }

  h.loop.advance(minutes(2));

  for (int i = 0; i < kOfEach; ++i) {
    auto queued = row("queued-" + std::to_string(i)), interrupted = row("interrupted-" + std::to_string(i));
    EXPECT_EQ(queued.status, RunStatus::ok) << queued.id.str();
    EXPECT_EQ(interrupted.status, RunStatus::ok) << interrupted.id.str();
    EXPECT_EQ(queued.attempts, 1) << "driven once";
    EXPECT_EQ(interrupted.attempts, 2) << "and by the process that died";
  }
  EXPECT_EQ(h.world.dispatches.size(), 2u * 2 * kOfEach);
  for (const auto& [key, times] : h.world.dispatches) EXPECT_EQ(times, 1) << key;
  EXPECT_EQ(first_.beats, 40);
  EXPECT_EQ(second_->beats, 40);
}

TEST_F(Together, HearWhatIsSaidToARunWhicheverOfThemDrivesIt) {  // [DUR-18] [DUR-38]
  for (auto* process : {&first_, &*second_}) {
    keep(*process);
    work(*process);
  }
  h.loop.advance(seconds(5));
  std::vector<std::string> driven;
  for (int i = 0; i < kOfEach; ++i)
    if (auto id = "queued-" + std::to_string(i); status(id) == RunStatus::running) driven.push_back(id);
  ASSERT_GE(driven.size(), 2u);

  for (const auto& id : driven) h.post(commands::cancel(), id);
  h.loop.advance(seconds(2));

  for (const auto& id : driven) EXPECT_EQ(status(id), RunStatus::cancelled) << id;
}

}  // namespace
}  // namespace executus::run
