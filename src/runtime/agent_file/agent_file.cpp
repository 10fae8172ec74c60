#include "runtime/agent_file/agent_file.hpp"

#include <algorithm>
#include <filesystem>
#include <set>

#include <boost/json.hpp>

#include <executus/base/json.hpp>
#include <executus/base/json_schema.hpp>
#include <executus/run/skill_packs.hpp>

#include "base/among.hpp"
#include "base/text.hpp"
#include "base/text_file.hpp"
#include "base/yaml/fields.hpp"
#include "run/definition/sub_agents.hpp"
#include "runtime/agent_file/agent_budget.hpp"
#include "runtime/agent_file/agent_output.hpp"
#include "runtime/agent_file/agent_phases.hpp"
#include "runtime/agent_file/agent_policies.hpp"
#include "runtime/agent_file/agent_schedule.hpp"
#include "runtime/agent_file/declared_tool_yaml.hpp"
#include "runtime/agent_file/extended_file.hpp"
#include "runtime/agent_file/idle_keys.hpp"
#include "runtime/agent_file/mcp_server_yaml.hpp"
#include "runtime/agent_file/prompt_names.hpp"
#include "runtime/agent_file/reading.hpp"
#include "runtime/agent_file/sandbox_yaml.hpp"
#include "runtime/agent_file/tool_pattern.hpp"
#include "runtime/schemas/input_defaults.hpp"
#include "runtime/schemas/inputs_schema.hpp"
#include "runtime/schemas/schema_doubts.hpp"
#include "tool/permission_rule.hpp"

namespace executus {
namespace {

namespace json = boost::json;
namespace fs = std::filesystem;

// Reads one agent file into `result`.
class AgentReader {
 public:
  AgentReader(Problems& problems, const ExtendedFile& file, const KnownNames& known)
      : problems_(problems), file_(file), known_(known) {}

  void read(Fields& fields) {
    (void)fields.raw("extends");
    read_identity(fields);
    read_sharing(fields, result_);
    read_prompt(fields);
    read_root(fields);
    read_limits(fields, agent());
    read_policies(fields, agent());
    read_deliver(fields, result_, known_);
    read_retention(fields, result_);
    read_declared(fields);
    read_tools(fields);
    configure_shell_tools(fields);
    read_delegation(fields);
    read_skill_packs(fields);
    read_permissions(fields);
    read_critic(fields, agent());
    auto own = own_tools();
    auto before = problems_.errors().size();
    read_phases(fields, result_, own, reading());
    read_output(fields, agent(), own);
    if (problems_.errors().size() == before) check_phases(fields, agent(), own);
    if (problems_.errors().size() == before) check_fallbacks(fields, agent());
    read_budget(fields, agent(), known_);
    read_schedule(fields, result_);
    if (known_.file == DelegateKind::skill) warn_of_idle_schedule(fields);
    check_prompt(fields);
    warn_of_idle_prompt(fields, agent());
    warn_of_tools_without_phase(fields, agent(), own);
  }
  AgentFile take() { return std::move(result_); }
  [[nodiscard]] const std::string& prompt_file() const noexcept { return prompt_file_; }

 private:
  Agent& agent() { return result_.agent; }
  const Agent& agent() const { return result_.agent; }
  Reading reading() const { return {problems_, file_, known_}; }

  void read_identity(Fields& fields) {
    agent().name = fields.required_string("name");
    auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
    if (!std::all_of(agent().name.begin(), agent().name.end(), fits))
      fields.error("name", "'name' may hold lower-case letters, digits and '-' only, got '" + agent().name + "'");
    agent().description = fields.string("description").value_or("");
    for (const auto& other : known_.namesakes ? known_.namesakes(agent().name) : std::vector<std::string>())
      fields.error("name", "'" + agent().name + "' is the name in " + other + " too; rename one of them");
    agent().model = read_model(fields, known_, "a run is refused here: ");
  }

