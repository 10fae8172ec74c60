#include "runtime/agent_file/agent_file.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>

#include <boost/json.hpp>

#include <executus/base/json.hpp>
#include <executus/base/json_schema.hpp>

#include "agent/answer_form.hpp"
#include "base/template_text.hpp"
#include "base/text.hpp"
#include "base/text_file.hpp"
#include "base/yaml/fields.hpp"
#include "run/definition/phase_edges.hpp"
#include "run/definition/phase_faults.hpp"
#include "runtime/agent_file/agent_output.hpp"
#include "runtime/agent_file/agent_policies.hpp"
#include "runtime/agent_file/agent_schedule.hpp"
#include "runtime/agent_file/declared_tool_yaml.hpp"
#include "runtime/agent_file/extended_file.hpp"
#include "runtime/agent_file/idle_keys.hpp"
#include "runtime/agent_file/input_defaults.hpp"
#include "runtime/agent_file/inputs_schema.hpp"
#include "runtime/agent_file/prompt_names.hpp"
#include "runtime/agent_file/schema_doubts.hpp"
#include "runtime/agent_file/tool_pattern.hpp"

namespace executus {
namespace {

namespace json = boost::json;
namespace fs = std::filesystem;

// Keys of the agent file format that this version cannot honour. Ignoring one would run another agent than the one
// written down.
constexpr std::array<std::string_view, 4> kNotSupported{"mcp_servers", "budget", "retention", "sandbox"};

const std::string kSkillUse = "skill_use";  // the tool of skill packs

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
    read_declared(fields);
    read_tools(fields);
    read_delegation(fields);
    read_skill_packs(fields);
    read_permissions(fields);
    read_critic(fields, agent());
    phase_names_ = names_of_phases(fields);
    repeats_ = ranges_of_repeats(fields, phase_names_);
    auto before = problems_.errors().size();
    fields.each_object("phases", [&](Fields& phase) { read_phase(phase); });
    read_output(fields, agent(), own_tools());
    if (problems_.errors().size() == before) check_phases(fields);
    if (problems_.errors().size() == before) check_fallbacks(fields, agent());
    read_schedule(fields, result_);
    check_prompt(fields);
    warn_of_idle_prompt(fields, agent());
    warn_of_tools_without_phase(fields, agent(), own_tools());
    refuse_unsupported(fields);
  }
  AgentFile take() { return std::move(result_); }
  [[nodiscard]] const std::string& prompt_file() const noexcept { return prompt_file_; }

 private:
  Agent& agent() { return result_.agent; }
  const Agent& agent() const { return result_.agent; }

  void read_identity(Fields& fields) {
    agent().name = fields.required_string("name");
    auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
    if (!std::all_of(agent().name.begin(), agent().name.end(), fits))
      fields.error("name", "'name' may hold lower-case letters, digits and '-' only, got '" + agent().name + "'");
    agent().description = fields.string("description").value_or("");
    for (const auto& other : known_.namesakes ? known_.namesakes(agent().name) : std::vector<std::string>())
      fields.error("name", "'" + agent().name + "' is the name in " + other + " too; rename one of them");
    agent().model = read_model(fields, "a run is refused here: ");
  }

  // What cannot be asked here may be there where the agent runs.
  std::string read_model(Fields& fields, const std::string& meanwhile) const {
    auto model = fields.string("model");
    if (!model) return "";
    auto fault = fault_of_model(*model, known_.model_obstacle);
    if (fault && fault->of == ModelFault::Of::file) fields.error("model", "'model': " + fault->message);
    if (fault && fault->of == ModelFault::Of::surroundings) fields.warning("model", meanwhile + fault->message);
    return *model;
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
    if (prompt_file_.empty()) return report_prompt(fields, "system_prompt", agent().system_prompt, known);
    for (const auto& fault : faults_in_prompt(agent().system_prompt, known))
      problems_.error(prompt_file_, position_in(agent().system_prompt, fault.offset), fault.message);
  }

