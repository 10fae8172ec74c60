#include "runtime/schedules/declared_schedules.hpp"

#include <utility>

#include "base/text.hpp"
#include "runtime/schedules/cron_times.hpp"

namespace executus::host {
namespace {

Error refused(const std::string& agent, const std::string& why) {
  return failed("schedule.agent",
                "the schedule of the agent '" + std::string(clip(agent, 80)) + "' is refused: " + why);
}

void add(ScheduleTable& table, const std::string& source, ScheduledAgent scheduled) {
  auto name = name_of(scheduled);
  auto [place, is_new] = table.agents.try_emplace(name, DeclaredAgent{source, std::move(scheduled)});
  if (!is_new) throw refused(name, "'" + place->second.source + "' declares one of that name");
}

}  // namespace

const std::string& name_of(const ScheduledAgent& scheduled) {
  return scheduled.name.empty() ? scheduled.agent.name : scheduled.name;
}

void check_scheduled(const ScheduledAgent& scheduled) {
  const auto& agent = scheduled.agent;
  if (agent.name.empty()) throw refused("", "the agent needs a name, which is that of the schedule");
  if (agent.durability == Durability::memory)
    throw refused(agent.name, "its runs are queued for a worker, and durability memory keeps none");
  (void)next_by_cron(scheduled.schedule.plan, WallTime());
}

const DeclaredAgent* ScheduleTable::find(const std::string& name) const {
  auto found = agents.find(name);
  return found == agents.end() ? nullptr : &found->second;
}

bool ScheduleTable::is_replaced(const DeclaredAgent& agent) const {
  return agent.source == kSavedAgents && find(agent.scheduled.agent.name);
}

bool ScheduleTable::dropped(const schedule::Job& job) const {
  auto others = not_taken_up.find(job.source);
  bool is_other = others != not_taken_up.end() && others->second.contains(job.id);
  return whole.contains(job.source) && !find(job.id) && !is_other;
}

void DeclaredSchedules::declare(const std::string& source, std::vector<ScheduledAgent> agents, Schedules::Extent extent,
                                std::set<std::string> not_taken_up) {
  if (source.empty())
    throw failed("schedule.agent", "schedules are refused that have no source; say what declares them");
  for (const auto& each : agents) check_scheduled(each);
  std::lock_guard lock(mutex_);
  auto next = std::make_shared<ScheduleTable>(*table_);
  std::erase_if(next->agents, [&](const auto& each) { return each.second.source == source; });
  for (auto& each : agents) add(*next, source, std::move(each));
  if (extent == Schedules::Extent::all)
    next->whole.insert(source);
  else
    next->whole.erase(source);
  next->not_taken_up[source] = std::move(not_taken_up);
  ++next->version;
  table_ = std::move(next);
  for (const auto& each : bells_)
    if (auto bell = each.lock()) bell->ring();
}

std::shared_ptr<const ScheduleTable> DeclaredSchedules::table() const {
  std::lock_guard lock(mutex_);
  return table_;
}

void DeclaredSchedules::ring(const std::shared_ptr<run::Bell>& bell) {
  std::lock_guard lock(mutex_);
  std::erase_if(bells_, [](const auto& each) { return each.expired(); });
  bells_.push_back(bell);
}

}  // namespace executus::host