  void read_prompt(Fields& fields) {
    agent().system_prompt = fields.string("system_prompt").value_or("");
    if (auto file = fields.string("system_prompt_file")) {
      if (fields.has("system_prompt"))
        fields.error("system_prompt_file", "give either 'system_prompt' or 'system_prompt_file', not both");
      prompt_file_ = beside("/system_prompt_file", *file).string();
      auto text = read_text_file(prompt_file_);
      if (!text.ok()) fields.error("system_prompt_file", text.error().message());
      if (text.ok()) agent().system_prompt = std::move(*text);
      refuse_other_bytes();
    }
    if (auto schema = fields.json_object("inputs")) read_inputs(fields, std::move(*schema));
  }

  // The YAML reader refuses these bytes too: a model would be sent other characters than the prompt file has.
  void refuse_other_bytes() {
    const auto& text = agent().system_prompt;
    auto at = std::min(valid_utf8_prefix(text), text.find('\0'));
    if (at < text.size())
      problems_.error(prompt_file_, position_in(text, at),
                      "this byte is no text in UTF-8; write the file anew as UTF-8");
  }

  void read_inputs(Fields& fields, json::object schema) {
    for (const auto& line : unchecked_keywords(schema)) fields.warning("inputs", "'inputs': " + line);
    if (auto wrong = check_schema(schema)) return fields.error("inputs", "'inputs': " + wrong->message());
    bool sound = true;
    for (const auto& faults : {faults_of_inputs(schema), unfit_defaults(schema), refused_defaults(schema)})
      for (const auto& fault : faults) {
        fields.error_below("inputs", fault.pointer, "'inputs': " + fault.message);
        sound = false;
      }
    auto doubts = doubts_about(schema);
    if (sound) std::ranges::move(incomplete_defaults(schema), std::back_inserter(doubts));
    for (const auto& doubt : doubts) fields.warning_below("inputs", doubt.pointer, "'inputs': " + doubt.message);
    if (!schema.empty()) schema["type"] = "object";  // as servers demand of a skill's arguments, and said above
    result_.inputs_schema = std::move(schema);
  }

  // A prompt of the file itself, or of a file beside it.
  void check_prompt(Fields& fields) {
    auto known = names_for_prompt(result_.inputs_schema);
    if (prompt_file_.empty()) {
      return report_prompt(fields, "system_prompt", {agent().system_prompt, known, result_.inputs_schema}, reading());
    }
    for (const auto& fault : faults_in_prompt(agent().system_prompt, known))
      problems_.error(prompt_file_, position_in(agent().system_prompt, fault.offset), fault.message);
  }

  void read_root(Fields& fields) {
    if (auto root = fields.string("root")) {
      agent().root = absolute_root(*root);
      if (std::error_code error; !fs::is_directory(agent().root, error))
        fields.warning("root", "a run is refused here: there is no folder '" + agent().root + "'");
    }
  }

  std::string absolute_root(const std::string& root) const {
    return fs::absolute(beside("/root", root)).lexically_normal().string();
  }

  // A path is relative to the file that says it, which may be one that this file extends.
  fs::path beside(std::string_view pointer, const std::string& path) const {
    return fs::path(file_.document.file_at(pointer)).parent_path() / path;
  }

  void read_declared(Fields& fields) {
    fields.each_object("http_tools", [&](Fields& tool) { declare(tool, read_http_tool(tool, known_.environment)); });
    fields.each_object("command_tools",
                       [&](Fields& tool) { declare(tool, read_command_tool(tool, known_.environment)); });
    fields.each_object_or_name(
        "mcp_servers", [&](Fields& server) { declare_server(server, read_mcp_server(server, known_.environment)); },
        [&](std::size_t i, const std::string& name) { declare_known_server(fields, i, name); });
  }

  void declare_server(Fields& fields, json::object declaration) {
    std::string name(declaration.at("name").as_string());
    if (contains(servers_, name)) fields.error("name", "MCP server '" + name + "' is declared twice");
    take_server(std::move(declaration), std::move(name));
  }

