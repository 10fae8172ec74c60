#include "llm/openai/request.hpp"

#include <boost/json.hpp>

#include <executus/base/json.hpp>

#include "base/text.hpp"
#include "llm/message/base64.hpp"
#include "llm/wire.hpp"

namespace executus::llm::openai {
namespace {

namespace json = boost::json;

json::object text_part(std::string_view text) { return {{"type", "text"}, {"text", text_json(text)}}; }

json::object image_part(const Image& image) {
  std::string url = "data:" + repair_utf8(image.mime) + ";base64," + base64_encode(image.bytes);
  return {{"type", "image_url"}, {"image_url", json::object{{"url", std::move(url)}}}};
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

std::string arguments_text(const std::string& arguments) {
  auto parsed = parse_json(arguments);
  return parsed && parsed->is_object() ? arguments : json::serialize(arguments_object(arguments));
}

json::object call_json(const ToolCall& call, const ToolNames& names) {
  return {
      {"id", text_json(call.id)},
      {"type", "function"},
      {"function", json::object{{"name", names.to_wire(call.name)}, {"arguments", arguments_text(call.arguments)}}}};
}

// Fields the provider wants back as it sent them (reasoning_content).
void add_opaque(json::object& message, const Message& from, const std::string& provider) {
  for (const auto& part : from.parts) {
    const auto* opaque = std::get_if<Opaque>(&part);
    if (!opaque || opaque->provider != provider || !opaque->data.is_object()) continue;
    for (const auto& field : opaque->data.get_object())
      if (!message.contains(field.key())) message[field.key()] = field.value();
  }
}

json::object assistant_json(const Message& from, const ToolNames& names, const std::string& provider) {
  json::object message{{"role", "assistant"}};
  std::string text = from.text();
  message["content"] = text.empty() && !from.tool_calls.empty() ? json::value(nullptr) : text_json(text);
  if (!from.tool_calls.empty()) {
    json::array calls;
    for (const auto& call : from.tool_calls) calls.push_back(call_json(call, names));
    message["tool_calls"] = std::move(calls);
  }
  add_opaque(message, from, provider);
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

void add_results(json::array& messages, const Message& from, const ToolNames& names) {
  bool has_image = false;
  for (const auto& result : from.tool_results) {
    messages.push_back(json::object{
        {"role", "tool"}, {"tool_call_id", text_json(result.call_id)}, {"content", text_json(result_text(result))}});
    has_image = has_image || !result.images.empty();
  }
  if (has_image) messages.push_back(images_json(from, names));
}

json::array messages_json(const Request& request, const ToolNames& names, const std::string& provider) {
  json::array messages;
  if (auto system = system_text(request); !system.empty())
    messages.push_back(json::object{{"role", "system"}, {"content", text_json(system)}});
  for (const auto& message : request.messages) {
    if (message.role == Role::user)
      messages.push_back(json::object{{"role", "user"}, {"content", user_content(message)}});
    if (message.role == Role::assistant) messages.push_back(assistant_json(message, names, provider));
    if (message.role == Role::tool) add_results(messages, message, names);
  }
  return messages;
}

json::array tools_json(const ToolSpecs& tools, const ToolNames& names) {
  json::array list;
  for (const auto& tool : tools) {
    json::object function{{"name", names.to_wire(tool.name)}, {"description", text_json(tool.description)}};
    function["parameters"] = parameters_of(tool);
    list.push_back(json::object{{"type", "function"}, {"function", std::move(function)}});
  }
  return list;
}

}  // namespace

std::string request_body(const Request& request, const ToolNames& names, const Dialect& dialect, Delivery delivery) {
  json::object body{{"model", text_json(dialect.model)}, {"messages", messages_json(request, names, dialect.provider)}};
  if (!request.tools.empty()) body["tools"] = tools_json(request.tools, names);
  if (request.max_output_tokens) body[dialect.output_limit_key] = *request.max_output_tokens;
  if (request.temperature) body["temperature"] = *request.temperature;
  if (!request.effort.empty()) body["reasoning_effort"] = request.effort;
  if (delivery == Delivery::streamed) {
    body["stream"] = true;
    body["stream_options"] = json::object{{"include_usage", true}};
  }
  return json::serialize(body);
}

}  // namespace executus::llm::openai
