#include <boost/json.hpp>

#include <executus/base/json_schema.hpp>

#include "base/template_text.hpp"
#include "base/text.hpp"
#include "run/inputs.hpp"
#include "runtime/agent_file.hpp"

namespace executus {
namespace {

namespace json = boost::json;

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

std::optional<Error> unfit_inputs(const AgentFile& file, const json::object& inputs) {
  if (file.inputs_schema.empty()) return std::nullopt;
  std::string lines;
  for (const auto& finding : validate(file.inputs_schema, inputs)) lines += "\n  " + finding;
  if (lines.empty()) return std::nullopt;
  return failed("config.inputs",
                "the inputs do not fit agent '" + file.agent.name + "' (give them with --input NAME=VALUE):" + lines);
}

}  // namespace

Result<json::object> apply_inputs(AgentFile& file, const json::object& given) {
  const auto& schema = file.inputs_schema;
  if (auto error = undeclared_input(schema, given)) return *error;
  auto inputs = run::with_defaults(schema, given);
  if (auto error = unfit_inputs(file, inputs)) return *error;
  inputs = run::with_absent(schema, std::move(inputs));
  TemplateVariables variables;
  run::add_input_variables(variables, inputs);
  auto prompt = render_template(file.agent.system_prompt, variables);
  if (!prompt.ok())
    return failed("config.prompt", "the system prompt of agent '" + file.agent.name + "': " + prompt.error().message());
  file.agent.system_prompt = std::move(*prompt);
  return inputs;
}

}  // namespace executus
