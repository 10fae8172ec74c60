#include "runtime/agent_file.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>

#include <boost/json.hpp>

#include <executus/base/json.hpp>
#include <executus/base/json_schema.hpp>

#include "base/fields.hpp"
#include "base/template_text.hpp"
#include "base/text.hpp"
#include "runtime/declared_tool_yaml.hpp"
#include "runtime/text_file.hpp"

namespace executus {
namespace {

namespace json = boost::json;
namespace fs = std::filesystem;

// Keys of the agent file format that this version cannot honour. Ignoring one would run another agent than the one
// written down.
constexpr std::array<std::string_view, 6> kNotSupported{"mcp_servers", "skill_packs", "budget",
                                                        "schedule",    "retention",   "extends"};

// Reads one agent file into `result`.
class AgentReader {
 public:
  AgentReader(Problems& problems, const fs::path& file, const KnownNames& known)
      : problems_(problems), folder_(file.parent_path()), known_(known) {}

  void read(Fields& fields) {
    read_identity(fields);
    read_prompt(fields);
    read_limits(fields);
    read_policies(fields);
    read_declared(fields);
    read_tools(fields);
    read_permissions(fields);
    read_delegation(fields);
    read_critic(fields);
    fields.each_object("phases", [&](Fields& phase) { read_phase(phase); });
    refuse_unsupported(fields);
  }
  AgentFile take() { return std::move(result_); }

 private:
  Agent& agent() { return result_.agent; }

  void read_identity(Fields& fields) {
    agent().name = fields.required_string("name");
    auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
    if (!std::all_of(agent().name.begin(), agent().name.end(), fits))
      fields.error("name", "'name' may hold lower-case letters, digits and '-' only, got '" + agent().name + "'");
    agent().description = fields.string("description").value_or("");
    agent().model = fields.string("model").value_or("");
  }

  void read_prompt(Fields& fields) {
    agent().system_prompt = fields.string("system_prompt").value_or("");
    if (auto file = fields.string("system_prompt_file")) {
      if (fields.has("system_prompt"))
        fields.error("system_prompt_file", "give either 'system_prompt' or 'system_prompt_file', not both");
      auto text = read_text_file((folder_ / *file).string());
      if (!text.ok()) fields.error("system_prompt_file", text.error().message());
      if (text.ok()) agent().system_prompt = std::move(*text);
    }
    if (auto schema = fields.json_object("inputs")) {
      if (auto wrong = check_schema(*schema)) fields.error("inputs", "'inputs': " + wrong->message());
      for (const auto& line : unchecked_keywords(*schema)) fields.warning("inputs", "'inputs': " + line);
      result_.inputs_schema = std::move(*schema);
    }
  }

  void read_limits(Fields& fields) {
    if (auto root = fields.string("root")) agent().root = absolute_root(*root);
    agent().max_iterations =
        static_cast<int>(fields.integer("max_iterations", {.min = 1, .max = 1'000'000}).value_or(0));
    if (auto limit = fields.duration("max_runtime")) {
      if (limit->count() <= 0) fields.error("max_runtime", "'max_runtime' has to be longer than 0");
      agent().max_runtime = *limit;
    }
  }

  std::string absolute_root(const std::string& root) const {
    return fs::absolute(folder_ / root).lexically_normal().string();
  }

  void read_policies(Fields& fields) {
    agent().on_in_doubt = fields
                              .choice<OnInDoubt>("on_in_doubt", {{"park", OnInDoubt::park},
                                                                 {"tell_model", OnInDoubt::tell_model},
                                                                 {"retry", OnInDoubt::retry}})
                              .value_or(OnInDoubt::park);
    agent().on_model_unavailable =
        fields
            .choice<OnModelUnavailable>("on_model_unavailable",
                                        {{"park", OnModelUnavailable::park}, {"fail", OnModelUnavailable::fail}})
            .value_or(OnModelUnavailable::park);
    agent().durability = fields
                             .choice<Durability>("durability", {{"strict", Durability::strict},
                                                                {"relaxed", Durability::relaxed},
                                                                {"memory", Durability::memory}})
                             .value_or(Durability::strict);
  }

  void read_declared(Fields& fields) {
    fields.each_object("http_tools", [&](Fields& tool) { declare(tool, read_http_tool(tool)); });
    fields.each_object("command_tools", [&](Fields& tool) { declare(tool, read_command_tool(tool)); });
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
    agent().tools = patterns.value_or(declared_);
    if (!patterns) return;
    for (std::size_t i = 0; i < patterns->size(); ++i) check_pattern(fields, "tools", i, (*patterns)[i]);
    for (const auto& name : declared_) {
      auto selects = [&](const std::string& pattern) { return matches_glob(pattern, name); };
      if (std::none_of(patterns->begin(), patterns->end(), selects))
        fields.warning("tools", "tool '" + name + "' is declared but not listed, so the model does not get it");
    }
  }

  void read_permissions(Fields& fields) {
    fields.object("permissions", [&](Fields& permissions) {
      agent().permissions.ask = permissions.strings("ask").value_or(std::vector<std::string>{});
      agent().permissions.deny = permissions.strings("deny").value_or(std::vector<std::string>{});
      for (const char* key : {"ask", "deny"}) check_permission(permissions, key);
    });
  }

  // A permission that fits no tool is a slip of the pen; one for a delegate names its tool.
  void check_permission(Fields& fields, std::string_view key) {
    const auto& patterns = key == "ask" ? agent().permissions.ask : agent().permissions.deny;
    for (std::size_t i = 0; i < patterns.size(); ++i) {
      bool delegates = patterns[i].starts_with("skill__") || patterns[i].starts_with("agent__");
      if (!delegates) check_pattern(fields, key, i, patterns[i]);
    }
  }

