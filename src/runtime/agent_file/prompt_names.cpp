#include "runtime/agent_file/prompt_names.hpp"

#include <algorithm>

#include "base/template_text.hpp"
#include "base/text.hpp"
#include "run/definition/inputs.hpp"
#include "run/definition/schema_member.hpp"

namespace executus {
namespace {

constexpr std::string_view kInputs = "inputs.";

// A schema that says nothing of other inputs refuses them; one without properties of its own says nothing at all.
bool takes_any_input(const boost::json::object& schema) {
  if (schema.empty() || schema.contains("patternProperties")) return true;
  const auto* others = schema.if_contains("additionalProperties");
  return others && !(others->is_bool() && !others->get_bool());
}

// A member of a value, as far as its schema tells.
bool is_member(std::string_view name, const PromptNames& known) {
  auto dot = name.find('.');
  auto value = dot == std::string_view::npos ? known.values.end() : known.values.find(name.substr(0, dot));
  if (value == known.values.end()) return false;
  return run::schema_member(value->second, name.substr(dot + 1)).is != run::SchemaMember::Is::absent;
}

bool is_known(std::string_view name, const PromptNames& known) {
  if (known.any_input && name.starts_with(kInputs)) return true;
  if (is_member(name, known)) return true;
  return std::ranges::find(known.names, name) != known.names.end();
}

std::string unknown_name(const std::string& name, const PromptNames& known) {
  std::string shown(clip(name, 80));
  if (std::ranges::find(known.later, name) != known.later.end())
    return "'{{" + shown + "}}': phase '" + shown + "' does not come before this prompt";
  if (name.starts_with(kInputs) && known.names.empty())
    return "'{{" + shown + "}}': the agent declares no such input; add it to 'inputs'";
  auto first = name.substr(0, name.find('.'));
  if (first != name && known.values.contains(first))
    return "'{{" + shown + "}}': '" + std::string(clip(first, 80)) + "' has no such member";
  return "'{{" + shown + "}}': nothing here is named '" + shown + "'" + did_you_mean(name, known.names);
}

}  // namespace

PromptNames names_for_prompt(const boost::json::object& inputs_schema) {
  PromptNames known;
  known.any_input = takes_any_input(inputs_schema);
  for (const auto& member : run::declared_inputs(inputs_schema))
    known.names.push_back(std::string(kInputs) + std::string(member.key()));
  return known;
}

PromptNames names_for_phase(const boost::json::object& inputs_schema, const std::vector<std::string>& phases,
                            std::size_t index) {
  auto known = names_for_prompt(inputs_schema);
  known.names.emplace_back("Query");
  for (std::size_t i = 0; i < phases.size(); ++i) (i < index ? known.names : known.later).push_back(phases[i]);
  return known;
}

std::vector<PromptFault> faults_in_prompt(std::string_view prompt, const PromptNames& known) {
  std::vector<PromptFault> faults;
  auto names = template_names(
      prompt, [&](std::size_t offset, const Error& malformed) { faults.push_back({offset, "", malformed.message()}); });
  for (const auto& each : names)
    if (!is_known(each.name, known)) faults.push_back({each.offset, each.token, unknown_name(each.name, known)});
  return faults;
}

std::vector<std::string> inputs_named_in(std::string_view prompt) {
  std::vector<std::string> inputs;
  for (const auto& each : template_names(prompt, [](std::size_t, const Error&) {}))
    if (each.name.starts_with(kInputs)) inputs.push_back(each.name.substr(kInputs.size()));
  return inputs;
}

TextPosition position_in(std::string_view text, std::size_t offset) {
  auto before = text.substr(0, offset);
  auto line = std::ranges::count(before, '\n');
  auto start = before.rfind('\n');
  auto column = start == std::string_view::npos ? before.size() : before.size() - start - 1;
  return {static_cast<int>(line) + 1, static_cast<int>(column) + 1};
}

TextPosition position_of(std::string_view token, std::string_view text, TextPosition from) {
  auto lines = split(text, '\n');
  auto first = static_cast<std::size_t>(std::max(1, from.line)) - 1;
  for (std::size_t i = first; i < lines.size() && !token.empty(); ++i) {
    auto begin = i == first ? std::min(lines[i].size(), static_cast<std::size_t>(std::max(1, from.column)) - 1) : 0;
    auto found = lines[i].find(token, begin);
    if (found != std::string_view::npos) return {static_cast<int>(i) + 1, static_cast<int>(found) + 1};
  }
  return from;
}

}  // namespace executus
