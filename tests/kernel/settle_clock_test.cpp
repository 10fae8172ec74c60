// What a settle time is counted by: not by the calendar, which may be set.
#include <gtest/gtest.h>

#include "run/calls/settle.hpp"
#include "run/harness_test.hpp"
#include "run/record/backoff.hpp"

namespace executus::run {
namespace {

constexpr Milliseconds kSettle{10'000};
constexpr Milliseconds kHour = std::chrono::hours(1);

// A process dies right after it sent a call. The request is still on its way when the next process probes.
struct SentAndDied : Harness {
  SentAndDied()
      : Harness([](std::size_t turn) { return turn == 0 ? calls({{"c", "order", "{}"}}) : says("done"); }),
        order(add_tool("order", tool::Effect::probeable)) {
    order.change().settle = kSettle;
    order.act = [this]() -> tool::Outcome {
      sent.push_back(loop.clock().mono());
      world.effects.clear();
      if (sent.size() == 1) store->dead = true;
      return tool::Done{"ordered", {}};
    };
  }

  // How long after it was sent, or taken up.
  Milliseconds repeated_after(MonoTime then) const {
    return std::chrono::duration_cast<Milliseconds>(sent.at(1) - then);
  }

  EffectTool& order;
  std::vector<MonoTime> sent;
};

TEST(SettleClock, WaitsInFullThoughTheCalendarWasSetForward) {  // [DUR-05]
  SentAndDied run;
  (void)run.run();
  run.loop.manual_clock().jump_wall(kHour);
  run.new_process();

  EXPECT_TRUE(run.recover()->ok());

  EXPECT_EQ(run.repeated_after(run.sent.at(0)), kSettle);
}

TEST(SettleClock, CountsDowntimeThoughTheCalendarWasSetBack) {  // [DUR-05]
  SentAndDied run;
  (void)run.run();
  run.loop.manual_clock().advance(Milliseconds(8'000));
  run.loop.manual_clock().jump_wall(-kHour);
  run.new_process();

  EXPECT_TRUE(run.recover()->ok());

  EXPECT_EQ(run.repeated_after(run.sent.at(0)), kSettle);
}

// Nothing tells how long the machine was off.
TEST(SettleClock, WaitsInFullAfterTheMachineWasStartedAgain) {  // [DUR-05]
  SentAndDied run;
  (void)run.run();
  run.loop.manual_clock().advance(kHour);
  run.loop.manual_clock().reboot();
  run.new_process();
  MonoTime taken_up = run.loop.clock().mono();

  EXPECT_TRUE(run.recover()->ok());

  EXPECT_EQ(run.repeated_after(taken_up), kSettle);
}

// The intent is durable with the response, and is acted on when the lease holds again.
TEST(SettleClock, BeginsWithTheSendAndNotWhenItsIntentBeganToWait) {  // [DUR-05] [DUR-17]
  SentAndDied run;
  EntryObserver observer([&](const journal::Entry& entry) {
    if (!std::holds_alternative<journal::Responded>(entry.payload)) return;
    run.store->lease = MonoTime::min();
    (void)run.loop.call_at(run.loop.clock().mono() + Milliseconds(20'000), [&run] { run.store->lease.reset(); });
  });
  run.new_process(&observer);
  (void)run.run();
  run.new_process();

  auto outcome = run.recover();

  EXPECT_EQ(run.repeated_after(run.sent.at(0)), kSettle);
  EXPECT_EQ(outcome->tool_calls.at(0).dispatches, 2) << "what was not acted on is no dispatch";
}

// An outcome that stays unknown in the process that sent the call.
TEST(SettleClock, CountsFromTheSendInTheProcessThatSent) {  // [DUR-05]
  SentAndDied run;
  bool first = true;
  run.order.act = [&]() -> tool::Outcome {
    run.sent.push_back(run.loop.clock().mono());
    run.world.effects.clear();
    run.loop.manual_clock().jump_wall(kHour);
    if (std::exchange(first, false)) return tool::Unknown{"the connection was cut"};
    return tool::Done{"ordered", {}};
  };

  EXPECT_TRUE(run.run().ok());

  EXPECT_EQ(run.repeated_after(run.sent.at(0)), kSettle + backoff(1));
}

}  // namespace
}  // namespace executus::run
