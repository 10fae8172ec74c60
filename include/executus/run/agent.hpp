// An agent, as plain data: what it is told, which model and tools it uses, what it may cost. Agent files, personas and
// skills lower into it. A run stores it as resolved, so a resumed run goes on with the definition it started with.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <executus/base/clock.hpp>
#include <executus/base/result.hpp>
#include <executus/journal/status.hpp>
#include <executus/run/spending_limits.hpp>
#include <executus/tool/tool.hpp>

namespace executus {

// What to do with a call whose outcome cannot be known (frozen names: park, tell_model, retry).
enum class OnInDoubt { park, tell_model, retry };

// What to do when the model stays away after the retries (frozen names: park, fail).
enum class OnModelUnavailable { park, fail };

// A tool as a run's definition remembers it: a process may take the run up only when it has the same.
struct DefinedTool {
  llm::ToolSpec spec;
  tool::Effect effect = tool::Effect::irreversible;
  bool operator==(const DefinedTool&) const = default;
};

// What a phase of kind `map` does: a run of another agent for each item of a list, each a child of this run.
struct MapItems {
  std::string over = {};            // names the list: "{{plan.items}}", "{{inputs.files}}"
  std::string agent = {};           // whom each item is given to: one of the agents delegated to, by name
  std::string prompt = "{{item}}";  // what that one is told: {{item}}, {{item.MEMBER}}, {{index}} (from 1) as well
  int concurrency = 8;              // so many of the runs at a time; one that waits gives its place to the next
  enum class OnFailure { collect, stop };  // frozen names
  // collect: null stands for an item whose run failed. stop: no further run begins, those that run go on to their end,
  // and the phase fails; a run that is retried goes on with those that have no result.
  OnFailure on_failure = OnFailure::collect;
  bool operator==(const MapItems&) const = default;
};

// Of a list to map over; more fail the phase before any run is made.
inline constexpr std::size_t kMostItems = 10'000;

// A test of what an earlier phase answered.
struct Condition {
  std::string value = {};                                     // names it: "{{plan.kind}}"; what is not there is null
  enum class Test { equals, differs, one_of, above, below };  // frozen names
  Test test = Test::equals;
  boost::json::value with = {};  // of one_of a list, of above and below a number
  bool operator==(const Condition&) const = default;
};

// Of a branch: which phase follows when all of the conditions hold.
struct BranchCase {
  std::vector<Condition> when = {};
  std::string next = {};  // a later phase by name, or "end"
  bool operator==(const BranchCase&) const = default;
};

// What a phase of kind `repeat` does: the phases from an earlier one to it run again, until all conditions hold.
struct Repeat {
  std::string from = {};  // an earlier phase by name
  std::vector<Condition> until = {};
  int most = 0;  // rounds in all; has to be given
  bool operator==(const Repeat&) const = default;
};

// One stage of a pipeline: a loop (or one bare call) with its own prompt, model, step cap and tools; a map; or a
// decision on which phase follows.
struct Phase {
  std::string name;                                       // an identifier: later prompts say {{name}} for its output
  std::string system_prompt;                              // a template: {{Query}}, {{inputs.NAME}}, {{EARLIER_PHASE}}
  std::string model = {};                                 // empty, or one that does not resolve: the agent's
  int max_iterations = 0;                                 // 0: the agent's
  std::optional<std::vector<std::string>> tools = {};     // names or globs of the agent's; nothing: all; empty: none
  enum class Kind { loop, prompt, map, branch, repeat };  // frozen names
  Kind kind = Kind::loop;
  bool optional = false;  // a failure is replaced by `fallback`
  std::string fallback = {};
  // The answer of a loop or a prompt is a value that fits this JSON Schema, and later prompts may name its members:
  // {{name.member}}. As Agent::output otherwise, which is that of the last phase.
  boost::json::object output = {};
  // Which phase follows: a later one by name, or "end"; empty: the one below. Of a branch: when no case fits.
  std::string next = {};
  MapItems map = {};                      // of kind map: prompt, model, steps and tools above are not used then
  std::vector<BranchCase> branches = {};  // of kind branch, likewise; the first that fits counts
  Repeat repeat = {};                     // of kind repeat, likewise
  bool operator==(const Phase&) const = default;
};

struct CriticSettings {
  bool enabled = false;
  double backstop_multiplier = 3;  // of max_runtime
  bool operator==(const CriticSettings&) const = default;
};

// Names or globs of tools. deny wins over ask; what neither names is allowed.
// Rules about calls, as text: "pay", "fs.*", "run_command(git log *)", "read_file(path: docs/*)", each also with
// " by CALLER". `deny` comes first. Then the most particular rule counts: one about arguments or callers before one
// that names the tool, and that before a glob; of equals `ask`. A call that no rule is about is allowed, unless `allow`
// has rules about arguments or callers for its tool, or it cannot be read what it does (docs/concepts/approvals.md).
struct Permissions {
  std::vector<std::string> ask = {};  // a person approves each call
  std::vector<std::string> deny = {};
  std::vector<std::string> allow = {};
  bool operator==(const Permissions&) const = default;
};

// A skill or agent that may be delegated to, as a run's definition remembers it.
struct DefinedDelegate {
  enum class Kind { skill, agent };
  Kind kind = Kind::agent;
  std::string name;
  std::string description;
  boost::json::object parameters;
  boost::json::object agent;
  bool operator==(const DefinedDelegate&) const = default;
};

// A skill pack as a run's definition remembers it: which content, and which of its skills.
struct PinnedPack {
  std::string pack;
  std::string digest;
  std::vector<std::string> skills = {};  // by name; empty: all of them
  // Files that its source names and that are not in the content.
  struct Missing {
    std::string path;
    std::string what;  // "a symbolic link", "a submodule", "a Git LFS pointer", "neither a file nor a folder"
    auto operator<=>(const Missing&) const = default;
  };
  std::vector<Missing> missing = {};
  bool operator==(const PinnedPack&) const = default;
};

inline constexpr Milliseconds kDurableAfter{5'000};

struct Agent {
  std::string name = {};
  std::string description = {};
  std::string system_prompt = {};
  std::string model = {};               // tier, alias or spec; empty: the fallback tier
  std::vector<std::string> tools = {};  // registry or declared names, globs
  // Tools that are data, {"kind": "http" | "command", ...}, and sources of tools (run/tool_sources.hpp).
  std::vector<boost::json::object> declared_tools = {};
  std::string root = {};        // what file tools see; relative to, or empty: the working directory at submission
  int max_iterations = 0;       // 0: the executor's default
  Milliseconds max_runtime{0};  // time owned and running; 0: the executor's default
  OnInDoubt on_in_doubt = OnInDoubt::park;
  OnModelUnavailable on_model_unavailable = OnModelUnavailable::park;
  Durability durability = Durability::strict;
  // With Durability::lazy: a run is stored when it is so old, or before: when it is about to do something that the
  // world or another run would notice, and when it ends or waits. 0: kDurableAfter. One that something outside of its
  // process knows of is stored from its beginning: docs/concepts/durability.md.
  Milliseconds durable_after{0};
  std::string id = {};             // for audit, and to find delegation loops; empty: the name stands in
  std::vector<Phase> phases = {};  // empty: one loop
  CriticSettings critic = {};
  // Of each run of this agent with all runs below it. Refused where the host has no Ports::budget.
  std::optional<AgentBudget> budget = {};
  Permissions permissions = {};
  std::vector<std::string> skills = {};  // delegation: tools skill__NAME
  std::vector<std::string> agents = {};  // agent__NAME
  // agent__NAME too: agents as values, for hosts that look up none by name. When a run is admitted they join
  // resolved_delegates, and win over agents of their name. At every depth their names are tool names, and differ.
  std::vector<Agent> sub_agents = {};
  std::vector<std::string> skill_packs = {};  // PACK, PACK/SKILL or SKILL; their skills are listed in the prompt
  enum class SubmitTool { absent, added };
  SubmitTool submit_tool = SubmitTool::absent;  // added: a tool `submit` that hands in the answer, unless there is one
  // The answer is a value that fits this JSON Schema (output_of<T>() makes one of a struct), with phases that of the
  // last one; empty: it is text. A run is `ok` with such a value or ends otherwise: docs/guides/typed_answers.md. Where
  // the model has to be given a tool for it, it is called `submit`: no other tool of the agent may be.
  boost::json::object output = {};

  // Filled in when a run is admitted.
  std::string model_tier = {};  // what `model` was before it was resolved: a tier, an alias or a spec
  // Whether the run has session tools: `stored`, they are among resolved_tools; `later`, they are made when it is
  // opened; `unknown`, the definition was stored before this was. Frozen names.
  enum class Session { unknown, none, stored, later };
  Session session = Session::unknown;
  std::optional<std::string> system_header = {};  // the executor's; children get their parent's
  std::vector<DefinedTool> resolved_tools = {};
  std::vector<std::string> source_tools = {};  // of `tools`: names and globs of tools that its sources may offer
  std::vector<DefinedDelegate> resolved_delegates = {};
  int context_tokens = 0;  // of the model; 0: unknown
  std::vector<PinnedPack> pinned_packs = {};
  std::string skill_catalog = {};               // follows the system prompt
  std::vector<std::string> budgets_above = {};  // ids of the runs above it whose agents have a budget of their own

  bool operator==(const Agent&) const = default;
};

[[nodiscard]] std::string_view to_string(Phase::Kind kind);
[[nodiscard]] std::string_view to_string(OnInDoubt policy);
[[nodiscard]] std::string_view to_string(OnModelUnavailable policy);
[[nodiscard]] std::optional<OnInDoubt> parse_on_in_doubt(std::string_view name);
[[nodiscard]] std::optional<OnModelUnavailable> parse_on_model_unavailable(std::string_view name);

// The stored form (part of journal format 1; its fields: agent_json.cpp). What is written comes back equal.
[[nodiscard]] boost::json::object to_json(const Agent& agent);
[[nodiscard]] Result<Agent> agent_from_json(const boost::json::object& json);

}  // namespace executus