  void report_prompt(Fields& fields, std::string_view key, std::string_view prompt, const PromptNames& known) {
    auto pointer = pointer_to(fields.pointer(), key);
    auto at = file_.document.value_at(pointer);
    for (const auto& fault : faults_in_prompt(prompt, known))
      problems_.error(file_.document.file_at(pointer), position_of(fault.token, file_.text_at(pointer), at),
                      fault.message);
    if (result_.inputs_schema.empty())
      for (const auto& input : inputs_named_in(prompt))
        fields.warning(key, "'{{inputs." + std::string(clip(input, 80)) +
                                "}}' has to be given with each run: 'inputs' declares nothing");
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
      warn_of_denied_questions(permissions, agent().permissions, own_tools());
      warn_of_questions_in_memory(permissions, agent());
    });
  }

  // A permission that fits no tool is a slip of the pen.
  void check_permission(Fields& fields, std::string_view key) {
    const auto& patterns = key == "ask" ? agent().permissions.ask : agent().permissions.deny;
    for (std::size_t i = 0; i < patterns.size(); ++i) {
      check_pattern(fields, key, i, patterns[i], delegate_tools_);
      auto fits = [&](const std::string& name) { return matches_glob(patterns[i], name); };
      bool there_is = std::ranges::any_of(all_tools(), fits);
      if (there_is && !std::ranges::any_of(own_tools(), fits))
        fields.warning(key, "the agent has no tool that '" + std::string(clip(patterns[i], 80)) + "' fits");
    }
  }

  void read_delegation(Fields& fields) {
    if (known_.file == DelegateKind::skill) return refuse_in_skills(fields);
    agent().skills = delegates(fields, "skills", DelegateKind::skill);
    agent().agents = delegates(fields, "agents", DelegateKind::agent);
  }

  std::vector<std::string> delegates(Fields& fields, std::string_view key, DelegateKind kind) {
    auto names = fields.strings(key).value_or(std::vector<std::string>{});
    for (std::size_t i = 0; i < names.size(); ++i) {
      std::string tool = (kind == DelegateKind::skill ? "skill__" : "agent__") + names[i];
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
    if (contains(known_.tools, kSkillUse) || contains(declared_, kSkillUse))
      fields.error("skill_packs", "there is a tool called 'skill_use', as the one of skill packs would be; rename it");
    delegate_tools_.push_back(kSkillUse);
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
    if (auto names = names_of(kind); !contains(names, name))
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

  // Before they are read: a prompt that names a later one is told so.
  static std::vector<std::string> names_of_phases(Fields& fields) {
    std::vector<std::string> names;
    const auto* phases = fields.raw("phases");
    if (!phases || !phases->is_array()) return names;
    for (const auto& phase : phases->get_array()) {
      const auto* object = phase.if_object();
      const auto* name = object ? object->if_contains("name") : nullptr;
      names.push_back(name && name->is_string() ? std::string(name->get_string()) : "");
    }
    return names;
  }

  void read_phase(Fields& fields) {
    Phase phase;
    auto& kind = phase.kind;
    kind = fields
               .choice<Phase::Kind>("kind", {{"loop", Phase::Kind::loop},
                                             {"prompt", Phase::Kind::prompt},
                                             {"map", Phase::Kind::map},
                                             {"branch", Phase::Kind::branch},
                                             {"repeat", Phase::Kind::repeat}})
               .value_or(Phase::Kind::loop);
    phase.name = fields.required_string("name");
    if (!phase.name.empty() && !is_template_identifier(phase.name))
      fields.error("name",
                   "a phase's name may hold letters, digits and '_', not starting with a digit: later prompts "
                   "name it, got '" +
                       phase.name + "'");
    check_phase_name(fields, phase.name);
    phase.next = fields.string("next").value_or("");
    if (!run::only_decides(kind)) {
      phase.optional = fields.boolean("optional").value_or(false);
      fields.object("on_error", [&](Fields& on_error) { read_fallback(on_error, phase); });
    }
    if (kind == Phase::Kind::map)
      read_map(fields, phase.map);
    else if (kind == Phase::Kind::branch)
      read_branch(fields, phase.branches);
    else if (kind == Phase::Kind::repeat)
      read_repeat(fields, phase.repeat);
    else
      read_asking(fields, phase);
    warn_of_idle_phase_keys(fields, phase);
    agent().phases.push_back(std::move(phase));
  }

  // What a phase has that asks a model.
  void read_asking(Fields& fields, Phase& phase) {
    phase.system_prompt = fields.string("system_prompt").value_or("");
    phase.model = read_model(fields, "the agent's own model is asked here: ");
    phase.max_iterations = static_cast<int>(fields.integer("max_iterations", {.min = 1, .max = 1'000'000}).value_or(0));
    phase.tools = fields.strings("tools");
    if (phase.tools) check_phase_tools(fields, *phase.tools);
    phase.output = fields.json_object("output").value_or(json::object());
    report_prompt(fields, "system_prompt", phase.system_prompt, names_for_next_phase());
  }

  void read_map(Fields& fields, MapItems& map) {
    map.over = fields.required_string("over");
    map.agent = fields.required_string("agent");
    map.prompt = fields.string("prompt").value_or(map.prompt);
    map.concurrency =
        static_cast<int>(fields.integer("concurrency", {.min = 1, .max = 1'000}).value_or(map.concurrency));
    map.on_failure = fields
                         .choice<MapItems::OnFailure>("on_failure", {{"collect", MapItems::OnFailure::collect},
                                                                     {"stop", MapItems::OnFailure::stop}})
                         .value_or(map.on_failure);
    auto names = names_for_next_phase();
    report_prompt(fields, "over", map.over, names);
    for (const char* own : {"item", "index"}) names.names.emplace_back(own);
    names.values["item"] = item_schema(map);
    report_prompt(fields, "prompt", map.prompt, names);
  }

  void read_branch(Fields& fields, std::vector<BranchCase>& cases) {
    fields.each_object("cases", [&](Fields& each) {
      BranchCase branch;
      read_conditions(each, "when", branch.when);
      branch.next = each.required_string("next");
      cases.push_back(std::move(branch));
    });
  }

  void read_repeat(Fields& fields, Repeat& repeat) {
    repeat.from = fields.required_string("from");
    read_conditions(fields, "until", repeat.until);
    repeat.most = static_cast<int>(fields.integer("most", {.min = 1, .max = 1'000}).value_or(0));
  }

  // One, or a list of which all have to hold.
  void read_conditions(Fields& fields, std::string_view key, std::vector<Condition>& conditions) {
    auto read = [&](Fields& condition) { conditions.push_back(read_condition(condition)); };
    const auto* given = fields.raw(key);
    if (given && given->is_object())
      fields.object(key, read);
    else
      fields.each_object(key, read);
  }

  Condition read_condition(Fields& fields) {
    using enum Condition::Test;
    constexpr std::array<std::pair<std::string_view, Condition::Test>, 5> tests{
        {{"equals", equals}, {"differs", differs}, {"one_of", one_of}, {"above", above}, {"below", below}}};
    Condition condition;
    condition.value = fields.required_string("value");
    report_prompt(fields, "value", condition.value, names_for_next_phase());
    int given = 0;
    for (const auto& [key, test] : tests)
      if (const auto* with = fields.raw(key)) condition.test = test, condition.with = *with, ++given;
    if (given != 1) fields.error("value", "a condition has one of 'equals', 'differs', 'one_of', 'above' and 'below'");
    return condition;
  }

  // Of the items that the phase which is read now maps over; empty: nothing is known.
  json::object item_schema(const MapItems& map) const {
    Agent so_far;
    so_far.phases = agent().phases;
    so_far.phases.push_back({.name = "", .system_prompt = "", .kind = Phase::Kind::map, .map = map});
    auto items = run::schema_of_items(run::list_of_map(so_far, agent().phases.size()));
    return items.schema ? *items.schema : json::object();
  }

  PromptNames names_for_next_phase() const {
    auto names = names_for_phase(result_.inputs_schema, phase_names_, agent().phases.size());
    add_names_of_rounds(names);
    for (const auto& phase : agent().phases)
      if (!phase.output.empty()) names.values[phase.name] = phase.output;
    return names;
  }

  // From the second round on the phases of a repeat may name those that come later in it. What these answer with is not
  // known yet.
  void add_names_of_rounds(PromptNames& names) const {
    auto here = agent().phases.size();
    if (!repeats_.empty()) names.names.emplace_back("round");
    for (const auto& [from, to] : repeats_)
      for (auto i = here; from <= here && here < to && i < to; ++i) {
        names.names.push_back(phase_names_[i]);
        names.values.try_emplace(phase_names_[i]);
      }
  }

  // From where to where phases are repeated, by position.
  static std::vector<std::pair<std::size_t, std::size_t>> ranges_of_repeats(Fields& fields,
                                                                            const std::vector<std::string>& names) {
    std::vector<std::pair<std::size_t, std::size_t>> ranges;
    const auto* phases = fields.raw("phases");
    for (std::size_t i = 0; i < names.size(); ++i) {
      const auto* phase = phases->get_array()[i].if_object();
      const auto* kind = phase ? phase->if_contains("kind") : nullptr;
      const auto* from = phase ? phase->if_contains("from") : nullptr;
      if (!kind || *kind != json::value("repeat") || !from || !from->is_string()) continue;
      for (auto begin = i; begin-- > 0;)
        if (names[begin] == from->get_string()) {
          ranges.emplace_back(begin, i);
          break;
        }
    }
    return ranges;
  }

  // What no phase can be told alone.
  void check_phases(Fields& fields) {
    for (const auto& fault : run::faults_of_phases(agent(), agent().agents))
      fields.error_below("phases", pointer_to("", fault.phase) + "/" + fault.key, fault.message);
    for (std::size_t i = 0; i < agent().phases.size(); ++i)
      if (!agent().phases[i].output.empty()) warn_of_schema(fields, i, agent().phases[i].output);
  }

  void warn_of_schema(Fields& fields, std::size_t phase, const json::object& schema) {
    auto at = pointer_to("", phase) + "/output";
    for (const auto& line : unchecked_keywords(schema)) fields.warning_below("phases", at, "'output': " + line);
    if (check_schema(schema)) return;  // said already
    for (const auto& doubt : doubts_about(schema))
      fields.warning_below("phases", at + doubt.pointer, "'output': " + doubt.message);
    if (contains(own_tools(), std::string(agent::kSubmitTool)))
      fields.error_below("phases", at,
                         "with 'output' the model hands its answer in by a tool called 'submit', and the agent has one "
                         "of that name; rename that");
  }

  void read_fallback(Fields& on_error, Phase& phase) {
    phase.fallback = on_error.string("use").value_or("");
    if (phase.fallback.find("{{") != std::string::npos)
      on_error.warning("use", "'use' is taken as it stands: no name in it is filled in");
  }

  // Legal, and seldom meant: the name stands for the phase from there on.
  void check_phase_name(Fields& fields, const std::string& name) {
    auto is_called_so = [&](const Phase& phase) { return phase.name == name; };
    if (std::ranges::any_of(agent().phases, is_called_so))
      fields.warning("name", "two phases are called '" + name + "': later prompts get the output of the second");
    if (name == "Query")
      fields.warning("name", "a phase called 'Query' hides the run's input from the prompts after it");
    if (name == "inputs")
      fields.warning("name", "'{{inputs}}' is the output of this phase; '{{inputs.NAME}}' stays the run's input");
  }

  // A phase gets tools the agent has, by name.
  void check_phase_tools(Fields& fields, const std::vector<std::string>& names) {
    auto own = own_tools();
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (contains(own, names[i])) continue;
      fields.error("tools", i,
                   "the agent has no tool '" + std::string(clip(names[i], 80)) + "'" + did_you_mean(names[i], own));
    }
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
    auto names = known_.tools;
    names.insert(names.end(), declared_.begin(), declared_.end());
    names.insert(names.end(), besides.begin(), besides.end());
    if (auto wrong = wrong_with_pattern(key, pattern, names); !wrong.empty()) fields.error(key, i, wrong);
  }

  // A skill has its tools and no one to delegate to.
  static void refuse_in_skills(Fields& fields) {
    for (std::string_view key : {"agents", "skills", "skill_packs", "phases", "critic"})
      if (fields.raw(key))
        fields.error(key, "a skill has no '" + std::string(key) + "'; an agent has: write it in agents/");
  }

  void refuse_unsupported(Fields& fields) {
    for (std::string_view key : kNotSupported) {
      if (!fields.raw(key)) continue;
      auto at = pointer_to(fields.pointer(), key);
      problems_.error(file_.document.file_at(at), file_.document.key_at(at),
                      "'" + std::string(key) + "' is not supported by this version");
    }
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
  std::vector<std::string> phase_names_;
  std::vector<std::pair<std::size_t, std::size_t>> repeats_;
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
