// An agent that runs by itself: every night at half past two, in Berlin. The clock is one that this program moves on,
// so that it shows the night of spring in which there is no half past two.
//
//   EXECUTUS_MODEL_TIER_FAST=scripted/examples/schedule/script.yaml example_schedule
#include <iostream>

#include <executus/cron/cron.hpp>
#include <executus/executus.hpp>
#include <executus/schedule/changes.hpp>
#include <executus/schedule/memory_store.hpp>
#include <executus/schedule/runner.hpp>

using namespace executus;

class MovedClock final : public Clock {
 public:
  WallTime wall() const override { return now; }
  MonoTime mono() const override { return system_clock().mono(); }
  WallTime now;
};

// The battery knows no cron grammar.
std::optional<WallTime> next_time(const schedule::Plan& plan, WallTime after) {
  auto zone = cron::find_time_zone(plan.timezone).value();
  return cron::parse_cron(plan.cron).value().next(after, zone);
}

// Once the run is durable, it is started: a second call with this id finds it there.
Task<schedule::Answer> start(Runtime& runtime, std::vector<RunHandle>& started, schedule::Order order) {
  Agent agent{.name = "reporter", .system_prompt = "Be brief."};
  Invocation invocation{.run_id = RunId::parse(order.run_id).value(), .prompt = "What happened?"};
  invocation.channel = "schedule";  // tells these runs from those that somebody started
  try {
    started.push_back(co_await runtime.start(std::move(agent), std::move(invocation)));
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::failed) co_return schedule::Refused{error.message()};
    throw;  // the store is away, for example: it is tried again
  }
  co_return schedule::Started{};
}

Task<bool> goes_on(Runtime& runtime, std::string run) {
  std::optional<RunState> state = co_await runtime.runs().find(RunId::parse(run).value());
  co_return state && !is_terminal(state->row.status);
}

Task<bool> exists(Runtime& runtime, std::string run) {
  std::optional<RunState> state = co_await runtime.runs().find(RunId::parse(run).value());
  co_return state.has_value();
}

int main() {
  Runtime runtime;
  MovedClock clock;
  clock.now = parse_rfc3339("2026-03-27T12:00:00+01:00").value();
  std::vector<RunHandle> started;
  schedule::MemorySchedules jobs;  // a host with several processes shares a store of its own
  schedule::Plan plan{.cron = "30 2 * * *", .timezone = "Europe/Berlin"};
  (void)block_on(runtime.loop(), jobs.add(schedule::declared("report", plan, clock.now, next_time)));

  schedule::RunnerConfig config = schedule::runner_config(jobs);
  config.next = next_time;
  config.run = [&](schedule::Order order) { return start(runtime, started, std::move(order)); };
  config.active = [&](std::string run) { return goes_on(runtime, std::move(run)); };
  config.exists = [&](std::string run) { return exists(runtime, std::move(run)); };
  config.clock = &clock;
  schedule::Runner runner(std::move(config));  // a program that stays would co_await runner.loop()

  auto berlin = cron::find_time_zone(plan.timezone).value();
  for (int minutes = 0; minutes < 3 * 24 * 60; ++minutes, clock.now += std::chrono::minutes(1)) {
    if (block_on(runtime.loop(), runner.tick()).started == 0) continue;
    std::cout << berlin.local(clock.now) << "  " << started.back().id() << "\n  " << started.back().wait().output
              << "\n";
  }
}
