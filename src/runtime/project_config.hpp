// The project's executus.yaml: docs/reference/agent-files.md.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <executus/base/environment.hpp>
#include <executus/base/result.hpp>
#include <executus/base/sealed.hpp>
#include <executus/deliver/named_target.hpp>
#include <executus/identity/identity.hpp>
#include <executus/llm/providers.hpp>
#include <executus/tools/web.hpp>

#include "deliver/targets/target_config.hpp"
#include "runtime/agent_file/agent_file.hpp"

namespace executus {

struct ProjectConfig {
  std::string path;      // empty: none was found
  std::string database;  // db: PATH
  std::map<std::string, std::string> tiers;
  std::map<std::string, std::string> aliases;
  std::map<std::string, int> context_tokens;  // by model spec
  llm::LimitTable limits;                     // models.limits
  llm::ResolverOptions::Table prices;         // what the file models.prices holds
  llm::ResolverOptions::Table context_windows;
  std::map<std::string, deliver::TargetConfig> targets;  // deliver
  std::vector<std::string> storage_keys;                 // storage.keys, with ${VAR}
  bool reads_unencrypted = false;                        // storage.read_unencrypted
  identity::Roster people;                               // members, admins
  tools::WebOptions web;
  std::vector<boost::json::object> mcp_servers;  // as declarations of agents that name them
};

// Searches from the working directory upwards, then $XDG_CONFIG_HOME/executus/; or reads `explicit_path`.
[[nodiscard]] Result<ProjectConfig> load_project_config(const std::string& explicit_path);

// What that file says of the target now, whatever else is in it; nothing: it does not name it. Throws Error where the
// file cannot be read, is empty, or is wrong about this target.
[[nodiscard]] std::optional<deliver::TargetConfig> find_target(const deliver::NamedTarget& target);

// What storage.keys says here. Throws Error config.variable, crypto.key.
[[nodiscard]] std::vector<MasterKey> storage_keys_of(const ProjectConfig& project, const Environment& environment);

[[nodiscard]] KnownTargets targets_of(const ProjectConfig& project);

// The target of that name in the project's file. Throws Error config.deliver, which says what there is.
[[nodiscard]] deliver::NamedTarget project_target(const ProjectConfig& project, const std::string& name);

}  // namespace executus
