#include "runtime/schedules/saved_schedules.hpp"

#include <utility>

namespace executus::host {

std::string schedule_name_of(const persona::Persona& persona) {
  return "saved/" + persona.record.owner + "/" + persona.definition.agent.name;
}

// One look at a time: what one has read is declared before another reads.
void SavedSchedules::look() {
  std::lock_guard lock(mutex_);
  auto* store = parts_.store();
  if (!store) return;
  auto stamp = store->stamp();
  if (stamp == stamp_) return;
  bool is_all = true;
  auto agents = scheduled_in(*store, is_all);
  parts_.declared.declare(std::string(kSavedAgents), std::move(agents),
                          is_all ? Schedules::Extent::all : Schedules::Extent::some);
  stamp_ = std::move(stamp);
}

std::vector<ScheduledAgent> SavedSchedules::scheduled_in(persona::PersonaStore& store, bool& is_all) {
  std::vector<ScheduledAgent> agents;
  for (const auto& persona : store.list()) {
    if (persona.definition.schedule.cron.empty()) continue;
    try {
      auto scheduled = parts_.scheduled(persona);
      scheduled.name = schedule_name_of(persona);
      scheduled.caller = persona.record.owner;
      check_scheduled(scheduled);
      agents.push_back(std::move(scheduled));
    } catch (const Error& error) {
      is_all = false;
      parts_.logger.log(LogLevel::error, "the schedule of the saved agent '" + persona.definition.agent.name + "' of " +
                                             persona.record.owner + " is not taken up: " + error.message());
    }
  }
  return agents;
}

}  // namespace executus::host
