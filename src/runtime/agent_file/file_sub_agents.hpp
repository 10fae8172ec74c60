// SubAgents over agent files: what an agent may delegate to lies in files of the same kind. An agent__NAME takes a
// prompt; a skill__NAME takes the file's own `inputs`.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include <executus/base/log.hpp>
#include <executus/run/sub_agents.hpp>

#include "runtime/agent_file/agent_file.hpp"

namespace executus {

// Threads: any.
class FileSubAgents final : public SubAgents {
 public:
  // `load` finds an agent by name; nothing when there is none. Asked once for each name.
  using Load = std::function<std::optional<AgentFile>(std::string_view name)>;
  explicit FileSubAgents(Load load) : load_(std::move(load)) {}

  [[nodiscard]] std::optional<SubAgent> skill(std::string_view name) override;
  [[nodiscard]] std::optional<SubAgent> agent(std::string_view name) override;

 private:
  [[nodiscard]] std::optional<AgentFile> find(std::string_view name);

  const Load load_;
  std::mutex mutex_;
  std::map<std::string, std::optional<AgentFile>, std::less<>> known_;
};

}  // namespace executus
