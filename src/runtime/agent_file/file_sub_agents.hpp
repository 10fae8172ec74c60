// SubAgents over agent files: what an agent may delegate to lies in files of the same kind. An agent__NAME takes a
// prompt; a skill__NAME takes the file's own `inputs`.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include <executus/base/log.hpp>
#include <executus/run/sub_agents.hpp>

#include "runtime/agent_file/agent_file.hpp"

namespace executus {

// Threads: any.
class FileSubAgents final : public SubAgents {
 public:
  // `load` finds what an agent file means by that name in a run of that caller; nothing when there is none. `keep`:
  // whether it is asked once for each, or each time.
  using Load =
      std::function<std::optional<AgentFile>(DelegateKind kind, std::string_view name, std::string_view caller)>;
  enum class Keep { all, nothing };
  explicit FileSubAgents(Load load, Keep keep = Keep::all) : load_(std::move(load)), keep_(keep) {}

  [[nodiscard]] std::optional<SubAgent> skill(std::string_view name, std::string_view caller) override;
  [[nodiscard]] std::optional<SubAgent> agent(std::string_view name, std::string_view caller) override;

 private:
  [[nodiscard]] std::optional<AgentFile> find(DelegateKind kind, std::string_view name, std::string_view caller);

  const Load load_;
  const Keep keep_;
  std::mutex mutex_;
  std::map<std::tuple<DelegateKind, std::string, std::string>, std::optional<AgentFile>> known_;  // name, caller
};

}  // namespace executus
