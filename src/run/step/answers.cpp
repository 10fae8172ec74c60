#include "run/step/answers.hpp"

#include <algorithm>
#include <utility>

#include <boost/json.hpp>

#include <executus/base/json.hpp>

#include "base/template_text.hpp"
#include "base/text.hpp"
#include "run/definition/inputs.hpp"
#include "run/definition/phase_edges.hpp"
#include "run/definition/schema_member.hpp"

namespace executus::run {
namespace {

namespace json = boost::json;

bool answers_with_value(const Phase& phase) { return phase.kind == Phase::Kind::map || !phase.output.empty(); }

json::value value_of(const journal::PhaseEnded& ended, const std::vector<Phase>& phases) {
  bool is_value = ended.index < phases.size() && answers_with_value(phases[ended.index]);
  auto value = is_value ? parse_json(ended.output) : Result<json::value>(json::value(ended.output));
  return value.ok() ? std::move(*value) : json::value(ended.output);
}

// Whether each of them runs once, after those above it.
bool are_in_turn(const std::vector<Phase>& phases) {
  return std::ranges::none_of(phases,
                              [](const Phase& phase) { return only_decides(phase.kind) || !phase.next.empty(); });
}

// Nothing: it leads to nothing.
const json::value* member_at(const json::value& value, std::string_view path) {
  const auto* at = &value;
  for (auto name : split(path, '.')) {
    const auto* object = at->if_object();
    at = object ? object->if_contains(name) : nullptr;
    if (!at) return nullptr;
  }
  return at;
}

}  // namespace

Answers::Answers(const journal::Checkpoint& checkpoint, const std::vector<Phase>& phases) {
  auto input = checkpoint.inherited;
  if (input < checkpoint.opening.size()) set("Query", json::value(checkpoint.opening[input].text()));
  const auto* inputs = checkpoint.admitted.invocation.if_contains("inputs");
  if (inputs && inputs->is_object())
    for (const auto& each : inputs->get_object()) set("inputs." + std::string(each.key()), each.value());
  if (!are_in_turn(phases))
    for (const auto& phase : phases) named_[phase.name] = {nullptr, phase.output};
  std::map<std::string_view, const journal::PhaseEnded*> last;  // a phase may have run a thousand times
  for (const auto& ended : checkpoint.phases) last[ended.name] = &ended;
  for (const auto& [name, ended] : last) {
    auto schema = ended->index < phases.size() ? phases[ended->index].output : json::object();
    named_[std::string(name)] = {value_of(*ended, phases), std::move(schema)};
  }
}

// The longest part of the name that is one here counts; what follows it leads into its value.
std::optional<json::value> Answers::at(std::string_view name) const {
  if (auto found = named_.find(name); found != named_.end()) return found->second.value;
  for (auto dot = name.rfind('.'); dot != std::string_view::npos && dot > 0; dot = name.rfind('.', dot - 1)) {
    auto found = named_.find(name.substr(0, dot));
    if (found == named_.end()) continue;
    const auto& [value, schema] = found->second;
    auto path = name.substr(dot + 1);
    if (const auto* member = member_at(value, path)) return *member;
    bool declared = !schema.empty() && schema_member(schema, path).is == SchemaMember::Is::declared;
    return declared ? std::optional(json::value(nullptr)) : std::nullopt;
  }
  return std::nullopt;
}

Result<std::string> Answers::fill(std::string_view text) const {
  TemplateVariables variables;
  bool all_known = true;
  for (const auto& each : template_names(text, [](std::size_t, const Error&) {})) {
    auto value = at(each.name);
    if (value) variables[each.name] = text_in_prompt(*value);
    all_known = all_known && value;
  }
  if (!all_known)  // so that the message can tell what is named alike
    for (const auto& [name, named] : named_) variables.emplace(name, "");
  return render_template(text, variables);
}

}  // namespace executus::run
