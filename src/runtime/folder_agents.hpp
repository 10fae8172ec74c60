// The agents and skills in the folders of a runtime: read when they are asked for, or kept current.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string_view>

#include <executus/base/log.hpp>
#include <executus/runtime/runtime.hpp>

#include "runtime/agent_file/agent_library.hpp"
#include "runtime/live/folder_watch.hpp"
#include "runtime/live/live_agents.hpp"
#include "runtime/schedules/declared_schedules.hpp"

namespace executus {

// Threads: any, and one of its own that looks for changes, from the first question on, where files are kept current.
class FolderAgents final {
 public:
  using Open = std::function<AgentLibrary()>;
  using Schedules = std::function<host::DeclaredSchedules&()>;
  // `options` and `logger` outlive this; `schedules` is asked until stop_watching().
  FolderAgents(const RuntimeOptions& options, Logger& logger, Open open, Schedules schedules);

  // A file by its path, or an agent by its name. The error says what is wrong with it, or which names there are.
  [[nodiscard]] Result<AgentFile> load(std::string_view agent);
  // Whom another agent file means by that name.
  [[nodiscard]] std::optional<AgentFile> find(DelegateKind kind, std::string_view name);
  [[nodiscard]] KnownAgents agents();

  // Declares those that have a schedule. Those that are kept current are declared at each change.
  void declare_schedules();
  void stop_watching() { watch_.reset(); }

 private:
  [[nodiscard]] bool keeps_current();
  void begin_to_watch();
  void declare(const KnownAgents& agents);

  const RuntimeOptions& options_;
  Logger& logger_;
  const Open open_;
  const Schedules schedules_;
  LiveAgents live_;
  std::once_flag watching_;
  std::optional<FolderWatch> watch_;  // a thread
};

}  // namespace executus
