#include <algorithm>
#include <utility>

#include <executus/runtime/schedules.hpp>
#include <executus/schedule/changes.hpp>

#include "base/text.hpp"
#include "runtime/host/host.hpp"
#include "runtime/schedules/cron_times.hpp"
#include "runtime/schedules/job_declaring.hpp"

namespace executus {
namespace {

using host::Host;

// "saved/ann/" of "saved/ann/report".
std::string owner_in(const std::string& name) { return name.substr(0, name.rfind('/') + 1); }

// Agents of others are not what was meant, and may be private.
Error unknown_schedule(const std::string& name, const std::vector<schedule::Job>& jobs) {
  std::vector<std::string> names;
  for (const auto& job : jobs)
    if (owner_in(job.id) == owner_in(name)) names.push_back(job.id);
  return failed("schedule.unknown",
                "there is no schedule '" + std::string(clip(name, 80)) + "'" + did_you_mean(name, names));
}

Error still_declared(const std::string& name, const std::string& source) {
  return failed("schedule.declared", "the schedule '" + std::string(clip(name, 80)) + "' is that of an agent of " +
                                         source + ", so it would come back: remove the agent or its `schedule:` " +
                                         "first, or pause the schedule");
}

Error may_be_in_use(const schedule::Job& job) {
  return failed("schedule.declared", "the schedule '" + std::string(clip(job.id, 80)) + "' is not removed: '" +
                                         job.source +
                                         "' declares it, and is not read here, so its agent may be there. Remove it " +
                                         "where that is read and has no such agent, or pause the schedule");
}

// What no worker has put into the store yet, as it would be now.
Task<std::vector<schedule::Job>> all_in(Host& host) {
  TaskContext context = co_await this_task();
  auto now = context.strand->loop().clock().wall();
  co_await host.look_at_saved();
  auto jobs = co_await host.schedule_store().list();
  auto table = host.declared_schedules().table();
  for (const auto& [name, agent] : table->agents)
    if (std::ranges::find(jobs, name, &schedule::Job::id) == jobs.end())
      jobs.push_back(host::as_declared(agent, {}, now));
  std::ranges::sort(jobs, {}, &schedule::Job::id);
  co_return jobs;
}

using Change = std::function<schedule::Job(schedule::Job, WallTime)>;

Task<schedule::Job> changed_in(Host& host, std::string name, Change change) {
  TaskContext context = co_await this_task();
  auto now = context.strand->loop().clock().wall();
  co_await host.look_at_saved();
  host::JobPlace place{host.schedule_store(), host.store()};
  auto table = host.declared_schedules().table();
  const auto* declared = table->find(name);
  bool is_new = declared && !co_await place.jobs.find(name);
  if (is_new) (void)co_await host::declare_job(place, *declared, now);
  auto change_now = [change = std::move(change), now](schedule::Job job) { return change(std::move(job), now); };
  auto job = co_await host::change_job(place, name, now, std::move(change_now));
  if (!job) throw unknown_schedule(name, co_await place.jobs.list());
  co_return std::move(*job);
}

Task<schedule::Job> removed_in(Host& host, std::string name) {
  co_await host.look_at_saved();
  auto& store = host.schedule_store();
  auto table = host.declared_schedules().table();
  if (const auto* declared = table->find(name)) throw still_declared(name, declared->source);
  auto jobs = co_await store.list();
  auto job = std::ranges::find(jobs, name, &schedule::Job::id);
  if (job == jobs.end()) throw unknown_schedule(name, jobs);
  if (job->next && !table->dropped(*job)) throw may_be_in_use(*job);
  if (!co_await store.remove(name)) throw unknown_schedule(name, jobs);
  co_return std::move(*job);
}

}  // namespace

Result<ScheduledAgent> scheduled_agent(AgentFile file) {
  if (!file.schedule)
    return failed("schedule.none", "agent '" + file.agent.name +
                                       "' has no schedule; write one into its file: `schedule: " +
                                       "{cron: \"0 9 * * 1-5\", timezone: Europe/Berlin}`");
  auto inputs = apply_inputs(file, {});
  if (!inputs.ok()) return inputs.error();
  ScheduledAgent scheduled{std::move(file.agent), std::move(*file.schedule), std::move(*inputs)};
  if (file.target) scheduled.delivery = deliver::delivery_to(*file.target);
  return scheduled;
}

void Schedules::declare(std::string source, std::vector<ScheduledAgent> agents, Extent extent) const {
  host_->use([&](Host& host) { return host.declared_schedules().declare(source, std::move(agents), extent), true; });
}

Reply<std::vector<schedule::Job>> Schedules::list() const {
  return host_->call([](Host& host) { return all_in(host); });
}

Reply<schedule::Job> Schedules::pause(std::string name) const {
  return host_->call([&](Host& host) { return changed_in(host, std::move(name), schedule::paused); });
}

Reply<schedule::Job> Schedules::resume(std::string name) const {
  Change change = [](schedule::Job job, WallTime now) { return schedule::resumed(std::move(job), now, next_by_cron); };
  return host_->call([&](Host& host) { return changed_in(host, std::move(name), std::move(change)); });
}

Reply<schedule::Job> Schedules::remove(std::string name) const {
  return host_->call([&](Host& host) { return removed_in(host, std::move(name)); });
}

}  // namespace executus
