// The team of examples/team for two simulated days of kills. That the moments come is asserted; where a moment does not
// come in a process, it is killed when it has nothing to do.
#include <algorithm>
#include <iostream>

#include <gtest/gtest.h>

#include "team_days.hpp"

namespace executus::crash {
namespace {

using std::chrono::hours;

constexpr WallTime kFirst = std::chrono::sys_days(std::chrono::year(2035) / 6 / 1);
constexpr hours kBetween{4}, kDay{24};
constexpr int kTimes = 12;  // in two days

// What the researchers may be asked in a day: of six reports, if no call were lost. Two of the first three times end
// calls of theirs, so the last report of the day waits.
constexpr int kADay = 18;

constexpr WallTime time_of(int number) { return kFirst + number * kBetween; }

KillPlan at(Moment moment, int occurrence) { return {moment, occurrence, Microseconds(0), SIGKILL}; }

// Where the worker of each time is killed, and the process that recovers what it left. At two times no worker works. At
// times when waiting runs resume only one of the two is killed: a run without progress in both becomes a suspect, and
// waits half a minute.
struct Blows {
  std::optional<KillPlan> worker = {}, recovery = {};
  bool works = true;
};

std::vector<Blows> blows() {
  using enum Moment;
  return {{at(model_asked, 1), at(model_asked, 2)},
          {at(model_asked, 3)},
          {at(model_answering, 6), at(effect_asked, 1)},
          {at(effect_happened, 1), at(store_written, 4)},
          {at(store_written, 1)},
          {at(store_written, 8), at(model_answering, 2)},
          {.works = false},
          {.works = false},
          {at(model_asked, 4)},
          {at(store_written, 15)},
          {at(effect_asked, 1)},
          {at(store_written, 25)}};
}

class TeamUnderFire : public ::testing::Test {
 protected:
  void live_through(int number, const Blows& blows) {
    days_.go_to(time_of(number));
    if (!blows.works) return;
    auto blow = blows.worker;
    for (int workers = 0; editors().size() <= static_cast<std::size_t>(number); ++workers, blow.reset()) {
      ASSERT_LT(workers, 3) << "no worker starts the run of time " << number << ": " << days_.last().err;
      (void)days_.kill({"worker"}, blow, [&] { return is_idle(number); });
    }
    recover(blows.recovery);
  }
  void recover(std::optional<KillPlan> blow = std::nullopt) {
    while (days_.kill({"recover", "--max-attempts", "unlimited"}, blow, [] { return false; })) blow.reset();
    EXPECT_NE(days_.last().exit, 2) << days_.last().err;
  }

  std::vector<journal::RunRow> editors() const { return days_.rows("editor"); }
  bool is_idle(int number) const {
    auto all = editors();
    return all.size() > static_cast<std::size_t>(number) && std::ranges::all_of(all, [](const auto& row) {
             return is_terminal(row.status) || row.status == RunStatus::waiting;
           });
  }
  std::set<std::string> waiting() const {
    std::set<std::string> runs;
    for (const auto& row : editors())
      if (row.status == RunStatus::waiting) runs.insert(row.id.str());
    return runs;
  }

  void expect_one_run_for_each_time() {
    std::vector<std::string> dues;
    for (const auto& row : editors()) {
      EXPECT_EQ(row.status, RunStatus::ok) << row.id.str() << " " << row.reason;
      dues.insert(dues.begin(), row.attributes.at("schedule_due"));
    }
    std::vector<std::string> times;
    for (int i = 0; i < kTimes; ++i) times.push_back(rfc3339(time_of(i)));
    EXPECT_EQ(dues, times);
    for (const char* below : {"researcher", "checker"}) {
      auto rows = days_.rows(below);
      EXPECT_EQ(rows.size(), static_cast<std::size_t>(kTimes * TeamDays::kTopics)) << below;
      for (const auto& row : rows) EXPECT_EQ(row.status, RunStatus::ok) << below;
    }
  }
  void expect_one_report_of_each() {
    auto reports = days_.reports();
    std::set<std::string> told, runs;
    for (const auto& [id, run] : reports.runs) told.insert(run);
    for (const auto& row : editors()) runs.insert(row.id.str());
    EXPECT_EQ(told, runs);
    EXPECT_EQ(reports.runs.size(), runs.size()) << "one id for each end";
    EXPECT_EQ(reports.not_genuine, 0);
    EXPECT_GE(reports.repeats, 1) << "of what was received and not acknowledged";
  }
  // By the servers' count; the hold of a call is what it costs, so no window is passed by more than one.
  void expect_no_day_above(int most) {
    auto asked = days_.asked_by_researchers();
    std::erase_if(asked, [](WallTime each) { return each > time_of(kTimes); });
    for (auto end : asked) {
      auto in_a_day = std::ranges::count_if(asked, [&](auto each) { return each <= end && each > end - kDay; });
      EXPECT_LE(in_a_day, most + 1) << rfc3339(end);
    }
  }
  // Of a process that was killed those are charged as well that it was about to send.
  void expect_charged_what_was_asked() {
    std::int64_t charged = 0;
    for (const auto& row : editors()) {
      auto shown = days_.account(row.id.str());
      EXPECT_EQ(shown.at("held").at("micro_usd"), 0) << row.id.str();
      charged += shown.at("spent").at("micro_usd").as_int64() + shown.at("estimated").at("micro_usd").as_int64();
    }
    EXPECT_EQ(days_.account("agent:researcher").at("held").at("micro_usd"), 0);
    EXPECT_GE(charged, days_.asked() * TeamDays::kCent);
    EXPECT_LE(charged, (days_.asked() + days_.kills() * TeamDays::kTopics) * TeamDays::kCent);
  }

  TeamDays days_;
};

TEST_F(TeamUnderFire, RunsOnceAtEachTimeOfTwoDaysWithinItsBudget) {  // [SCH-01] [DUR-29] [DUR-35] [DUR-45]
  days_.go_to(kFirst - hours(1));
  days_.call({"budget", "set", "agent:researcher", "--usd", "0.18", "--window", "24h", "--on-breach", "park"});
  days_.call({"schedule", "resume", "editor"});

  std::vector<std::set<std::string>> waited;
  for (const auto& each : blows()) {
    live_through(static_cast<int>(waited.size()), each);
    waited.push_back(waiting());
  }
  EXPECT_TRUE(waited[3].empty());
  EXPECT_FALSE(waited[5].empty()) << "the day's budget is spent";
  for (const auto& run : waited[5]) EXPECT_FALSE(waiting().contains(run)) << "the window moved on";

  EXPECT_FALSE(waiting().empty()) << "the second day's is spent as well";
  days_.go_to(time_of(kTimes) + hours(1));
  days_.call({"budget", "raise", "agent:researcher", "--usd", "5"});
  recover();
  days_.go_to(time_of(kTimes) + hours(5));  // what was sent to a process that died is sent again by now
  recover();

  expect_one_run_for_each_time();
  expect_one_report_of_each();
  expect_no_day_above(kADay);
  expect_charged_what_was_asked();
  std::cout << "[  crash   ] team: " << days_.kills() << " kills, " << days_.reports().repeats << " reports repeated\n";
}

}  // namespace
}  // namespace executus::crash
