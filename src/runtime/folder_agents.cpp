#include "runtime/folder_agents.hpp"

#include <string>
#include <utility>
#include <vector>

#include "base/contained.hpp"
#include "base/text.hpp"
#include "runtime/schedules/file_schedules.hpp"

namespace executus {
namespace {

Error no_agent(std::string_view agent, const std::vector<std::string>& names) {
  return failed("config.agent", "no agent '" + std::string(agent) + "' in agent_folders" + did_you_mean(agent, names));
}

}  // namespace

FolderAgents::FolderAgents(const RuntimeOptions& options, Logger& logger, Open open, Schedules schedules)
    : options_(options),
      logger_(logger),
      open_(std::move(open)),
      schedules_(std::move(schedules)),
      live_(open_, logger_, [this] { declare(live_.agents()); }) {}

Result<AgentFile> FolderAgents::load(std::string_view agent) {
  auto files = open_();
  if (names_a_file(agent)) return files.read(std::string(agent));
  try {
    if (auto file = keeps_current() ? live_.find(DelegateKind::agent, agent) : std::nullopt) return *file;
    if (auto path = files.agents().path_of(agent)) return files.read(*path);
    if (auto path = files.built_in_path(agent)) return files.read(*path);
  } catch (const Error& error) {
    return error;
  }
  return no_agent(agent, files.agents().names());
}

std::optional<AgentFile> FolderAgents::find(DelegateKind kind, std::string_view name) {
  if (name.find('/') != std::string_view::npos) return std::nullopt;
  if (keeps_current()) return live_.find(kind, name);
  return open_().find(kind, name);
}

KnownAgents FolderAgents::agents() { return keeps_current() ? live_.agents() : open_().read_agents(); }

bool FolderAgents::keeps_current() {
  bool keeps = options_.agent_files == AgentFiles::kept_current;
  if (keeps) std::call_once(watching_, [this] { begin_to_watch(); });
  return keeps;
}

void FolderAgents::begin_to_watch() {
  (void)live_.reload();
  watch_.emplace([this] { return live_.folders(); }, [this] { live_.look(); });
}

void FolderAgents::declare_schedules() {
  if (!options_.agent_folders.empty() && !keeps_current()) declare(open_().read_agents());
}

void FolderAgents::declare(const KnownAgents& agents) {
  if (options_.agent_folders.empty()) return;
  contained(logger_, LogLevel::error, {"the schedules of agent files are not taken up"},
            [&] { host::declare_files(schedules_(), options_.agent_folders.front(), agents); });
}

}  // namespace executus
