// Agent files: an agent as a person writes it down, one YAML file each (docs/reference/agent-files.md). A host reads
// them with Runtime::load_agent, which checks a file together with those it delegates to, as the command line does.
//
//   executus::RuntimeOptions options;
//   options.agent_folders = {"agents"};
//   executus::Runtime runtime(std::move(options));
//   auto triage = runtime.load_agent("triage").value();
//   executus::Invocation invocation;
//   invocation.prompt = "Why did the build fail?";
//   invocation.inputs = executus::apply_inputs(triage, {{"service", "db"}}).value();
//   auto outcome = runtime.run(std::move(triage.agent), std::move(invocation));
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include <executus/base/result.hpp>
#include <executus/deliver/named_target.hpp>
#include <executus/run/agent.hpp>
#include <executus/schedule/job.hpp>
#include <executus/tool/access.hpp>

namespace executus {

// When runs of an agent start by themselves, and with which prompt.
struct AgentSchedule {
  schedule::Plan plan;
  std::string prompt;
  bool operator==(const AgentSchedule&) const = default;
};

// The contents of one agent file.
struct AgentFile {
  Agent agent;
  boost::json::object inputs_schema = {};  // of the values a run is given; empty: none declared
  std::optional<AgentSchedule> schedule = {};
  // The target that its runs' ends go to, by its name in executus.yaml; empty: none. `target` is that one, where the
  // file is known and names it.
  std::string deliver = {};
  std::optional<deliver::NamedTarget> target = {};
  // For stores of agents and skills: who sees it besides its owner, and whether chats offer it.
  std::optional<tool::Visibility> visibility = {};
  std::vector<std::string> shared_with = {};
  bool exposed = false;
  // Ended runs of the agent are erased by workers when they are older; nothing: they stay.
  std::optional<Milliseconds> keep_runs = {};
  std::vector<std::string> warnings = {};  // "file:line:col: warning: ...": where a default will surprise
  // "file:line" of what was given, by key ("tools", "permissions.ask"): this file, or one that it extends. A list that
  // was added to has several.
  std::map<std::string, std::vector<std::string>> origins = {};

  bool operator==(const AgentFile&) const = default;
};

// Checks the inputs against the declared schema and fills {{inputs.NAME}} in the prompt. Returns what the invocation
// should hold: `given`, the schema's defaults, and null for what is declared and absent. The error (config.inputs,
// config.prompt) names the input. Once for each file that was loaded: afterwards the prompt is filled in.
[[nodiscard]] Result<boost::json::object> apply_inputs(AgentFile& file, const boost::json::object& given);

}  // namespace executus
