#include <atomic>
#include <future>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "run/harness_test.hpp"
#include "run/record/journal_commands.hpp"

namespace executus {
namespace {

constexpr auto kAtMost = std::chrono::minutes(1);  // a bound for a machine that is busy, not a measure
constexpr HeartbeatPace kQuick{Milliseconds(1), Milliseconds(1)};

// A process with a loop of its own and a run that never comes back from its tool.
class Beating : public ::testing::Test {
 protected:
  Beating() {
    auto hang = std::make_shared<run::EffectTool>("hang", tool::Effect::irreversible, world_);
    hang->change().timeout = std::chrono::hours(1);
    hang->around = &never_comes;
    registry_.add(hang);
    agent_.name = "test";
    agent_.root = "/";
    agent_.tools = {"hang"};
    ExecutorConfig config;
    config.registry = &registry_;
    config.models = &models_;
    config.ports.journal = &store_;
    executor_ = std::make_unique<Executor>(std::move(config));
  }
  Heartbeat beat() { return {*loop_, store_, *executor_, null_logger(), kQuick}; }
  static Task<void> never_comes(OneShot<> never) { co_await never.wait(); }
  static bool comes(std::future<void> moment) { return moment.wait_for(kAtMost) == std::future_status::ready; }

  std::unique_ptr<Loop> loop_ = make_loop(1);
  journal::MemoryJournal journal_{system_clock()};
  run::MortalStore store_{journal_.open_worker()};
  std::shared_ptr<run::CountingModel> model_ =
      std::make_shared<run::CountingModel>([](std::size_t) { return run::calls({{"c", "hang", "{}"}}); });
  run::OneModelResolver models_{model_};
  run::World world_;
  tool::Registry registry_;
  Agent agent_;
  std::unique_ptr<Executor> executor_;
};

TEST_F(Beating, RenewsTheLeaseAgainAndAgainAlsoAfterItCouldNot) {  // [DUR-17]
  std::promise<void> third;
  int beats = 0;
  store_.on_heartbeat = [&] {
    if (++beats == 1) throw Error(ErrorKind::disconnected, "store.away", "the store is away");
    if (beats == 3) third.set_value();
  };

  auto heartbeat = beat();

  EXPECT_TRUE(comes(third.get_future()));
}

TEST_F(Beating, RenewsTheLeaseWhileTheLoopIsHeldUp) {  // [DUR-17]
  std::promise<void> held_up, goes_on, third;
  Strand::make(*loop_)->post([&] { held_up.set_value(), goes_on.get_future().wait(); });
  ASSERT_TRUE(comes(held_up.get_future()));
  int beats = 0;
  store_.on_heartbeat = [&] {
    if (++beats == 3) third.set_value();
  };

  {
    auto heartbeat = beat();
    EXPECT_TRUE(comes(third.get_future()));
    goes_on.set_value();
  }
}

TEST_F(Beating, TellsARunOfCommandsThatOthersPosted) {  // [DUR-38]
  std::promise<void> asked;
  model_->on_call = [&] { asked.set_value(); };
  std::promise<RunOutcome> promise;
  auto outcome = promise.get_future();
  Invocation invocation;
  invocation.run_id = *RunId::parse("run");
  invocation.prompt = "please";
  RootGroup group(*loop_);
  group.spawn(detail::fulfil(executor_->run(agent_, std::move(invocation)), promise));
  ASSERT_TRUE(comes(asked.get_future()));

  auto other = journal_.open_worker();
  (void)block_on(*loop_, other->post(*RunId::parse("run"), run::commands::cancel()));
  auto heartbeat = beat();

  bool is_over = outcome.wait_for(kAtMost) == std::future_status::ready;
  group.cancel_all({Cause::shutdown, "the test is over"});
  ASSERT_TRUE(is_over);
  EXPECT_EQ(outcome.get().status, RunStatus::cancelled);
}

// As in a simulation: one thread, and time that is told to pass.
TEST(BeatingByTheLoopsClock, BeatsAndLooksAsOftenAsItShould) {  // [DUR-17] [DUR-18]
  run::Harness h([](std::size_t) { return run::says("done"); });
  int beats = 0, looks = 0;
  h.store->on_heartbeat = [&] { ++beats; };
  h.store->on_look = [&] {
    if (++looks == 2) throw Error(ErrorKind::disconnected, "store.away", "the store is away");
  };
  run::ManualGroup tasks(h.loop);
  tasks.spawn(keep_beating(*h.store, null_logger(), HeartbeatPace().beat));
  tasks.spawn(keep_looking(*h.store, *h.executor, null_logger(), HeartbeatPace().look));

  h.loop.advance(std::chrono::minutes(1));

  EXPECT_EQ(beats, 20);
  EXPECT_EQ(looks, 60);
}

struct HeartbeatComplaints final : Logger {
  void log(LogLevel, std::string_view message) noexcept override { lines.emplace_back(message); }
  std::vector<std::string> lines;
};

// A store that stays away must not fill a disk with the same line. It is told again when the trouble is another one,
// and when it comes back.
TEST(BeatingByTheLoopsClock, SaysOfAStoreThatStaysAwayOnce) {  // [DUR-17] [DUR-18]
  run::Harness h([](std::size_t) { return run::says("done"); });
  HeartbeatComplaints log;
  int beats = 0, looks = 0;
  auto fail_between = [](int n) {
    bool away = n >= 2 && n < 10, away_again = n >= 15;
    if (away || away_again) throw Error(ErrorKind::disconnected, "store.away", n < 8 ? "away" : "broken");
  };
  h.store->on_heartbeat = [&] { fail_between(++beats); };
  h.store->on_look = [&] { fail_between(++looks); };
  run::ManualGroup tasks(h.loop);
  tasks.spawn(keep_beating(*h.store, log, HeartbeatPace().beat));
  h.loop.advance(std::chrono::minutes(1));

  std::vector<std::string> expected(3, "renewing the lease failed: ");
  expected[0] += "away", expected[1] += "broken", expected[2] += "broken";
  EXPECT_EQ(log.lines, expected);

  log.lines.clear();
  tasks.spawn(keep_looking(*h.store, *h.executor, log, HeartbeatPace().look));
  h.loop.advance(std::chrono::minutes(1));

  expected.assign(3, "looking for commands failed: ");
  expected[0] += "away", expected[1] += "broken", expected[2] += "broken";
  EXPECT_EQ(log.lines, expected);
}

}  // namespace
}  // namespace executus
