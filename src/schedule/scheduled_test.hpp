// Schedules on a clock that a test moves, and the runs they start. Plans say "every 60": each minute, on the minute.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/schedule/changes.hpp>
#include <executus/schedule/memory_store.hpp>
#include <executus/schedule/runner.hpp>
#include <executus/testing/manual_loop.hpp>

namespace executus::schedule {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

class Lines final : public Logger {
 public:
  void log(LogLevel, std::string_view message) noexcept override { lines.emplace_back(message); }
  std::vector<std::string> lines;
};

// "every N", N in seconds; "every N until M", M in seconds since 1970. "away" cannot be told now, anything else never.
inline std::optional<WallTime> next_time(const Plan& plan, WallTime after) {
  long step = 0, end = 0;
  int read = std::sscanf(plan.cron.c_str(), "every %ld until %ld", &step, &end);
  if (plan.cron == "away") throw Error(ErrorKind::disconnected, "test.away", "the rules of the zone are away");
  if (read < 1) throw failed("test.plan", "'" + plan.cron + "' is no plan");
  auto past = std::chrono::floor<seconds>(after).time_since_epoch().count();
  WallTime next(seconds((past / step + 1) * step));
  return read == 2 && next > WallTime(seconds(end)) ? std::nullopt : std::optional<WallTime>(next);
}

// 2023-11-15T00:00:00Z
inline const WallTime kMidnight = parse_rfc3339("2023-11-15T00:00:00Z").value();

inline Plan every(seconds step, Misfire misfire = Misfire::run_once, Overlap overlap = Overlap::skip) {
  return {"every " + std::to_string(step.count()), "UTC", misfire, overlap, Milliseconds(0)};
}

// The runs there are, by id, and how each was asked for.
struct Runs {
  Task<Answer> start(Order order) {
    ++asked[order.run_id];
    if (trouble) trouble(order);
    if (!refusal.empty()) co_return Refused{refusal};
    if (there.insert(order.run_id).second) dues.push_back(order.due);
    co_return Started{};
  }
  Task<bool> is_there(std::string run) { co_return there.contains(run); }
  Task<bool> is_active(std::string run) { co_return active.contains(run); }

  std::map<std::string, int> asked;
  std::set<std::string> there, active;
  std::vector<WallTime> dues;                 // in the order they were started
  std::function<void(const Order&)> trouble;  // throws
  std::string refusal;
};

class Scheduled : public ::testing::Test {
 protected:
  Scheduled() { at(kMidnight); }

  void at(WallTime time) { loop.manual_clock().jump_wall(time - loop.clock().wall()); }
  void pass_time(Milliseconds time) { loop.manual_clock().jump_wall(time); }
  [[nodiscard]] WallTime now() const { return loop.clock().wall(); }

  void declare(const std::string& id, Plan plan) {
    ASSERT_TRUE(loop.run(store.add(declared(id, std::move(plan), now(), next_time))));
  }
  [[nodiscard]] Job job(const std::string& id = "job") { return loop.run(store.find(id)).value(); }
  void put(Job job) { ASSERT_TRUE(loop.run(store.replace(std::move(job)))); }

  [[nodiscard]] RunnerConfig config(ScheduleStore& in) {
    auto config = runner_config(in);
    config.next = next_time;
    config.run = [this](Order order) { return runs.start(std::move(order)); };
    config.active = [this](std::string run) { return runs.is_active(std::move(run)); };
    config.exists = [this](std::string run) { return runs.is_there(std::move(run)); };
    config.clock = &loop.clock();
    config.logger = &log;
    return config;
  }
  [[nodiscard]] RunnerConfig config() { return config(store); }
  Pass tick() { return tick(config()); }
  Pass tick(RunnerConfig with) {
    Runner runner(std::move(with));
    return loop.run(runner.tick());
  }

  // The due times of the runs, in minutes since midnight.
  [[nodiscard]] std::vector<long> minutes_run() const {
    std::vector<long> all;
    for (auto due : runs.dues) all.push_back((due - kMidnight) / minutes(1));
    return all;
  }

  testing::ManualLoop loop;
  MemorySchedules store;
  Runs runs;
  Lines log;
};

}  // namespace executus::schedule
