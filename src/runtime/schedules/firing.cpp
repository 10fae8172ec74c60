#include "runtime/schedules/firing.hpp"

#include <algorithm>
#include <utility>

#include <executus/async/task_group.hpp>
#include <executus/async/timing.hpp>
#include <executus/schedule/changes.hpp>

#include "base/among.hpp"
#include "base/contained.hpp"
#include "base/doubled.hpp"
#include "runtime/schedules/cron_times.hpp"
#include "runtime/schedules/job_declaring.hpp"
#include "runtime/schedules/scheduled_run.hpp"

namespace executus::host {
namespace {

using schedule::Job;

constexpr Milliseconds kInterval = std::chrono::minutes(1);  // at the latest between two passes
constexpr Milliseconds kBreath{200};                         // at least, when changes are told
constexpr Milliseconds kFirstRetry{1'000};                   // after a pass that failed; doubled each time
// A worker that has the agent fires before that: the files of two workers need not change at one moment.
constexpr Milliseconds kDroppedFor = std::chrono::minutes(1);

std::string reason_of_dropped(const Job& job) {
  if (job.source == kSavedAgents) return "the saved agent was removed, or has no schedule any more";
  return job.source + " has no agent '" + job.id + "' with a schedule any more";
}

}  // namespace

Firing::Firing(Parts parts, const WorkOptions& options)
    : parts_(std::move(parts)), agents_(options.agents), on_event_(options.on_event), runner_(runner_config()) {}

schedule::RunnerConfig Firing::runner_config() {
  schedule::RunnerConfig config;
  config.interval = kInterval;
  config.due = [this](WallTime now) { return due(now); };
  config.mark = [this](Job job) { return mark(std::move(job)); };
  config.run = [this](schedule::Order order) { return start(std::move(order)); };
  config.active = [this](std::string run) { return is_active(std::move(run)); };
  config.exists = [this](std::string run) { return exists(std::move(run)); };
  config.next = next_by_cron;
  config.changed = [this](const Job& before, const Job& after) { tell_change(before, after); };
  config.clock = &parts_.loop.clock();
  config.logger = &parts_.logger;
  return config;
}

void Firing::stop() { stop_.set(); }

Task<void> Firing::work() {
  TaskContext context = co_await this_task();
  TaskGroup passes(context);
  passes.spawn(pass_until_cancelled());
  try {
    co_await stop_.wait();
  } catch (const Cancelled&) {
  }
  passes.cancel({Cause::shutdown, "the worker is leaving"});
  co_await passes.join();
  watch_.reset();  // the store may go before this
}

Task<void> Firing::pass_until_cancelled() {
  parts_.declared.ring(bell_);
  try {
    for (;;) {
      auto began = clock().mono();
      co_await try_pass();
      co_await bell_->wait_until(next_pass_);
      if (in_store_ == parts_.declared.table()->version) co_await sleep_until(later(began, kBreath));
    }
  } catch (const Cancelled&) {  // its only end
  }
}

Task<void> Firing::try_pass() {
  std::optional<Error> problem;
  try {
    co_await pass();
  } catch (const Cancelled&) {
    throw;
  } catch (...) {
    problem = current_error();
  }
  note(problem);
}

// Said once, until a pass succeeds.
void Firing::note(const std::optional<Error>& problem) {
  failures_ = problem ? failures_ + 1 : 0;
  if (!problem) return;
  next_pass_ = std::min(next_pass_, later(clock().mono(), doubled(kFirstRetry, failures_, kInterval)));
  if (failures_ == 1)
    parts_.logger.log(LogLevel::error,
                      "the schedules cannot be looked through, and are tried again: " + problem->message());
}

// Where saved agents cannot be looked at, what is known comes all the same.
Task<void> Firing::pass() {
  next_pass_ = parts_.look_at_saved ? later(clock().mono(), kInterval) : MonoTime::max();
  if (parts_.look_at_saved) hear_of_changes();
  auto problem = co_await look_at_saved();
  table_ = parts_.declared.table();
  if (in_store_ != table_->version) co_await declare_all();
  if (any_) co_await fire();
  if (problem) throw Error(*problem);
}

Task<std::optional<Error>> Firing::look_at_saved() {
  std::optional<Error> problem;
  try {
    if (parts_.look_at_saved) co_await parts_.look_at_saved();
  } catch (const Cancelled&) {
    throw;
  } catch (...) {
    problem = current_error();
  }
  knows_saved_ = !problem;
  co_return problem;
}

Task<void> Firing::fire() {
  hear_of_changes();
  auto began = clock().wall();  // what comes while the pass goes on is for the next one
  (void)co_await runner_.tick();
  auto first = co_await parts_.store().next_look(began);
  auto wait = first ? std::min(kInterval, *first - clock().wall()) : kInterval;
  next_pass_ = later(clock().mono(), wait);
}

// --- what is declared

Task<void> Firing::declare_all() {
  const auto table = table_;
  std::set<std::string> replaced;
  for (const auto& [name, agent] : table->agents) {
    if (table->is_replaced(agent)) replaced.insert(name);
    if (is_ours(name)) co_await declare(agent);
  }
  replaced_ = std::move(replaced);
  any_ = false;
  for (auto& job : co_await parts_.store().list()) {
    bool dropped = is_dropped(job);
    if (dropped && job.next && job.source == kSavedAgents)
      co_await stop_dropped(std::move(job), clock().wall());
    else
      any_ = any_ || (dropped ? job.next.has_value() : is_ours(job.id));
  }
  in_store_ = table->version;
}

// One whose plan cannot be reckoned now, or whose job cannot be read, keeps no other from its place.
Task<void> Firing::declare(DeclaredAgent agent) {
  std::string name = name_of(agent.scheduled);
  std::optional<Error> problem;
  try {
    co_await put_declared(std::move(agent));
  } catch (const Error& error) {
    if (!error.code().starts_with("schedule.") && error.code() != "store.corrupt") throw;
    problem = error;
  }
  if (problem) parts_.logger.log(LogLevel::error, "the schedule '" + name + "' is not taken up: " + problem->message());
}

// The times of a saved agent that came while another one stood in its place are not caught up.
Task<void> Firing::put_declared(DeclaredAgent agent) {
  JobPlace place{parts_.store(), parts_.journal};
  auto now = clock().wall();
  std::string name = name_of(agent.scheduled);
  bool is_back = replaced_.contains(name);
  std::string reason = "another agent named '" + agent.scheduled.agent.name + "' stood in its place";
  (void)co_await declare_job(place, std::move(agent), now);
  if (!is_back) co_return;
  auto pass_over = [=](Job job) { return schedule::passed_over(std::move(job), now, reason, next_by_cron); };
  (void)co_await change_job(place, std::move(name), now, std::move(pass_over));
}

// Whether this worker has the agent of the job, and is to take it.
bool Firing::is_ours(const std::string& job) const {
  const auto* declared = table_->find(job);
  if (!declared || table_->is_replaced(*declared)) return false;
  return agents_.empty() || is_among(declared->scheduled.agent.name, agents_);
}

bool Firing::is_dropped(const Job& job) const {
  return table_->dropped(job) && (knows_saved_ || job.source != kSavedAgents);
}

// Null when the store does not tell: the passes suffice.
void Firing::hear_of_changes() {
  if (watch_) return;
  contained(parts_.logger, LogLevel::warn, {"schedules are not told of changes, and look for them"},
            [this] { watch_ = parts_.journal.watch([bell = bell_] { bell->ring(); }); });
}

// --- what is due

Task<std::vector<Job>> Firing::due(WallTime now) {
  std::vector<Job> here;
  for (auto& job : co_await parts_.store().due(now)) {
    if (is_ours(job.id))
      here.push_back(std::move(job));
    else if (is_dropped(job) && now - job.fires_at >= kDroppedFor)
      co_await stop_dropped(std::move(job), now);
  }
  co_return here;
}

Task<bool> Firing::mark(Job job) { return parts_.store().replace(std::move(job)); }

// A saved agent that came (back) since this worker looked has its job again as it was: another worker may have found
// nothing to declare just before.
Task<void> Firing::stop_dropped(Job job, WallTime now) {
  auto after = schedule::stopped(job, now, reason_of_dropped(job));
  if (!co_await parts_.store().replace(after)) co_return;
  bool is_saved = job.source == kSavedAgents;
  bool is_unknown = is_saved && (co_await look_at_saved()).has_value();
  if (is_unknown || !parts_.declared.table()->dropped(job)) {
    ++job.revision;
    (void)co_await parts_.store().replace(std::move(job));
  } else {
    tell_change(job, after);
  }
}

// One that was admitted before may have been so with another definition.
Task<schedule::Answer> Firing::start(schedule::Order order) {
  auto scheduled = table_->find(order.job.id)->scheduled;
  auto invocation = invocation_of(scheduled, order);
  RunId run = invocation.run_id;
  if (co_await parts_.journal.find(run)) co_return schedule::Started{};
  auto outcome = co_await parts_.executor.run(std::move(scheduled.agent), std::move(invocation));
  if (outcome.error_code.empty() || co_await parts_.journal.find(run)) co_return schedule::Started{};
  co_return refusal_of(outcome);
}

// One that is quarantined is not tried any more.
Task<bool> Firing::is_active(std::string run) {
  auto row = co_await parts_.journal.find(RunId::parse(run).value());
  co_return row && !is_terminal(row->status) && row->status != RunStatus::quarantined;
}

Task<bool> Firing::exists(std::string run) {
  co_return (co_await parts_.journal.find(RunId::parse(run).value())).has_value();
}

// --- what is told

void Firing::tell_change(const Job& before, const Job& after) const {
  if (after.skipped && after.skipped != before.skipped)
    tell(ScheduleSkipped{after.id, after.skipped->first, after.skipped->count, after.skipped->reason});
  if (!after.last || after.last == before.last) return;
  const auto& last = *after.last;
  if (last.run.empty()) return tell(ScheduleSkipped{after.id, last.due, 1, last.reason});
  tell(ScheduleFired{after.id, RunId::parse(last.run).value(), last.due});
}

void Firing::tell(const WorkEvent& event) const {
  if (!on_event_) return;
  contained(parts_.logger, LogLevel::error, {"on_event of a worker threw"}, [&] { on_event_(event); });
}

}  // namespace executus::host