  void declare_known_server(Fields& fields, std::size_t i, const std::string& name) {
    auto known = std::ranges::find(known_.mcp_servers, name, run::source_name);
    if (contains(servers_, name)) return fields.error("mcp_servers", i, "MCP server '" + name + "' is declared twice");
    if (known != known_.mcp_servers.end()) return take_server(*known, name);
    std::vector<std::string> names;
    for (const auto& server : known_.mcp_servers) names.push_back(run::source_name(server));
    fields.error("mcp_servers", i,
                 "no MCP server '" + std::string(clip(name, 80)) + "' in executus.yaml" + did_you_mean(name, names));
  }

  void take_server(json::object declaration, std::string name) {
    servers_.push_back(std::move(name));
    agent().declared_tools.push_back(std::move(declaration));
  }

  void declare(Fields& fields, json::object declaration) {
    std::string name(declaration.at("name").as_string());
    if (name.empty()) return;
    if (contains(known_.tools, name))
      fields.error("name", "a tool '" + name + "' exists already; choose another name");
    else if (contains(declared_, name))
      fields.error("name", "tool '" + name + "' is declared twice");
    declared_.push_back(name);
    agent().declared_tools.push_back(std::move(declaration));
  }

  void read_tools(Fields& fields) {
    auto patterns = fields.strings("tools");
    agent().tools = patterns ? *patterns : declared_;
    if (!patterns) {
      for (const auto& server : servers_) agent().tools.push_back(server + ".*");
      return;
    }
    for (std::size_t i = 0; i < patterns->size(); ++i) check_pattern(fields, "tools", i, (*patterns)[i]);
    for (const auto& name : declared_) {
      auto selects = [&](const std::string& pattern) { return matches_glob(pattern, name); };
      if (std::none_of(patterns->begin(), patterns->end(), selects))
        fields.warning("tools", "tool '" + name + "' is declared but not listed, so the model does not get it");
    }
    for (const auto& server : servers_) {
      auto selects = [&](const auto& pattern) { return run::names_tools_of(pattern, server) != run::Names::none; };
      if (std::ranges::none_of(*patterns, selects))
        fields.warning("tools", "MCP server '" + server + "' is declared, but none of its tools is listed, such as '" +
                                    server + ".*', so the model gets none");
    }
  }

  // Those of the built-in tools that run programs take the sandbox of the file; without one they have the default.
  void configure_shell_tools(Fields& fields) {
    auto sandbox = read_sandbox(fields);
    if (!sandbox) return;
    bool is_used = false;
    for (const char* name : {"run_command", "git_diff", "git_log"}) {
      if (!contains(known_.tools, name) || !contains(agent().tools, name)) continue;  // no glob selects them
      agent().declared_tools.push_back({{"kind", name}, {"name", name}, {"sandbox", *sandbox}});
      is_used = true;
    }
    if (!is_used)
      fields.warning("sandbox",
                     "the agent has none of the tools run_command, git_diff and git_log, which it is for; a "
                     "command tool has a 'sandbox' of its own");
  }

  void read_permissions(Fields& fields) {
    fields.object("permissions", [&](Fields& permissions) {
      auto& rules = agent().permissions;
      for (auto [key, list] : {std::pair("ask", &rules.ask), {"deny", &rules.deny}, {"allow", &rules.allow}}) {
        *list = permissions.strings(key).value_or(std::vector<std::string>{});
        for (std::size_t i = 0; i < list->size(); ++i) check_permission(permissions, key, i, (*list)[i]);
      }
      warn_of_denied_questions(permissions, agent().permissions, own_tools());
      warn_of_questions_in_memory(permissions, agent());
    });
  }

  // A permission that fits no tool is a slip of the pen.
  void check_permission(Fields& fields, std::string_view key, std::size_t i, const std::string& text) {
    auto rule = tool::permission_rule(text);
    if (!rule.ok()) return fields.error(key, i, rule.error().message());
    check_pattern(fields, key, i, rule->tool, delegate_tools_);
    auto fits = [&](const std::string& name) { return matches_glob(rule->tool, name); };
    bool there_is = std::ranges::any_of(all_tools(), fits);
    if (there_is && !std::ranges::any_of(own_tools(), fits))
      fields.warning(key, "the agent has no tool that '" + std::string(clip(rule->tool, 80)) + "' fits");
  }

