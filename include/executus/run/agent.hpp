// An agent, as plain data: what it is told, which model and tools it uses, what it may cost. Agent files, personas and
// skills lower into it. A run stores it as resolved, so a resumed run goes on with the definition it started with.
#pragma once

#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include <executus/base/clock.hpp>
#include <executus/base/result.hpp>
#include <executus/journal/status.hpp>
#include <executus/tool/tool.hpp>

namespace executus {

// What to do with a call whose outcome nobody can know (frozen names: park, tell_model, retry).
enum class OnInDoubt { park, tell_model, retry };

// What to do when the model stays away after the retries (frozen names: park, fail).
enum class OnModelUnavailable { park, fail };

// A tool as a run's definition remembers it: a process may take the run up only when it has the same.
struct StoredTool {
  llm::ToolSpec spec;
  tool::Effect effect = tool::Effect::irreversible;
  bool operator==(const StoredTool&) const = default;
};

struct Agent {
  std::string name;
  std::string description;
  std::string system_prompt;
  std::string model;                                     // tier, alias or spec; empty: the fallback tier
  std::vector<std::string> tools;                        // registry or declared names, globs
  std::vector<boost::json::object> declared_tools = {};  // tools that are data: {"kind": "http" | "command", ...}
  std::string root;             // what file tools see; empty: the working directory at submission
  int max_iterations = 0;       // 0: the executor's default
  Milliseconds max_runtime{0};  // time owned and running; 0: the executor's default
  OnInDoubt on_in_doubt = OnInDoubt::park;
  OnModelUnavailable on_model_unavailable = OnModelUnavailable::park;
  Durability durability = Durability::strict;

  // Filled in when a run is admitted.
  std::vector<StoredTool> resolved_tools = {};
};

[[nodiscard]] std::string_view to_string(OnInDoubt policy);
[[nodiscard]] std::string_view to_string(OnModelUnavailable policy);
[[nodiscard]] std::optional<OnInDoubt> parse_on_in_doubt(std::string_view name);
[[nodiscard]] std::optional<OnModelUnavailable> parse_on_model_unavailable(std::string_view name);

// The stored form (part of journal format 1).
[[nodiscard]] boost::json::object to_json(const Agent& agent);
[[nodiscard]] Result<Agent> agent_from_json(const boost::json::object& json);

}  // namespace executus
