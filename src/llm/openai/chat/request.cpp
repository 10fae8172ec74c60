#include "llm/openai/chat/request.hpp"

#include <boost/json.hpp>

#include <executus/base/json.hpp>
#include <executus/llm/kit/wire.hpp>

#include "llm/openai/chat/kept.hpp"
#include "llm/openai/shared/parts.hpp"
#include "llm/openai/shared/strict_schema.hpp"
#include "llm/openai/shared/tool_rules.hpp"

namespace executus::llm::openai {
namespace {

namespace json = boost::json;

json::object text_part(std::string_view text) { return {{"type", "text"}, {"text", text_json(text)}}; }

json::object image_part(const Image& image) {
  return {{"type", "image_url"}, {"image_url", json::object{{"url", data_url(image)}}}};
}

// Servers that know no list of parts still take a plain text.
json::value user_content(const Message& message) {
  json::array parts;
  bool has_image = false;
  for (const auto& part : message.parts) {
    if (const auto* text = std::get_if<Text>(&part)) parts.push_back(text_part(text->text));
    if (const auto* image = std::get_if<Image>(&part)) {
      parts.push_back(image_part(*image));
      has_image = true;
    }
  }
  return has_image ? json::value(std::move(parts)) : text_json(message.text());
}

json::object call_json(const ToolCall& call, const Message& from, const ToolNames& names, const Dialect& dialect) {
  json::object sent{
      {"id", wire_call_id(call.id, dialect.longest_call_id)},
      {"type", "function"},
      {"function", json::object{{"name", names.to_wire(call.name)}, {"arguments", arguments_text(call.arguments)}}}};
  restore_call_fields(sent, from, call.id, dialect.provider);
  return sent;
}

json::object assistant_json(const Message& from, const ToolNames& names, const Dialect& dialect) {
  json::object message{{"role", "assistant"}};
  std::string text = from.text();
  message["content"] = text.empty() && !from.tool_calls.empty() ? json::value(nullptr) : text_json(text);
  if (!from.tool_calls.empty()) {
    json::array calls;
    for (const auto& call : from.tool_calls) calls.push_back(call_json(call, from, names, dialect));
    message["tool_calls"] = std::move(calls);
  }
  if (dialect.reasoning == Dialect::Reasoning::sent_back) restore_fields(message, from, dialect.provider);
  return message;
}

json::object images_json(const Message& tool_message, const ToolNames& names) {
  json::array parts;
  for (const auto& result : tool_message.tool_results) {
    if (result.images.empty()) continue;
    parts.push_back(text_part("Images in the result of " + names.to_wire(result.name) + " (" + result.call_id + "):"));
    for (const auto& image : result.images) parts.push_back(image_part(image));
  }
  return {{"role", "user"}, {"content", std::move(parts)}};
}

json::object result_json(const ToolResult& result, const Dialect& dialect) {
  return {{"role", "tool"},
          {"tool_call_id", wire_call_id(result.call_id, dialect.longest_call_id)},
          {"content", text_json(result_text(result))}};
}

void add_results(json::array& messages, const Message& from, const ToolNames& names, const Dialect& dialect) {
  bool has_image = false;
  for (const auto& result : from.tool_results) {
    messages.push_back(result_json(result, dialect));
    has_image = has_image || !result.images.empty();
  }
  if (has_image) messages.push_back(images_json(from, names));
}

json::array messages_json(const Request& request, const ToolNames& names, const Dialect& dialect) {
  json::array messages;
  if (auto system = system_text(request); !system.empty())
    messages.push_back(json::object{{"role", "system"}, {"content", text_json(system)}});
  for (const auto& message : request.messages) {
    if (message.role == Role::user)
      messages.push_back(json::object{{"role", "user"}, {"content", user_content(message)}});
    if (message.role == Role::assistant && says_something(message))
      messages.push_back(assistant_json(message, names, dialect));
    if (message.role == Role::tool) add_results(messages, message, names, dialect);
  }
  return messages;
}

json::array tools_json(const ToolSpecs& tools, const ToolNames& names) {
  json::array list;
  for (const auto& tool : tools) {
    json::object function{{"name", names.to_wire(tool.name)}, {"description", text_json(tool.description)}};
    function["parameters"] = lowered(tool.parameters, kToolRules);
    list.push_back(json::object{{"type", "function"}, {"function", std::move(function)}});
  }
  return list;
}

json::value tool_choice_json(const ToolChoice& choice, const ToolNames& names) {
  if (choice.kind != ToolChoice::Kind::named) return choice.kind == ToolChoice::Kind::none ? "none" : "required";
  return {{"type", "function"}, {"function", json::object{{"name", names.to_wire(choice.name)}}}};
}

void add_tools(json::object& body, const Request& request, const ToolNames& names) {
  if (request.tools.empty()) return;
  body["tools"] = tools_json(request.tools, names);
  if (request.tool_choice.kind != ToolChoice::Kind::automatic)
    body["tool_choice"] = tool_choice_json(request.tool_choice, names);
}

}  // namespace

std::string request_body(const Request& request, const ToolNames& names, const Dialect& dialect, AnswerForm form) {
  json::object body{{"model", text_json(dialect.model)}, {"messages", messages_json(request, names, dialect)}};
  add_tools(body, request, names);
  if (request.schema)
    body["response_format"] = json::object{{"type", "json_schema"}, {"json_schema", sent_schema(*request.schema)}};
  if (request.max_output_tokens) body[dialect.output_limit_key] = *request.max_output_tokens;
  if (request.temperature) body["temperature"] = *request.temperature;
  if (!request.effort.empty()) body["reasoning_effort"] = request.effort;
  if (request.cache == PromptCache::off && dialect.cache_options == Dialect::CacheOptions::understood)
    body["prompt_cache_options"] = json::object{{"mode", "explicit"}};  // and nothing marked: nothing is written
  if (is_streamed(form)) body["stream"] = true;
  if (form == AnswerForm::streamed) body["stream_options"] = json::object{{"include_usage", true}};
  return write_json(body);
}

}  // namespace executus::llm::openai
