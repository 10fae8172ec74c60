#include "runtime/agent_file/agent_phases.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <executus/base/json.hpp>

#include "base/among.hpp"
#include "base/template_text.hpp"
#include "base/text.hpp"
#include "run/definition/phase_edges.hpp"
#include "run/definition/phase_faults.hpp"
#include "runtime/agent_file/agent_output.hpp"
#include "runtime/agent_file/idle_keys.hpp"
#include "runtime/agent_file/mcp_server_yaml.hpp"

namespace executus {
namespace {

namespace json = boost::json;

// Before they are read: a prompt that names a later one is told so.
std::vector<std::string> names_of_phases(Fields& fields) {
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

// From where to where phases are repeated, by position.
std::vector<std::pair<std::size_t, std::size_t>> ranges_of_repeats(Fields& fields,
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

class PhaseReader final {
 public:
  PhaseReader(Fields& fields, AgentFile& file, const std::vector<std::string>& own, const Reading& reading)
      : file_(file),
        own_(own),
        reading_(reading),
        names_(names_of_phases(fields)),
        repeats_(ranges_of_repeats(fields, names_)) {}

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

 private:
  // What a phase has that asks a model.
  void read_asking(Fields& fields, Phase& phase) {
    phase.system_prompt = fields.string("system_prompt").value_or("");
    phase.model = read_model(fields, reading_.known, "the agent's own model is asked here: ");
    phase.max_iterations = static_cast<int>(fields.integer("max_iterations", {.min = 1, .max = 1'000'000}).value_or(0));
    phase.tools = fields.strings("tools");
    if (phase.tools) check_phase_tools(fields, *phase.tools);
    phase.output = fields.json_object("output").value_or(json::object());
    report(fields, "system_prompt", phase.system_prompt, names_for_next_phase());
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
    report(fields, "over", map.over, names);
    for (const char* own : {"item", "index"}) names.names.emplace_back(own);
    names.values["item"] = item_schema(map);
    report(fields, "prompt", map.prompt, names);
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
    report(fields, "value", condition.value, names_for_next_phase());
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
    auto names = names_for_phase(file_.inputs_schema, names_, agent().phases.size());
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
        names.names.push_back(names_[i]);
        names.values.try_emplace(names_[i]);
      }
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
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (is_among(names[i], own_) || names_server_tools(agent(), names[i]) == run::Names::only) continue;
      fields.error("tools", i,
                   "the agent has no tool '" + std::string(clip(names[i], 80)) + "'" + did_you_mean(names[i], own_));
    }
  }

  Agent& agent() { return file_.agent; }
  const Agent& agent() const { return file_.agent; }
  void report(Fields& fields, std::string_view key, std::string_view prompt, const PromptNames& names) const {
    report_prompt(fields, key, {prompt, names, file_.inputs_schema}, reading_);
  }

  AgentFile& file_;
  const std::vector<std::string>& own_;
  const Reading reading_;
  const std::vector<std::string> names_;
  const std::vector<std::pair<std::size_t, std::size_t>> repeats_;
};

}  // namespace

void read_phases(Fields& fields, AgentFile& file, const std::vector<std::string>& own, const Reading& reading) {
  PhaseReader reader(fields, file, own, reading);
  fields.each_object("phases", [&](Fields& phase) { reader.read_phase(phase); });
}

void check_phases(Fields& fields, const Agent& agent, const std::vector<std::string>& own) {
  for (const auto& fault : run::faults_of_phases(agent, agent.agents))
    fields.error_below("phases", pointer_to("", fault.phase) + "/" + fault.key, fault.message);
  for (std::size_t i = 0; i < agent.phases.size(); ++i)
    if (const auto& schema = agent.phases[i].output; !schema.empty())  // a fault of it was said already
      (void)report_output(fields, "phases", pointer_to("", i) + "/output", schema, own);
}

}  // namespace executus
