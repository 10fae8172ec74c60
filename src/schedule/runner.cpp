#include <algorithm>
#include <tuple>
#include <utility>

#include <executus/async/timing.hpp>
#include <executus/base/result.hpp>
#include <executus/schedule/changes.hpp>
#include <executus/schedule/runner.hpp>

#include "base/doubled.hpp"
#include "schedule/decision.hpp"
#include "schedule/times.hpp"

namespace executus::schedule {
namespace {

constexpr Milliseconds kDefaultInterval = std::chrono::minutes(1);
constexpr Milliseconds kFirstWait = std::chrono::seconds(30), kLongestWait = std::chrono::hours(1);

void require(bool there, const char* name) {
  if (there) return;
  throw failed("schedule.callback", "a schedule runner was made without its callback '" + std::string(name) +
                                        "'; set RunnerConfig::" + name);
}

// What `call` gives, or why it throws.
template <class Call>
auto attempt(const Call& call) -> Result<decltype(call())> {
  try {
    return call();
  } catch (...) {
    return current_error();
  }
}

// The same of a callback that gives a task. That the caller is cancelled is no failure of the task: it goes on as
// Cancelled.
template <class T, class... Arguments>
Task<Result<T>> attempted(std::function<Task<T>(Arguments...)> call, Arguments... arguments) {
  TaskContext here = co_await this_task();
  try {
    co_return co_await call(std::move(arguments)...);
  } catch (...) {
    if (here.scope->cancelled()) throw;
    co_return current_error();
  }
}

// After it was tried to the end.
Job with_firing(Job job, Firing firing) {
  if (!firing.run.empty()) job.last_run = firing.run;
  job.last = std::move(firing);
  return at_peace(std::move(job));
}

// Sorts what was tried longest ago to the front, so that every job has its share of catching up.
auto turn_of(const Job& job) { return std::tuple(job.last ? job.last->at : WallTime::min(), looks_at(job), job.id); }

}  // namespace

// A job in a pass.
struct Runner::Turn {
  Job job;
  WallTime now;
  Pass& pass;
  int& late_left;  // of the interval
};

RunnerConfig runner_config(ScheduleStore& store) {
  RunnerConfig config;
  config.due = [&store](WallTime now) { return store.due(now); };
  config.mark = [&store](Job job) { return store.replace(std::move(job)); };
  return config;
}

Runner::Runner(RunnerConfig config) : config_(std::move(config)) {
  require(static_cast<bool>(config_.due), "due");
  require(static_cast<bool>(config_.mark), "mark");
  require(static_cast<bool>(config_.run), "run");
  require(static_cast<bool>(config_.active), "active");
  require(static_cast<bool>(config_.exists), "exists");
  require(static_cast<bool>(config_.next), "next");
  if (config_.interval <= Milliseconds(0)) config_.interval = kDefaultInterval;
  if (!config_.clock) config_.clock = &system_clock();
  if (!config_.logger) config_.logger = &null_logger();
  grace_ = std::max(kShortestGrace, 2 * config_.interval);
}

Task<void> Runner::loop() {
  std::function<Task<Pass>()> pass = [this] { return tick(); };
  try {
    for (;;) {
      auto passed = co_await attempted(pass);
      if (!passed.ok())
        config_.logger->log(LogLevel::error, "a pass over the schedules failed: " + passed.error().message());
      co_await sleep_for(config_.interval);
    }
  } catch (const Cancelled&) {  // its only end
  }
}

Task<Pass> Runner::tick() {
  Pass pass;
  auto now = config_.clock->wall();
  refill(now);
  auto jobs = co_await config_.due(now);
  std::ranges::sort(jobs, {}, turn_of);
  std::function<Task<bool>(Turn)> take_one = [this](Turn turn) { return take(std::move(turn)); };
  for (auto& job : jobs) {
    std::string id = job.id;
    auto taken = co_await attempted(take_one, Turn{std::move(job), now, pass, late_left_});
    if (taken.ok()) continue;
    config_.logger->log(LogLevel::error,
                        "the schedule '" + id + "' is left for the next pass: " + taken.error().message());
  }
  co_return pass;
}

// Passes may come more often than once in an interval. Also when the clock was set back.
void Runner::refill(WallTime now) {
  if (refilled_ && now >= *refilled_ && now - *refilled_ < config_.interval) return;
  refilled_ = now;
  late_left_ = config_.late_per_pass;
}

Task<bool> Runner::take(Turn turn) {
  while (co_await step(turn)) {
  }
  co_return true;
}

Task<bool> Runner::step(Turn& turn) {
  Limits limits{grace_, config_.max_age};
  auto decision = attempt([&] { return decide(turn.job, turn.now, limits, config_.next); });
  if (!decision.ok()) co_return co_await give_up(turn, decision.error());
  if (auto* move = std::get_if<Move>(&*decision)) {
    if (co_await was_started(turn)) co_return co_await fire(turn, *turn.job.next);
    int skipped = move->job.skipped->count;
    bool moved = co_await put(turn, std::move(move->job));
    if (moved) turn.pass.skipped += skipped;
    co_return moved;
  }
  auto* due = std::get_if<Fire>(&*decision);
  if (!due || (due->late && turn.late_left == 0)) co_return false;
  if (due->late) --turn.late_left;
  bool goes_on = co_await fire(turn, due->due);
  co_return goes_on && !due->late;
}

// A runner died between the run of the open time and the mark.
Task<bool> Runner::was_started(Turn& turn) {
  auto run = run_id_of(turn.job.id, *turn.job.next);
  return config_.exists(std::move(run));
}

// The next time comes first: a run whose job cannot go on would be started again and again.
Task<bool> Runner::fire(Turn& turn, WallTime due) {
  auto after = attempt([&] { return closed(turn.job, config_.next); });
  if (!after.ok()) co_return co_await give_up(turn, after.error());
  if (turn.job.plan.overlap != Overlap::allow && !turn.job.last_run.empty()) {
    auto active = co_await attempted(config_.active, turn.job.last_run);
    if (!active.ok()) co_return co_await fail(turn, active.error());
    if (*active && !co_await was_started(turn)) co_return co_await stand_back(turn, std::move(*after));
  }
  co_return co_await start(turn, due, std::move(*after));
}

Task<bool> Runner::start(Turn& turn, WallTime due, Job closed) {
  Order order{turn.job, due, run_id_of(turn.job.id, due)};
  Firing firing{due, turn.now, order.run_id, ""};
  auto answer = co_await attempted(config_.run, std::move(order));
  if (!answer.ok()) co_return co_await fail(turn, answer.error());
  auto* refused = std::get_if<Refused>(&*answer);
  if (refused) firing = {due, turn.now, "", refused->reason};
  bool put_it = co_await put(turn, with_firing(std::move(closed), std::move(firing)));
  if (put_it) ++(refused ? turn.pass.refused : turn.pass.started);
  co_return put_it;
}

// The run before goes on.
Task<bool> Runner::stand_back(Turn& turn, Job closed) {
  if (turn.job.plan.overlap == Overlap::queue) {
    Job waiting = at_peace(turn.job);
    waiting.held = true;
    bool held = waiting == turn.job || co_await put(turn, std::move(waiting));
    if (held) ++turn.pass.held;
    co_return false;
  }
  auto due = *turn.job.next;
  closed = at_peace(std::move(closed));
  closed.skipped =
      Skipped{due, later(due, Milliseconds(1)), 1, "the run before it, " + closed.last_run + ", still went on"};
  bool skipped = co_await put(turn, std::move(closed));
  if (skipped) ++turn.pass.skipped;
  co_return skipped;
}

Task<bool> Runner::fail(Turn& turn, Error problem) {
  Job job = turn.job;
  ++job.failures;
  job.trouble = problem.message();
  job.hold_until = later(turn.now, doubled(kFirstWait, job.failures, kLongestWait));
  config_.logger->log(LogLevel::warn, "the schedule '" + job.id +
                                          "' could not start its run, and is tried again from " +
                                          rfc3339(*job.hold_until) + " on: " + job.trouble);
  ++turn.pass.failed;
  (void)co_await put(turn, std::move(job));
  co_return false;
}

// When its next time cannot be reckoned.
Task<bool> Runner::give_up(Turn& turn, Error problem) {
  if (problem.kind() != ErrorKind::failed) co_return co_await fail(turn, std::move(problem));
  config_.logger->log(LogLevel::error,
                      "the schedule '" + turn.job.id + "' is stopped until it is edited: " + problem.message());
  bool put_it = co_await put(turn, stopped(turn.job, turn.now, problem.message()));
  if (put_it) ++turn.pass.refused;
  co_return false;
}

Task<bool> Runner::put(Turn& turn, Job job) {
  Job before = std::exchange(turn.job, job);
  ++turn.job.revision;
  bool kept = co_await config_.mark(std::move(job));
  if (kept && config_.changed) config_.changed(before, turn.job);
  co_return kept;
}

}  // namespace executus::schedule