  void read_delegation(Fields& fields) {
    agent().skills = delegates(fields, "skills");
    agent().agents = delegates(fields, "agents");
  }

  std::vector<std::string> delegates(Fields& fields, std::string_view key) {
    auto names = fields.strings(key).value_or(std::vector<std::string>{});
    for (std::size_t i = 0; i < names.size(); ++i)
      if (!contains(known_.agents, names[i]))
        fields.error(
            key, i,
            "no agent '" + std::string(clip(names[i], 80)) + "' in agents/" + did_you_mean(names[i], known_.agents));
    return names;
  }

  void read_critic(Fields& fields) {
    fields.object("critic", [&](Fields& critic) {
      agent().critic.enabled = critic.boolean("enabled").value_or(true);
      agent().critic.backstop_multiplier = critic.number("backstop_multiplier").value_or(3);
      if (agent().critic.backstop_multiplier <= 1)
        critic.error("backstop_multiplier", "'backstop_multiplier' has to be more than 1: it multiplies max_runtime");
    });
  }

  void read_phase(Fields& fields) {
    Phase phase;
    phase.name = fields.required_string("name");
    if (!phase.name.empty() && !is_template_identifier(phase.name))
      fields.error("name",
                   "a phase's name may hold letters, digits and '_', not starting with a digit: later prompts "
                   "name it, got '" +
                       phase.name + "'");
    phase.system_prompt = fields.string("system_prompt").value_or("");
    phase.model = fields.string("model").value_or("");
    phase.max_iterations = static_cast<int>(fields.integer("max_iterations", {.min = 1, .max = 1'000'000}).value_or(0));
    phase.tools = fields.strings("tools");
    if (phase.tools) check_phase_tools(fields, *phase.tools);
    phase.kind = fields.choice<Phase::Kind>("kind", {{"loop", Phase::Kind::loop}, {"prompt", Phase::Kind::prompt}})
                     .value_or(Phase::Kind::loop);
    phase.optional = fields.boolean("optional").value_or(false);
    fields.object("on_error", [&](Fields& on_error) { phase.fallback = on_error.string("use").value_or(""); });
    agent().phases.push_back(std::move(phase));
  }

  // A phase gets tools the agent has: by name, or the name of a delegate's tool.
  void check_phase_tools(Fields& fields, const std::vector<std::string>& names) {
    for (std::size_t i = 0; i < names.size(); ++i) {
      auto selects = [&](const std::string& pattern) { return matches_glob(pattern, names[i]); };
      bool delegate = names[i].starts_with("skill__") || names[i].starts_with("agent__");
      if (delegate || std::any_of(agent().tools.begin(), agent().tools.end(), selects)) continue;
      fields.error("tools", i, "the agent has no tool '" + names[i] + "' in its 'tools'");
    }
  }

  void check_pattern(Fields& fields, std::string_view key, std::size_t i, const std::string& pattern) {
    auto names = known_.tools;
    names.insert(names.end(), declared_.begin(), declared_.end());
    auto fits = [&](const std::string& name) { return matches_glob(pattern, name); };
    if (std::any_of(names.begin(), names.end(), fits)) return;
    bool glob = pattern.find_first_of("*?") != std::string::npos;
    fields.error(key, i,
                 glob ? "no tool matches '" + pattern + "'"
                      : "unknown tool '" + std::string(clip(pattern, 80)) + "'" + did_you_mean(pattern, names));
  }

  void refuse_unsupported(Fields& fields) {
    for (std::string_view key : kNotSupported) {
      if (!fields.raw(key)) continue;
      problems_.error(fields.document().file(), fields.document().key_at(pointer_to(fields.pointer(), key)),
                      "'" + std::string(key) + "' is not supported by this version");
    }
  }

  static bool contains(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  }

  Problems& problems_;
  fs::path folder_;
  const KnownNames& known_;
  AgentFile result_;
  std::vector<std::string> declared_;
};

void hand_over(const Problems& problems, Diagnostics& diagnostics) {
  for (auto& line : problems.lines())
    (line.find(": warning: ") < line.find(": error: ") ? diagnostics.warnings : diagnostics.errors).push_back(line);
}

void add_lines(std::vector<std::string>& lines, std::string_view text) {
  for (auto line : split(text, '\n')) lines.emplace_back(line);
}

}  // namespace

std::optional<AgentFile> parse_agent_file(std::string_view text, const std::string& path, const KnownNames& known,
                                          Diagnostics& diagnostics) {
  std::vector<YamlProblem> duplicates;
  auto document = parse_yaml(text, path, duplicates);
  Problems problems;
  for (auto& duplicate : duplicates) problems.error(path, duplicate.where, std::move(duplicate.message));
  if (!document.ok()) {
    hand_over(problems, diagnostics);
    add_lines(diagnostics.errors, document.error().message());
    return std::nullopt;
  }
  AgentReader reader(problems, path, known);
  read_fields(*document, problems, [&](Fields& fields) { reader.read(fields); });
  hand_over(problems, diagnostics);
  if (problems.has_errors()) return std::nullopt;
  return reader.take();
}

std::optional<AgentFile> load_agent_file(const std::string& path, const KnownNames& known, Diagnostics& diagnostics) {
  auto text = read_text_file(path);
  if (!text.ok()) {
    diagnostics.errors.push_back(path + ": error: " + text.error().message());
    return std::nullopt;
  }
  return parse_agent_file(*text, path, known, diagnostics);
}

}  // namespace executus
