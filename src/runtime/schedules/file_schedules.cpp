#include "runtime/schedules/file_schedules.hpp"

#include <filesystem>

namespace executus::host {

void declare_files(DeclaredSchedules& schedules, const std::string& folder, const KnownAgents& agents) {
  std::vector<ScheduledAgent> scheduled;
  for (const auto& file : agents.files)
    if (file.schedule) scheduled.push_back(scheduled_agent(file).value());
  auto extent = agents.errors.empty() ? Schedules::Extent::all : Schedules::Extent::some;
  schedules.declare(std::filesystem::absolute(folder).lexically_normal().string(), std::move(scheduled), extent);
}

}  // namespace executus::host
