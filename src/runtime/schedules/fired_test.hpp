// Workers that fire schedules on a loop of the test's own, with a clock that moves when told to.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/schedule/changes.hpp>
#include <executus/schedule/memory_store.hpp>

#include "run/harness_test.hpp"
#include "runtime/schedules/cron_times.hpp"
#include "runtime/schedules/firing.hpp"
#include "runtime/schedules/scheduled_run.hpp"

namespace executus::host {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// Counts how often it is asked, and is away when told to.
class WatchedSchedules final : public schedule::ScheduleStore {
 public:
  Task<std::vector<schedule::Job>> due(WallTime now) override {
    auto answer = co_await asked().due(now);
    if (auto then = std::exchange(while_asked, nullptr)) then();
    co_return answer;
  }
  Task<std::optional<WallTime>> next_look(WallTime now) override { return asked().next_look(now); }
  Task<std::vector<schedule::Job>> list() override {
    if (auto then = std::exchange(before_list, nullptr)) then();
    return asked().list();
  }
  Task<std::optional<schedule::Job>> find(std::string id) override {
    if (id == unreadable) throw failed("store.corrupt", "the schedule '" + id + "' cannot be read");
    return asked().find(std::move(id));
  }
  Task<bool> add(schedule::Job job) override { return asked().add(std::move(job)); }
  Task<bool> replace(schedule::Job job) override { return asked().replace(std::move(job)); }
  Task<bool> remove(std::string id) override { return asked().remove(std::move(id)); }

  int calls = 0;
  bool is_away = false;
  std::function<void()> while_asked;  // once, as it lists what is due
  std::function<void()> before_list;  // once, before it lists all
  std::string unreadable;             // the job of that id
  schedule::MemorySchedules inner;

 private:
  schedule::ScheduleStore& asked() {
    ++calls;
    if (is_away) throw Error(ErrorKind::disconnected, "store.io", "the disk is away");
    return inner;
  }
};

class Lines final : public Logger {
 public:
  void log(LogLevel, std::string_view message) noexcept override { lines.emplace_back(message); }
  std::vector<std::string> lines;
};

class Fired : public ::testing::Test {
 protected:
  // 2023-11-15T00:00:00Z
  Fired() { h.loop.manual_clock().jump_wall(midnight - h.loop.clock().wall()); }
  void TearDown() override { tasks_.join(); }

  static ScheduledAgent scheduled(const std::string& name, const std::string& cron) {
    ScheduledAgent agent;
    agent.agent.name = name;
    agent.agent.system_prompt = "Be good.";
    agent.schedule = {{cron}, "What happened?"};
    agent.schedule.plan.overlap = schedule::Overlap::allow;
    return agent;
  }
  void declare(std::vector<ScheduledAgent> agents, Schedules::Extent extent = Schedules::Extent::all) {
    declared.declare("/srv/agents", std::move(agents), extent);
    h.loop.run_ready();
  }

  // Begins to fire, up to the moment when it sleeps.
  Firing& work(WorkOptions options = {}) { return work(declared, std::move(options)); }
  Firing& work(DeclaredSchedules& knows, WorkOptions options = {}) {
    options.on_event = [this](const WorkEvent& event) { events.push_back(event); };
    auto store = [this]() -> schedule::ScheduleStore& { return schedules; };
    workers_.push_back(std::make_unique<Firing>(
        Firing::Parts{h.loop, *h.executor, *h.store, knows, std::move(store), log, look_at_saved}, options));
    tasks_.spawn(workers_.back()->work());
    h.loop.run_ready();
    return *workers_.back();
  }

  [[nodiscard]] WallTime now() const { return h.loop.clock().wall(); }
  schedule::Job job(const std::string& name = "report") { return h.loop.run(schedules.inner.find(name)).value(); }
  void put(schedule::Job job) { ASSERT_TRUE(h.loop.run(schedules.inner.replace(std::move(job)))); }
  std::vector<journal::RunRow> runs() {
    auto rows = h.loop.run(h.store->inner().list({}));
    std::ranges::reverse(rows);
    return rows;
  }
  // When the runs were due, in minutes since midnight, as they say it.
  std::vector<long> minutes_run() {
    std::vector<long> all;
    for (const auto& row : runs())
      all.push_back((parse_rfc3339(row.attributes.at("schedule_due")).value() - midnight) / minutes(1));
    return all;
  }
  template <class Event>
  std::vector<Event> told() const {
    std::vector<Event> found;
    for (const auto& event : events)
      if (const auto* one = std::get_if<Event>(&event)) found.push_back(*one);
    return found;
  }

  const WallTime midnight = parse_rfc3339("2023-11-15T00:00:00Z").value();
  run::Harness h{[](std::size_t) { return run::says("done"); }};
  WatchedSchedules schedules;
  DeclaredSchedules declared;
  std::function<Task<void>()> look_at_saved;
  std::vector<WorkEvent> events;
  Lines log;

 private:
  std::vector<std::unique_ptr<Firing>> workers_;
  run::ManualGroup tasks_{h.loop};
};

}  // namespace executus::host