  void read_delegation(Fields& fields) {
    if (known_.file == DelegateKind::skill) return refuse_in_skills(fields);
    agent().skills = delegates(fields, "skills", DelegateKind::skill);
    agent().agents = delegates(fields, "agents", DelegateKind::agent);
  }

  std::vector<std::string> delegates(Fields& fields, std::string_view key, DelegateKind kind) {
    auto names = fields.strings(key).value_or(std::vector<std::string>{});
    for (std::size_t i = 0; i < names.size(); ++i) {
      std::string tool = std::string(kind == DelegateKind::skill ? run::kSkillTool : run::kAgentTool) + names[i];
      if (auto wrong = wrong_with_delegate(kind, names[i], tool); !wrong.empty())
        report_delegate(fields, key, i, wrong);
      else if (auto way = known_.way_back ? known_.way_back(kind, names[i]) : ""; !way.empty())
        fields.warning_below(key, pointer_to("", i),
                             "'" + std::string(clip(names[i], 80)) + "' leads back to this agent (" + way +
                                 "): no run may stand below one of its own agent, so that call is refused there");
      delegate_tools_.push_back(std::move(tool));
    }
    return names;
  }

  // Their tool may be named wherever those may that delegate.
  void read_skill_packs(Fields& fields) {
    auto names = fields.strings("skill_packs").value_or(std::vector<std::string>{});
    for (std::size_t i = 0; i < names.size(); ++i) {
      bool twice = std::find(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(i), names[i]) !=
                   names.begin() + static_cast<std::ptrdiff_t>(i);
      auto wrong = twice ? "it is named twice" : known_.pack_obstacle ? known_.pack_obstacle({names[i]}) : "";
      if (!wrong.empty()) fields.error("skill_packs", i, "'" + std::string(clip(names[i], 80)) + "': " + wrong);
    }
    if (names.empty()) return;
    if (is_among(kSkillUse, known_.tools) || is_among(kSkillUse, declared_))
      fields.error("skill_packs", "there is a tool called 'skill_use', as the one of skill packs would be; rename it");
    delegate_tools_.emplace_back(kSkillUse);
    agent().skill_packs = std::move(names);
  }

  void report_delegate(Fields& fields, std::string_view key, std::size_t i, const std::string& wrong) const {
    if (known_.missing_delegates == MissingDelegates::error) return fields.error(key, i, wrong);
    fields.warning_below(key, pointer_to("", i), wrong + "; runs go without it");
  }

  // "" when it can be delegated to.
  std::string wrong_with_delegate(DelegateKind kind, const std::string& name, const std::string& tool) const {
    std::string shown = "'" + std::string(clip(name, 80)) + "'";
    if (contains(delegate_tools_, tool)) return shown + " is named twice";
    if (contains(known_.tools, tool) || contains(declared_, tool))
      return "there is a tool called '" + tool + "', as the one that delegates to " + shown + " would be; rename it";
    if (name == agent().name) return "an agent cannot delegate to itself: no run may stand below one of its own agent";
    auto names = names_of(kind);
    if (!contains(names, name) && !(known_.is_stored && known_.is_stored(kind, name)))
      return (kind == DelegateKind::skill ? "no skill " + shown + " in skills/ or agents/"
                                          : "no agent " + shown + " in agents/") +
             did_you_mean(name, names);
    auto obstacle = known_.obstacle ? known_.obstacle(kind, name) : "";
    return obstacle.empty() ? "" : "agent " + shown + " cannot be delegated to: " + obstacle;
  }

