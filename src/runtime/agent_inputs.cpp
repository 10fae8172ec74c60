#include <boost/json.hpp>

#include <executus/base/json_schema.hpp>

#include "base/template_text.hpp"
#include "base/text.hpp"
#include "runtime/agent_file.hpp"

namespace executus {
namespace {

namespace json = boost::json;

std::string input_text(const json::value& value) {
  return value.is_string() ? std::string(std::string_view(value.get_string())) : json::serialize(value);
}

const json::object& declared_inputs(const json::object& schema) {
  static const json::object none;
  const auto* properties = schema.if_contains("properties");
  return properties && properties->is_object() ? properties->get_object() : none;
}

// An input nobody declared is a misspelling, unless the schema says otherwise.
std::optional<Error> undeclared_input(const json::object& schema, const json::object& inputs) {
  if (schema.empty() || schema.contains("additionalProperties") || schema.contains("patternProperties"))
    return std::nullopt;
  const auto& declared = declared_inputs(schema);
  std::vector<std::string_view> names;
  for (const auto& member : declared) names.push_back(member.key());
  for (const auto& input : inputs)
    if (!declared.contains(input.key()))
      return failed("config.inputs", "the agent has no input '" + std::string(clip(input.key(), 80)) + "'" +
                                         did_you_mean(input.key(), names));
  return std::nullopt;
}

json::object with_defaults(const json::object& schema, json::object inputs) {
  for (const auto& member : declared_inputs(schema)) {
    if (inputs.contains(member.key()) || !member.value().is_object()) continue;
    if (const auto* fallback = member.value().get_object().if_contains("default"))
      inputs.emplace(member.key(), *fallback);
  }
  return inputs;
}

// What the prompt may name: every declared input (empty when not given), and every given one.
TemplateVariables prompt_variables(const json::object& schema, const json::object& inputs) {
  TemplateVariables variables;
  for (const auto& member : declared_inputs(schema)) variables["inputs." + std::string(member.key())] = "";
  for (const auto& input : inputs) variables["inputs." + std::string(input.key())] = input_text(input.value());
  return variables;
}

}  // namespace

std::optional<Error> apply_inputs(AgentFile& file, const json::object& given) {
  if (auto error = undeclared_input(file.inputs_schema, given)) return error;
  auto inputs = with_defaults(file.inputs_schema, given);
  if (!file.inputs_schema.empty()) {
    std::string lines;
    for (const auto& finding : validate(file.inputs_schema, inputs)) lines += "\n  " + finding;
    if (!lines.empty())
      return failed("config.inputs", "the inputs do not fit agent '" + file.agent.name +
                                         "' (give them with --input NAME=VALUE):" + lines);
  }
  auto prompt = render_template(file.agent.system_prompt, prompt_variables(file.inputs_schema, inputs));
  if (!prompt.ok())
    return failed("config.prompt", "the system prompt of agent '" + file.agent.name + "': " + prompt.error().message());
  file.agent.system_prompt = std::move(*prompt);
  return std::nullopt;
}

}  // namespace executus
