#include "run/calls/waits.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "run/record/journal_commands.hpp"

namespace executus::run {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using ::testing::ElementsAre;

constexpr WallTime kNoon{Milliseconds(1'700'000'000'000)};

WaitingAt at(WallTime now, Milliseconds since_boot, std::string boot = "b") {
  return {now, {std::move(boot), since_boot}};
}

llm::CallRecord parked(std::uint32_t index, tool::Outcome outcome, const WaitingAt& when) {
  llm::CallRecord call;
  call.position = {0, index};
  call.state = llm::CallState::parked;
  call.wait = wait_for(outcome, when).value();
  return call;
}

journal::Command signal_of(std::int64_t id, std::string name, WallTime when) {
  auto command = commands::signal(std::move(name), id);
  command.id = id;
  command.at = when;
  return command;
}

// What a call does at a time: "" nothing, "woken", or until when it waits now, as a distance from noon.
std::string step_of(const llm::CallRecord& call, const WaitingAt& when) {
  auto steps = wake_steps({&call, 1}, {}, when);
  if (steps.empty()) return "";
  if (steps[0].wakes()) return "woken";
  return std::to_string((*std::get<journal::Parked>(steps[0].entry).wait.until - kNoon) / 1min) + " min";
}

TEST(Waits, ThatAreRepeatedLastAWhile) {  // [DUR-43]
  auto now = at(kNoon, 1h);
  auto until = [&](const tool::Outcome& outcome) { return *spaced(wait_for(outcome, now).value(), now).until - kNoon; };
  EXPECT_EQ(until(tool::ParkUntil{kNoon - days(1)}), kRepeatWhenOver);
  EXPECT_EQ(until(tool::ParkFor{0ms}), kRepeatWhenOver);
  EXPECT_EQ(until(tool::ParkFor{1ms}), kShortestRepeat);
  EXPECT_EQ(until(tool::ParkFor{1'500ms}), 1'500ms);
  EXPECT_EQ(until(tool::ParkUntil{kNoon + days(1)}), days(1));
  EXPECT_EQ(until(tool::ParkForSignal{"paid", 0ms}), kRepeatWhenOver);
  EXPECT_EQ(spaced(wait_for(tool::ParkForSignal{"paid", 0ms}, now).value(), now).signal, "paid");
  EXPECT_FALSE(spaced(wait_for(tool::ParkForSignal{"paid"}, now).value(), now).until);
}

TEST(Waits, ForADateAreDueByTheCalendar) {  // [DUR-43]
  auto call = parked(0, tool::ParkUntil{kNoon + 60min}, at(kNoon, 1h));
  EXPECT_EQ(step_of(call, at(kNoon + 60min - 1ms, 2h)), "");
  EXPECT_EQ(step_of(call, at(kNoon + 60min, 2h)), "woken");
  EXPECT_EQ(step_of(call, at(kNoon + days(1), 1h)), "woken") << "the calendar was set forward, and says it is later";
  EXPECT_EQ(step_of(call, at(kNoon - days(1), 3h)), "") << "it was set back: that date is to come";
}

TEST(Waits, ForALengthOfTimeAreDueAfterItWhateverTheCalendarSays) {  // [DUR-43]
  auto call = parked(0, tool::ParkFor{60min}, at(kNoon, 1h));
  EXPECT_EQ(step_of(call, at(kNoon + 60min, 2h)), "woken");
  EXPECT_EQ(step_of(call, at(kNoon + 59min, 1h + 59min)), "");
  EXPECT_EQ(step_of(call, at(kNoon - days(300), 2h)), "woken") << "set back";
  EXPECT_EQ(step_of(call, at(kNoon - days(1), 1h + 15min)), "-1395 min") << "set back: 45 minutes are left";
  EXPECT_EQ(step_of(call, at(kNoon + days(1), 1h + 15min)), "1485 min") << "set forward: 45 minutes are left";
}

// The two clocks are read one after the other: by 10 ms they may differ.
TEST(Waits, ForALengthOfTimeTakeClocksThatDifferLittleForTheSame) {  // [DUR-43]
  auto call = parked(0, tool::ParkFor{60min}, at(kNoon, 1h));
  EXPECT_EQ(step_of(call, at(kNoon + 60min, 2h - 10ms)), "woken") << "the store says that it is due";
  EXPECT_EQ(step_of(call, at(kNoon + 60min, 2h - 11ms)), "60 min") << "11 ms are left";
  EXPECT_EQ(step_of(call, at(kNoon + 30min + 10ms, 1h + 30min)), "");
  EXPECT_EQ(step_of(call, at(kNoon + 30min - 10ms, 1h + 30min)), "");
  EXPECT_EQ(step_of(call, at(kNoon + 30min + 11ms, 1h + 30min)), "60 min");
}

TEST(Waits, ThatAreReckonedAnewStayWhatTheyAre) {  // [DUR-43] [DUR-44] [DUR-06]
  auto call = parked(0, tool::ParkForSignal{"paid", 60min}, at(kNoon, 1h));
  call.repeated_in_doubt = true;
  auto steps = wake_steps({&call, 1}, {}, at(kNoon - days(1), 1h + 15min));
  ASSERT_EQ(steps.size(), 1u);
  const auto& entry = std::get<journal::Parked>(steps[0].entry);
  EXPECT_EQ(entry.wait.signal, "paid");
  EXPECT_EQ(entry.wait.lasts, 45min);
  EXPECT_TRUE(entry.may_have_happened);
}

TEST(Waits, AcrossAStartOfTheMachineGoByTheCalendar) {  // [DUR-43]
  auto call = parked(0, tool::ParkFor{60min}, at(kNoon, 1h));
  EXPECT_EQ(step_of(call, at(kNoon + 59min, 5min, "c")), "");
  EXPECT_EQ(step_of(call, at(kNoon + 60min, 5min, "c")), "woken");
  EXPECT_EQ(step_of(call, at(kNoon - days(300), 5min, "c")), std::to_string(-300 * 24 * 60 + 60) + " min")
      << "set to before the wait began: not longer than it was to be";
}

TEST(Waits, TakeAnyDateAndAnyLength) {  // [DUR-43]
  auto now = at(kNoon, 1h);
  for (auto when : {kNoon + days(60), WallTime(Milliseconds::max()), kNoon + 1ms})
    EXPECT_EQ(step_of(parked(0, tool::ParkUntil{when}, now), now), "");
  for (auto when : {kNoon, kNoon - days(20'000), WallTime(Milliseconds::min())})
    EXPECT_EQ(step_of(parked(0, tool::ParkUntil{when}, now), now), "woken");
  EXPECT_EQ(step_of(parked(0, tool::ParkFor{Milliseconds::max()}, now), now), "");
  EXPECT_EQ(step_of(parked(0, tool::ParkFor{days(60)}, now), at(kNoon + days(60) - 1s, 1h + days(60) - 1s)), "");
  EXPECT_EQ(step_of(parked(0, tool::ParkFor{days(60)}, now), at(kNoon + days(60), 1h + days(60))), "woken");
  EXPECT_EQ(step_of(parked(0, tool::ParkFor{0ms}, now), now), "woken");
  EXPECT_EQ(step_of(parked(0, tool::ParkFor{Milliseconds::min()}, now), now), "woken");
  EXPECT_EQ(parked(0, tool::ParkFor{-1h}, now).wait->until, kNoon) << "not before it began";
}

TEST(Waits, GiveEachSignalToOneCallInTheOrderInWhichTheyCame) {  // [DUR-44]
  auto now = at(kNoon, 1h);
  std::vector<llm::CallRecord> open{parked(0, tool::ParkForSignal{"paid"}, now), parked(1, tool::ParkFor{1h}, now),
                                    parked(2, tool::ParkForSignal{"sent", 1h}, now),
                                    parked(3, tool::ParkForSignal{"paid", 1h}, now),
                                    parked(4, tool::ParkForSignal{"paid"}, now)};
  std::vector<journal::Command> inbox{commands::steer("hurry"), signal_of(7, "paid", kNoon),
                                      signal_of(8, "other", kNoon), signal_of(9, "paid", kNoon)};
  std::vector<std::int64_t> taken;
  std::vector<std::uint32_t> calls;
  for (const auto& step : wake_steps(open, inbox, now)) {
    taken.push_back(*step.taken);
    const auto& woken = std::get<journal::Woken>(step.entry);
    calls.push_back(woken.call.index);
    EXPECT_EQ(woken.wake.by, llm::CallWake::By::signal);
    EXPECT_EQ(woken.wake.payload, boost::json::value(*step.taken));
  }
  EXPECT_THAT(taken, ElementsAre(7, 9));
  EXPECT_THAT(calls, ElementsAre(0u, 3u));
}

TEST(Waits, TakeASignalThatCameInTimeAlsoWhenTheyAreLateAndNoOther) {  // [DUR-44]
  std::vector<llm::CallRecord> open{parked(0, tool::ParkForSignal{"paid", 1h}, at(kNoon, 1h))};
  auto later = at(kNoon + days(2), 1h + days(2));
  std::vector<journal::Command> late{signal_of(1, "paid", kNoon + 61min)};
  std::vector<journal::Command> in_time{signal_of(1, "paid", kNoon + 61min), signal_of(2, "paid", kNoon + 60min)};

  auto timed_out = wake_steps(open, late, later);
  ASSERT_EQ(timed_out.size(), 1u);
  EXPECT_EQ(timed_out[0].taken, std::nullopt) << "it is kept for another call";
  EXPECT_EQ(std::get<journal::Woken>(timed_out[0].entry).wake.by, llm::CallWake::By::time);
  EXPECT_EQ(wake_steps(open, in_time, later)[0].taken, 2);
}

TEST(Waits, SayWhenTheFirstIsDueAndWhichSignalsTheyWaitFor) {  // [DUR-43] [DUR-44]
  auto now = at(kNoon, 1h);
  std::vector<llm::CallRecord> open{parked(0, tool::ParkForSignal{"paid"}, now), parked(1, tool::ParkFor{2h}, now),
                                    parked(2, tool::ParkForSignal{"sent", 1h}, now),
                                    parked(3, tool::ParkForSignal{"paid"}, now)};
  journal::Waited entry;
  add_waits(entry, open);
  EXPECT_EQ(entry.wake_at, kNoon + 1h);
  EXPECT_THAT(entry.signals, ElementsAre("paid", "sent"));
}

TEST(Waits, AreNotForSignalsWithoutAProperName) {  // [DUR-44]
  for (std::string name : {"", "a b", "a|b", "é", "a/b"})
    EXPECT_FALSE(wait_for(tool::ParkForSignal{name}, at(kNoon, 1h)).ok()) << name;
  EXPECT_FALSE(wait_for(tool::ParkForSignal{std::string(65, 'a')}, at(kNoon, 1h)).ok());
  EXPECT_TRUE(wait_for(tool::ParkForSignal{std::string(64, 'a')}, at(kNoon, 1h)).ok());
  EXPECT_TRUE(wait_for(tool::ParkForSignal{"Order-17.paid_1"}, at(kNoon, 1h)).ok());
}

}  // namespace
}  // namespace executus::run
