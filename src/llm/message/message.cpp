#include <limits>
#include <string>

#include <boost/json.hpp>

#include <executus/base/error.hpp>
#include <executus/llm/message.hpp>

#include "base/base64.hpp"
#include "base/named.hpp"

namespace executus::llm {
namespace {

namespace json = boost::json;

[[noreturn]] void malformed(std::string_view what) {
  throw failed("journal.malformed", "a stored message is malformed: " + std::string(what) +
                                        "; the journal was written by another program or damaged");
}

std::string text_at(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  if (!value || !value->is_string()) malformed("'" + std::string(key) + "' is missing or no string");
  return std::string(value->get_string());
}

const json::array& list_at(const json::object& object, std::string_view key) {
  static const json::array none;
  const auto* value = object.if_contains(key);
  if (!value) return none;
  if (!value->is_array()) malformed("'" + std::string(key) + "' is no list");
  return value->get_array();
}

const json::object& object_in(const json::value& value) {
  if (!value.is_object()) malformed("an object was expected");
  return value.get_object();
}

json::object image_json(const Image& image) { return {{"image", base64_encode(image.bytes)}, {"mime", image.mime}}; }

Image image_from(const json::object& object) {
  auto bytes = base64_decode(text_at(object, "image"));
  if (!bytes) malformed("an image is no base64");
  return {std::move(*bytes), text_at(object, "mime")};
}

struct PartToJson {
  json::object operator()(const Text& part) const { return {{"text", part.text}}; }
  json::object operator()(const Image& part) const { return image_json(part); }
  json::object operator()(const Opaque& part) const {
    json::object object{{"opaque", part.provider}, {"data", part.data}};
    if (!part.model.empty()) object["model"] = part.model;
    return object;
  }
};

Part part_from(const json::object& object) {
  if (object.contains("text")) return Text{text_at(object, "text")};
  if (object.contains("image")) return image_from(object);
  if (object.contains("opaque"))
    return Opaque{text_at(object, "opaque"), object.at("data"),
                  object.contains("model") ? text_at(object, "model") : std::string()};
  malformed("a part is neither text, image nor opaque");
}

json::object result_json(const ToolResult& result) {
  json::object object{{"call", result.call_id}, {"name", result.name}, {"text", result.text}};
  if (!result.images.empty()) {
    json::array images;
    for (const auto& image : result.images) images.push_back(image_json(image));
    object["images"] = std::move(images);
  }
  if (result.is_error) object["error"] = true;
  return object;
}

ToolResult result_from(const json::object& object) {
  ToolResult result{
      text_at(object, "call"), text_at(object, "name"), text_at(object, "text"), {}, object.contains("error")};
  for (const auto& image : list_at(object, "images")) result.images.push_back(image_from(object_in(image)));
  return result;
}

Role role_from(std::string_view name) {
  if (auto role = find_named(name, {Role::system, Role::user, Role::assistant, Role::tool})) return *role;
  malformed("unknown role '" + std::string(name) + "'");
}

}  // namespace

std::string Message::text() const {
  std::string all;
  for (const auto& part : parts)
    if (const auto* piece = std::get_if<Text>(&part)) all += piece->text;
  return all;
}

Message user_message(std::string text) {
  Message message;
  message.parts.push_back(Text{std::move(text)});
  return message;
}

Message assistant_message(std::string text, std::vector<ToolCall> calls) {
  Message message;
  message.role = Role::assistant;
  if (!text.empty()) message.parts.push_back(Text{std::move(text)});
  message.tool_calls = std::move(calls);
  return message;
}

Usage& Usage::operator+=(const Usage& other) {
  auto add = [](std::int64_t& sum, std::int64_t more) {
    if (__builtin_add_overflow(sum, more, &sum)) sum = std::numeric_limits<std::int64_t>::max();
  };
  add(input, other.input);
  add(output, other.output);
  add(cache_read, other.cache_read);
  add(cache_write, other.cache_write);
  add(reasoning, other.reasoning);
  return *this;
}

std::string_view to_string(Role role) {
  switch (role) {
    case Role::system:
      return "system";
    case Role::user:
      return "user";
    case Role::assistant:
      return "assistant";
    case Role::tool:
      return "tool";
  }
  return "user";
}

std::string_view to_string(FinishReason reason) {
  switch (reason) {
    case FinishReason::stop:
      return "stop";
    case FinishReason::tool_calls:
      return "tool_calls";
    case FinishReason::length:
      return "length";
    case FinishReason::refusal:
      return "refusal";
    case FinishReason::other:
      return "other";
  }
  return "other";
}

json::value to_json(const Message& message) {
  json::object object{{"role", to_string(message.role)}};
  if (!message.parts.empty()) {
    json::array parts;
    for (const auto& part : message.parts) parts.push_back(std::visit(PartToJson{}, part));
    object["parts"] = std::move(parts);
  }
  if (!message.tool_calls.empty()) {
    json::array calls;
    for (const auto& call : message.tool_calls)
      calls.push_back(json::object{{"id", call.id}, {"name", call.name}, {"arguments", call.arguments}});
    object["calls"] = std::move(calls);
  }
  if (!message.tool_results.empty()) {
    json::array results;
    for (const auto& result : message.tool_results) results.push_back(result_json(result));
    object["results"] = std::move(results);
  }
  return object;
}

Message message_from_json(const json::value& value) {
  const auto& object = object_in(value);
  Message message;
  message.role = role_from(text_at(object, "role"));
  for (const auto& part : list_at(object, "parts")) message.parts.push_back(part_from(object_in(part)));
  for (const auto& item : list_at(object, "calls")) {
    const auto& call = object_in(item);
    message.tool_calls.push_back({text_at(call, "id"), text_at(call, "name"), text_at(call, "arguments")});
  }
  for (const auto& result : list_at(object, "results")) message.tool_results.push_back(result_from(object_in(result)));
  return message;
}

json::value to_json(const Usage& usage) {
  json::object object{{"input", usage.input}, {"output", usage.output}};
  if (usage.cache_read) object["cache_read"] = usage.cache_read;
  if (usage.cache_write) object["cache_write"] = usage.cache_write;
  if (usage.reasoning) object["reasoning"] = usage.reasoning;
  return object;
}

Usage usage_from_json(const json::value& value) {
  const auto& object = object_in(value);
  auto number = [&](std::string_view key) {
    const auto* found = object.if_contains(key);
    return found && found->is_int64() ? found->get_int64() : 0;
  };
  return {number("input"), number("output"), number("cache_read"), number("cache_write"), number("reasoning")};
}

}  // namespace executus::llm