  // What delegates of that kind can be called.
  std::vector<std::string> names_of(DelegateKind kind) const {
    auto names = known_.agents;
    if (kind == DelegateKind::skill) names.insert(names.begin(), known_.skills.begin(), known_.skills.end());
    return names;
  }

  std::vector<std::string> all_tools() const {
    auto names = known_.tools;
    names.insert(names.end(), declared_.begin(), declared_.end());
    names.insert(names.end(), delegate_tools_.begin(), delegate_tools_.end());
    return names;
  }

  // What its 'tools' select, and those that delegate.
  std::vector<std::string> own_tools() const {
    auto names = all_tools();
    std::erase_if(names, [&](const std::string& name) {
      auto selects = [&](const std::string& pattern) { return matches_glob(pattern, name); };
      return !contains(delegate_tools_, name) && std::ranges::none_of(agent().tools, selects);
    });
    return names;
  }

  // `besides`: names that fit as well as those of tools.
  void check_pattern(Fields& fields, std::string_view key, std::size_t i, const std::string& pattern,
                     const std::vector<std::string>& besides = {}) {
    if (names_server_tools(agent(), pattern) != run::Names::none) return;
    auto names = known_.tools;
    names.insert(names.end(), declared_.begin(), declared_.end());
    names.insert(names.end(), besides.begin(), besides.end());
    if (auto wrong = wrong_with_pattern(key, pattern, names); !wrong.empty()) fields.error(key, i, wrong);
  }

  // A skill has its tools and no one to delegate to.
  static void refuse_in_skills(Fields& fields) {
    for (std::string_view key : {"agents", "skills", "skill_packs", "phases", "critic", "deliver"})
      if (fields.raw(key))
        fields.error(key, "a skill has no '" + std::string(key) + "'; an agent has: write it in agents/");
  }

  static bool contains(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  }

  Problems& problems_;
  const ExtendedFile& file_;
  std::string prompt_file_;  // empty: the prompt stands in the agent file
  const KnownNames& known_;
  AgentFile result_;
  std::vector<std::string> declared_;
  std::vector<std::string> servers_;
  std::vector<std::string> delegate_tools_;
};

void hand_over(const Problems& problems, Diagnostics& diagnostics) {
  for (auto& line : problems.errors()) diagnostics.errors.push_back(std::move(line));
  for (auto& line : problems.warnings()) diagnostics.warnings.push_back(std::move(line));
}

// "permissions.ask" for "/permissions/ask".
std::string dotted(std::string_view pointer) {
  std::string key(pointer.substr(pointer.empty() ? 0 : 1));
  std::ranges::replace(key, '/', '.');
  return key;
}

std::map<std::string, std::vector<std::string>> origins_of(const ExtendedFile& file) {
  std::map<std::string, std::vector<std::string>> origins;
  for (const auto& [pointer, places] : file.origins)
    for (const auto& [path, line] : places) origins[dotted(pointer)].push_back(path + ":" + std::to_string(line));
  origins.erase("extends");
  return origins;
}

}  // namespace

std::optional<AgentFile> parse_agent_file(std::string_view text, const std::string& path, const KnownNames& known,
                                          Diagnostics& diagnostics) {
  Problems problems;
  std::optional<AgentFile> result;
  if (auto file = read_extended(text, path, known.base, problems, diagnostics.files)) {
    AgentReader reader(problems, *file, known);
    read_fields(file->document, problems, [&](Fields& fields) { reader.read(fields); });
    if (!reader.prompt_file().empty()) diagnostics.files.push_back(reader.prompt_file());
    result = reader.take();
    result->origins = origins_of(*file);
  }
  hand_over(problems, diagnostics);
  return problems.has_errors() ? std::nullopt : std::move(result);
}

std::optional<AgentFile> load_agent_file(const std::string& path, const KnownNames& known, Diagnostics& diagnostics) {
  auto text = read_text_file(path);
  if (text.ok()) return parse_agent_file(*text, path, known, diagnostics);
  diagnostics.errors.push_back(located(path, {}, "error", text.error().message()));
  return std::nullopt;
}

}  // namespace executus
