#include "llm/ollama/request.hpp"

#include <boost/json.hpp>

#include <executus/base/json.hpp>
#include <executus/llm/kit/opaque_parts.hpp>
#include <executus/llm/kit/wire.hpp>

#include "base/base64.hpp"
#include "llm/ollama/tool_rules.hpp"

namespace executus::llm::ollama {
namespace {

namespace json = boost::json;

json::object plain_message(std::string_view role, std::string_view text) {
  return {{"role", role}, {"content", text_json(text)}};
}

void add_image(json::object& message, const Image& image) {
  auto& images = message["images"];
  if (!images.is_array()) images.emplace_array();
  images.get_array().emplace_back(base64_encode(image.bytes));
}

json::object user_json(const Message& from) {
  auto message = plain_message("user", from.text());
  for (const auto& part : from.parts)
    if (const auto* image = std::get_if<Image>(&part)) add_image(message, *image);
  return message;
}

// Fields the server wants back as it sent them: thinking.
void add_own_fields(json::object& message, const Message& from, const std::string& provider) {
  for (const auto& part : from.parts) {
    const auto* data = own_data(part, provider);
    if (!data) continue;
    for (const auto& field : *data)
      if (!message.contains(field.key())) message[field.key()] = field.value();
  }
}

json::object assistant_json(const Message& from, const ToolNames& names, const std::string& provider) {
  auto message = plain_message("assistant", from.text());
  json::array calls;
  for (const auto& call : from.tool_calls)
    calls.push_back(json::object{{"id", text_json(call.id)},
                                 {"function", json::object{{"name", names.to_wire(call.name)},
                                                           {"arguments", arguments_object(call.arguments)}}}});
  if (!calls.empty()) message["tool_calls"] = std::move(calls);
  add_own_fields(message, from, provider);
  return message;
}

// Templates tell results apart by the tool's name, some cloud models by the id.
void add_results(json::array& messages, const Message& from, const ToolNames& names) {
  for (const auto& result : from.tool_results) {
    auto message = plain_message("tool", result_text(result));
    message["tool_name"] = names.to_wire(result.name);
    message["tool_call_id"] = text_json(result.call_id);
    messages.push_back(std::move(message));
  }
  for (const auto& result : from.tool_results) {
    if (result.images.empty()) continue;
    auto message =
        plain_message("user", "Images in the result of " + names.to_wire(result.name) + " (" + result.call_id + "):");
    for (const auto& image : result.images) add_image(message, image);
    messages.push_back(std::move(message));
  }
}

std::string instructions(const Request& request) {
  auto text = system_text(request);
  if (!request.schema) return text;
  return text + (text.empty() ? "" : "\n\n") +
         "Your answer, once no more tool calls are needed, is one JSON value that fits this JSON Schema, and nothing "
         "else:\n" +
         write_json(request.schema->schema);
}

json::array messages_json(const Request& request, const ToolNames& names, const std::string& provider) {
  json::array messages;
  if (auto system = instructions(request); !system.empty()) messages.push_back(plain_message("system", system));
  for (const auto& message : request.messages) {
    if (message.role == Role::user) messages.push_back(user_json(message));
    if (message.role == Role::assistant && says_something(message))
      messages.push_back(assistant_json(message, names, provider));
    if (message.role == Role::tool) add_results(messages, message, names);
  }
  return messages;
}

bool is_offered(const ToolSpec& tool, const ToolChoice& choice) {
  if (choice.kind == ToolChoice::Kind::named) return tool.name == choice.name;
  return choice.kind != ToolChoice::Kind::none;
}

json::array tools_json(const Request& request, const ToolNames& names) {
  json::array list;
  for (const auto& tool : request.tools) {
    if (!is_offered(tool, request.tool_choice)) continue;
    json::object function{{"name", names.to_wire(tool.name)}, {"description", text_json(tool.description)}};
    function["parameters"] = lowered(tool.parameters, kToolRules);
    list.push_back(json::object{{"type", "function"}, {"function", std::move(function)}});
  }
  return list;
}

// Older servers refuse any word but low, medium and high; newer ones take what they do not know for the default.
json::value think_json(const std::string& effort) {
  if (effort == "none" || effort == "off" || effort == "false") return false;
  if (effort == "on" || effort == "true") return true;
  if (effort == "minimal") return "low";
  if (effort == "xhigh") return "high";
  return text_json(effort);
}

json::object options_json(const Request& request, const Dialect& dialect) {
  json::object options;
  if (request.max_output_tokens) options["num_predict"] = *request.max_output_tokens;
  if (request.temperature) options["temperature"] = *request.temperature;
  if (dialect.context_tokens > 0) options["num_ctx"] = dialect.context_tokens;
  return options;
}

}  // namespace

std::string request_body(const Request& request, const ToolNames& names, const Dialect& dialect, AnswerForm form) {
  json::object body{{"model", text_json(dialect.model)}, {"messages", messages_json(request, names, dialect.provider)}};
  auto tools = tools_json(request, names);
  if (request.schema && tools.empty() && dialect.schemas == Capabilities::Schemas::native)
    body["format"] = request.schema->schema;
  if (!tools.empty()) body["tools"] = std::move(tools);
  if (!request.effort.empty()) body["think"] = think_json(request.effort);
  if (auto options = options_json(request, dialect); !options.empty()) body["options"] = std::move(options);
  body["truncate"] = false;
  body["shift"] = false;
  body["stream"] = is_streamed(form);  // the server's default is true
  return write_json(body);
}

}  // namespace executus::llm::ollama
