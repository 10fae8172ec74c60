#include "runtime/schedules/file_schedules.hpp"

#include <filesystem>

namespace executus::host {

ScheduledAgent scheduled_of(const AgentFile& file) {
  if (file.deliver.empty()) return scheduled_agent(file).value();
  throw failed("config.deliver", "agent '" + file.agent.name + "' delivers to '" + file.deliver +
                                     "', and this program knows no targets by name: declare it with " +
                                     "Runtime::schedules(), with a DeliveryTarget");
}

void declare_files(DeclaredSchedules& schedules, const std::string& folder, const KnownAgents& agents) {
  std::vector<ScheduledAgent> scheduled;
  for (const auto& file : agents.files)
    if (file.schedule) scheduled.push_back(scheduled_of(file));
  auto extent = agents.errors.empty() ? Schedules::Extent::all : Schedules::Extent::some;
  schedules.declare(std::filesystem::absolute(folder).lexically_normal().string(), std::move(scheduled), extent);
}

}  // namespace executus::host
