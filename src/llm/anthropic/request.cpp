#include "llm/anthropic/request.hpp"

#include <algorithm>
#include <utility>

#include <boost/json.hpp>

#include <executus/base/json.hpp>
#include <executus/llm/kit/wire.hpp>

#include "base/text.hpp"
#include "llm/anthropic/answer_schema.hpp"
#include "llm/anthropic/blocks.hpp"
#include "llm/anthropic/cache_marks.hpp"
#include "llm/anthropic/thinking.hpp"
#include "llm/anthropic/tool_rules.hpp"
#include "llm/anthropic/turns.hpp"

namespace executus::llm::anthropic {
namespace {

namespace json = boost::json;

json::object tool_json(const ToolSpec& tool, const ToolNames& names) {
  json::object json{{"name", names.to_wire(tool.name)}};
  if (!trim(tool.description).empty()) json["description"] = text_json(tool.description);
  json["input_schema"] = lowered(tool.parameters, kToolRules);
  return json;
}

json::array tools_json(const ToolSpecs& tools, const ToolNames& names) {
  json::array list;
  for (const auto& tool : tools) list.push_back(tool_json(tool, names));
  return list;
}

json::array system_json(const Request& request) {
  auto text = system_text(request);
  return trim(text).empty() ? json::array{} : json::array{text_block(text)};
}

json::array messages_json(std::vector<Turn> turns) {
  json::array list;
  for (auto& turn : turns)
    list.push_back(json::object{{"role", to_string(turn.role)}, {"content", std::move(turn.content)}});
  return list;
}

void add_tool_choice(json::object& body, const Request& request, const ToolNames& names, const Traits& traits) {
  const auto& choice = request.tool_choice;
  if (request.tools.empty()) return;
  if (choice.kind == ToolChoice::Kind::none) body["tool_choice"] = json::object{{"type", "none"}};
  if (!forces_tools(request, traits)) return;
  json::object forced{{"type", "any"}};
  if (choice.kind == ToolChoice::Kind::named) forced = {{"type", "tool"}, {"name", names.to_wire(choice.name)}};
  body["tool_choice"] = std::move(forced);
}

void add_output_config(json::object& body, const Request& request, const Traits& traits, const ThinkingPlan& plan) {
  json::object config;
  if (!plan.effort.empty()) config["effort"] = plan.effort;
  if (request.schema && traits.schemas == Traits::Schemas::taken)
    config["format"] = output_format(request.schema->schema);
  if (!config.empty()) body["output_config"] = std::move(config);
}

void add_prompt(json::object& body, const Request& request, const ToolNames& names, const Dialect& dialect) {
  auto tools = tools_json(request.tools, names);
  auto system = system_json(request);
  auto turns = turns_of(request.messages, names, dialect.provider);
  if (request.cache == PromptCache::automatic) mark_for_cache(tools, system, turns);
  if (!tools.empty()) body["tools"] = std::move(tools);
  if (!system.empty()) body["system"] = std::move(system);
  body["messages"] = messages_json(std::move(turns));
}

}  // namespace

std::string request_body(const Request& request, const ToolNames& names, const Dialect& dialect, AnswerForm form) {
  auto plan = thinking_plan(request, dialect.traits);
  json::object body{{"model", text_json(dialect.model)}, {"max_tokens", plan.max_tokens}};
  add_prompt(body, request, names, dialect);
  add_tool_choice(body, request, names, dialect.traits);
  if (!plan.thinking.empty()) body["thinking"] = plan.thinking;
  add_output_config(body, request, dialect.traits, plan);
  if (request.temperature && plan.temperature == Traits::Temperature::taken)
    body["temperature"] = std::clamp(*request.temperature, 0.0, 1.0);
  if (is_streamed(form)) body["stream"] = true;
  return write_json(body);
}

}  // namespace executus::llm::anthropic
