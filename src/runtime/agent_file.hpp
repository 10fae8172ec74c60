// Agent files (YAML, one agent each) and the project's executus.yaml: docs/reference/agent-files.md.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include <executus/base/result.hpp>
#include <executus/run/agent.hpp>

namespace executus {

// A message about a file: "file:line:col: error: ..." or "...: warning: ...".
struct Diagnostics {
  std::vector<std::string> errors;
  std::vector<std::string> warnings;
};

struct AgentFile {
  Agent agent;
  boost::json::object inputs_schema;  // of --input values; empty: none declared
};

// Reads an agent file; reports everything that is wrong with it at once. Nothing when there was an error.
// `known_tools`: the registry's names, to tell an unknown tool; declared tools of the file count too.
[[nodiscard]] std::optional<AgentFile> load_agent_file(const std::string& path,
                                                       const std::vector<std::string>& known_tools,
                                                       Diagnostics& diagnostics);
[[nodiscard]] std::optional<AgentFile> parse_agent_file(std::string_view text, const std::string& path,
                                                        const std::vector<std::string>& known_tools,
                                                        Diagnostics& diagnostics);

// Fills {{inputs.NAME}} in the prompt; checks the inputs against the declared schema. The error names the input.
[[nodiscard]] std::optional<Error> apply_inputs(AgentFile& file, const boost::json::object& inputs);

// executus.yaml.
struct ProjectConfig {
  std::string path;      // empty: none was found
  std::string database;  // db: PATH
  std::map<std::string, std::string> tiers;
  std::map<std::string, std::string> aliases;
  std::map<std::string, int> context_tokens;  // by model spec
};

// Searches from the working directory upwards, then $XDG_CONFIG_HOME/executus/; or reads `explicit_path`.
[[nodiscard]] Result<ProjectConfig> load_project_config(const std::string& explicit_path);

}  // namespace executus
