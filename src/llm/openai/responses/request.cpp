#include "llm/openai/responses/request.hpp"

#include <utility>

#include <boost/json.hpp>

#include <executus/base/json.hpp>
#include <executus/llm/kit/wire.hpp>

#include "llm/openai/responses/item.hpp"
#include "llm/openai/shared/parts.hpp"
#include "llm/openai/shared/strict_schema.hpp"
#include "llm/openai/shared/tool_rules.hpp"

namespace executus::llm::openai {
namespace {

namespace json = boost::json;

json::object input_text(std::string_view text) { return {{"type", "input_text"}, {"text", text_json(text)}}; }

json::object input_image(const Image& image) { return {{"type", "input_image"}, {"image_url", data_url(image)}}; }

json::value input_content(const Message& message) {
  json::array parts;
  bool has_image = false;
  for (const auto& part : message.parts) {
    if (const auto* text = std::get_if<Text>(&part)) parts.push_back(input_text(text->text));
    if (const auto* image = std::get_if<Image>(&part)) {
      parts.push_back(input_image(*image));
      has_image = true;
    }
  }
  return has_image ? json::value(std::move(parts)) : text_json(message.text());
}

json::value output_content(const ToolResult& result) {
  auto text = result_text(result);
  if (result.images.empty()) return text_json(text);
  json::array parts;
  if (!text.empty()) parts.push_back(input_text(text));
  for (const auto& image : result.images) parts.push_back(input_image(image));
  return parts;
}

void add_outputs(json::array& items, const Message& message) {
  for (const auto& result : message.tool_results)
    items.push_back(json::object{{"type", "function_call_output"},
                                 {"call_id", wire_call_id(result.call_id, kLongestResponsesCallId)},
                                 {"output", output_content(result)}});
}

json::array input_items(const Request& request, const ToolNames& names, const std::string& provider) {
  json::array items;
  for (const auto& message : request.messages) {
    if (message.role == Role::user)
      items.push_back(json::object{{"role", "user"}, {"content", input_content(message)}});
    if (message.role == Role::assistant)
      for (auto& item : items_of_message(message, names, provider)) items.push_back(std::move(item));
    if (message.role == Role::tool) add_outputs(items, message);
  }
  return items;
}

json::array function_list(const ToolSpecs& tools, const ToolNames& names) {
  json::array list;
  for (const auto& tool : tools)
    list.push_back(json::object{{"type", "function"},
                                {"name", names.to_wire(tool.name)},
                                {"description", text_json(tool.description)},
                                {"parameters", lowered(tool.parameters, kToolRules)},
                                {"strict", false}});  // strict schemas have all arguments required
  return list;
}

json::value function_choice(const ToolChoice& choice, const ToolNames& names) {
  if (choice.kind != ToolChoice::Kind::named) return choice.kind == ToolChoice::Kind::none ? "none" : "required";
  return {{"type", "function"}, {"name", names.to_wire(choice.name)}};
}

void add_functions(json::object& body, const Request& request, const ToolNames& names) {
  if (request.tools.empty()) return;
  body["tools"] = function_list(request.tools, names);
  if (request.tool_choice.kind != ToolChoice::Kind::automatic)
    body["tool_choice"] = function_choice(request.tool_choice, names);
}

json::object text_format(const AnswerSchema& answer) {
  auto format = sent_schema(answer);
  format["type"] = "json_schema";
  return {{"format", std::move(format)}};
}

void add_limits(json::object& body, const Request& request, const ResponsesDialect& dialect) {
  if (request.max_output_tokens) body["max_output_tokens"] = *request.max_output_tokens;
  if (request.temperature) body["temperature"] = *request.temperature;
  if (!request.effort.empty()) body["reasoning"] = json::object{{"effort", text_json(request.effort)}};
  if (request.cache == PromptCache::off && dialect.cache_options == ResponsesDialect::CacheOptions::understood)
    body["prompt_cache_options"] = json::object{{"mode", "explicit"}};  // and nothing marked: nothing is written
}

}  // namespace

std::string responses_body(const Request& request, const ToolNames& names, const ResponsesDialect& dialect,
                           AnswerForm form) {
  json::object body{{"model", text_json(dialect.model)}};
  if (auto system = system_text(request); !system.empty()) body["instructions"] = text_json(system);
  body["input"] = input_items(request, names, dialect.provider);
  add_functions(body, request, names);
  if (request.schema) body["text"] = text_format(*request.schema);
  add_limits(body, request, dialect);
  body["store"] = false;
  if (dialect.reasoning == ResponsesDialect::Reasoning::encrypted)
    body["include"] = json::array{"reasoning.encrypted_content"};
  if (is_streamed(form)) body["stream"] = true;
  return write_json(body);
}

}  // namespace executus::llm::openai
