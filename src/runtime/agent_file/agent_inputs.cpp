#include <boost/json.hpp>

#include <executus/base/json_schema.hpp>

#include "base/template_text.hpp"
#include "base/text.hpp"
#include "run/definition/inputs.hpp"
#include "runtime/agent_file/agent_file.hpp"
#include "runtime/agent_file/prompt_names.hpp"

namespace executus {
namespace {

namespace json = boost::json;

// An input that is not declared is a misspelling, unless the schema says otherwise.
std::optional<Error> undeclared_input(const json::object& schema, const json::object& inputs) {
  if (schema.empty() || schema.contains("additionalProperties") || schema.contains("patternProperties"))
    return std::nullopt;
  const auto& declared = run::declared_inputs(schema);
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

Error in_prompt(const std::string& prompt, const Error& why) {
  return failed("config.prompt", prompt + ": " + why.message());
}

// What phases name besides inputs is looked at where the file is read. Which inputs there are may show here only.
std::optional<Error> unknown_input_in_phases(const Agent& agent, const json::object& inputs) {
  std::vector<std::string_view> names;
  for (const auto& member : inputs) names.push_back(member.key());
  for (const auto& phase : agent.phases)
    for (const auto& input : inputs_named_in(phase.system_prompt + phase.map.over + phase.map.prompt))
      if (!inputs.contains(input))
        return in_prompt(
            "phase '" + phase.name + "' of agent '" + agent.name + "'",
            failed("template.malformed", "no input is named '" + std::string(clip(input, 80)) +
                                             "' (give it with --input NAME=VALUE)" + did_you_mean(input, names)));
  return std::nullopt;
}

// The prompts of an agent, each with what it is called.
std::vector<std::pair<std::string, std::string>> prompts_of(const Agent& agent) {
  std::vector<std::pair<std::string, std::string>> prompts{{"its prompt", agent.system_prompt}};
  for (const auto& phase : agent.phases) {
    auto where = "its phase '" + phase.name + "'";
    prompts.emplace_back(where, phase.system_prompt);
    if (phase.kind == Phase::Kind::map) prompts.emplace_back(where, phase.map.over + phase.map.prompt);
  }
  return prompts;
}

bool is_given_to_a_skill(const json::object& schema, const std::string& input) {
  return schema.empty() ? input == "prompt" : run::declared_inputs(schema).contains(input);
}

}  // namespace

std::optional<Error> unusable_as(DelegateKind kind, const AgentFile& file) {
  if (kind == DelegateKind::agent) {
    auto copy = file;
    auto inputs = apply_inputs(copy, {});
    if (!inputs.ok())
      return failed("config.agent", "agent__NAME is given a prompt alone (list it under 'skills' instead): " +
                                        inputs.error().message());
  }
  for (const auto& [where, prompt] : prompts_of(file.agent))
    for (const auto& input : inputs_named_in(prompt)) {
      if (kind == DelegateKind::skill && !is_given_to_a_skill(file.inputs_schema, input))
        return failed("config.agent", where + " names {{inputs." + std::string(clip(input, 80)) +
                                          "}}, which its 'inputs' do not declare");
      if (kind == DelegateKind::agent && where != "its prompt")
        return failed("config.agent", where + " names {{inputs." + std::string(clip(input, 80)) +
                                          "}}, and agent__NAME is given a prompt alone; list it under 'skills'");
    }
  return std::nullopt;
}

Result<json::object> apply_inputs(AgentFile& file, const json::object& given) {
  const auto& schema = file.inputs_schema;
  if (auto error = undeclared_input(schema, given)) return *error;
  auto inputs = run::with_defaults(schema, given);
  if (auto error = unfit_inputs(file, inputs)) return *error;
  inputs = run::with_absent(schema, std::move(inputs));
  TemplateVariables variables;
  run::add_input_variables(variables, inputs);
  auto prompt = render_template(file.agent.system_prompt, variables);
  if (!prompt.ok()) return in_prompt("the system prompt of agent '" + file.agent.name + "'", prompt.error());
  if (auto error = unknown_input_in_phases(file.agent, inputs)) return *error;
  file.agent.system_prompt = std::move(*prompt);
  return inputs;
}

}  // namespace executus
