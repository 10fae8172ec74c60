#include <algorithm>

#include <boost/json.hpp>

#include <executus/base/json.hpp>
#include <executus/llm/kit/wire.hpp>

#include "base/json/json_write.hpp"
#include "base/text.hpp"

namespace executus::llm {

namespace json = boost::json;

namespace {

// Recurses as deep as parse_json lets a value be.
bool is_deeper(const json::value& value, std::size_t depth) {
  if (!value.is_structured()) return false;
  if (depth == 0) return true;
  if (const auto* list = value.if_array())
    return std::ranges::any_of(*list, [&](const auto& element) { return is_deeper(element, depth - 1); });
  return std::ranges::any_of(value.get_object(),
                             [&](const auto& member) { return is_deeper(member.value(), depth - 1); });
}

}  // namespace

Result<json::value> parse_answer(std::string_view text) {
  auto value = parse_tolerant_json(text);
  if (value && is_deeper(*value, kDeepestAnswer)) return failed("json.malformed", "the JSON text is nested too deeply");
  return value;
}

const json::object* object_in(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value ? value->if_object() : nullptr;
}

const json::array* array_in(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value ? value->if_array() : nullptr;
}

std::string text_in(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value && value->is_string() ? std::string(std::string_view(value->get_string())) : std::string();
}

std::int64_t count_in(const json::object* object, std::string_view key) {
  const auto* value = object ? object->if_contains(key) : nullptr;
  if (!value || !value->is_number()) return 0;
  boost::system::error_code error;
  auto count = value->to_number<std::int64_t>(error);
  return error ? 0 : std::clamp<std::int64_t>(count, 0, kMostCounted);
}

json::value text_json(std::string_view text) { return json::value(repair_utf8(text)); }

std::string system_text(const Request& request) {
  std::string text = request.system;
  for (const auto& message : request.messages)
    if (message.role == Role::system) text += (text.empty() ? "" : "\n\n") + message.text();
  return text;
}

bool says_something(const Message& answer) { return !answer.tool_calls.empty() || !trim(answer.text()).empty(); }

std::string written_arguments(const json::value& arguments) {
  std::string text;
  append_json(text, arguments, Members::in_their_order, NotFinite::words);
  return text;
}

json::object arguments_object(const std::string& arguments) {
  if (trim(arguments).empty()) return {};
  auto parsed = parse_json(arguments);
  if (parsed && parsed->is_object()) return parsed->get_object();
  return {{"malformed_arguments", text_json(arguments)}};
}

std::string result_text(const ToolResult& result) {
  constexpr std::string_view prefix = "error: ";
  return result.is_error && !result.text.starts_with(prefix) ? std::string(prefix) + result.text : result.text;
}

json::object parameters_of(const ToolSpec& tool) {
  if (!tool.parameters.empty()) return tool.parameters;
  return {{"type", "object"}, {"properties", json::object{}}};
}

}  // namespace executus::llm
