// Reads agent files (YAML, one agent each): docs/reference/agent-files.md.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <executus/base/environment.hpp>
#include <executus/base/result.hpp>
#include <executus/runtime/agent_file.hpp>

#include "runtime/agent_file/extended_file.hpp"
#include "runtime/agent_file/model_names.hpp"

namespace executus {

// A message about a file: "file:line:col: error: ..." or "...: warning: ...".
struct Diagnostics {
  std::vector<std::string> errors;
  std::vector<std::string> warnings;
  std::vector<std::string> files = {};  // that were looked at: the file, those it extends, its prompt
};

// As what an agent file names another one: agent__NAME is given a prompt, skill__NAME the inputs of its file.
enum class DelegateKind { agent, skill };

// What is said of a delegate that cannot be had.
enum class MissingDelegates { error, warning };

// The targets that an executus.yaml names; without one there are none.
struct KnownTargets {
  std::string config;  // the absolute path of that file
  std::vector<std::string> names;
};

// What agent files may name besides what they declare themselves.
struct KnownNames {
  std::vector<std::string> tools;           // of the registry
  std::vector<std::string> agents;          // to delegate to
  std::vector<std::string> skills = {};     // besides those that are agents
  DelegateKind file = DelegateKind::agent;  // what the file itself is
  // Whether a delegate of none of these names is there all the same, as no file. Null: it is not.
  std::function<bool(DelegateKind kind, const std::string& name)> is_stored = {};
  // Why the agent of that name cannot be delegated to; "": it can. Null: not checked.
  std::function<std::string(DelegateKind kind, const std::string& name)> obstacle = {};
  // How a delegate of that name leads back to this agent ("kid -> probe"); "": it does not. Null: not looked at.
  std::function<std::string(DelegateKind kind, const std::string& name)> way_back = {};
  // The other files whose agent has that name. Null: not looked at.
  std::function<std::vector<std::string>(const std::string& name)> namesakes = {};
  FindBase base = {};  // what files extend
  ModelObstacle model_obstacle = {};
  // Of the model of that name (or one of its chain), one whose price is not known here; "": none. Null: not looked at.
  std::function<std::string(const std::string& model)> unpriced = {};
  // Why these skill packs cannot be had here; "": they can. Null: not looked at.
  std::function<std::string(const std::vector<std::string>& names)> pack_obstacle = {};
  std::optional<KnownTargets> targets = {};  // of deliveries. Nothing: not looked at
  MissingDelegates missing_delegates = MissingDelegates::error;
  const Environment* environment = nullptr;           // what ${VAR} stand for here; null: not looked at
  std::vector<boost::json::object> mcp_servers = {};  // that the file may name: those of executus.yaml
};

// Reads an agent file; reports everything that is wrong with it at once. Nothing when there was an error.
[[nodiscard]] std::optional<AgentFile> load_agent_file(const std::string& path, const KnownNames& known,
                                                       Diagnostics& diagnostics);
[[nodiscard]] std::optional<AgentFile> parse_agent_file(std::string_view text, const std::string& path,
                                                        const KnownNames& known, Diagnostics& diagnostics);

// Why the agent cannot be delegated to: it needs inputs, or its prompts name some, which a delegate of this kind is not
// given.
[[nodiscard]] std::optional<Error> unusable_as(DelegateKind kind, const AgentFile& file);

}  // namespace executus
