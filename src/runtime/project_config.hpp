// The project's executus.yaml: docs/reference/agent-files.md.
#pragma once

#include <map>
#include <string>

#include <executus/base/result.hpp>
#include <executus/llm/providers.hpp>

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
};

// Searches from the working directory upwards, then $XDG_CONFIG_HOME/executus/; or reads `explicit_path`.
[[nodiscard]] Result<ProjectConfig> load_project_config(const std::string& explicit_path);

}  // namespace executus
