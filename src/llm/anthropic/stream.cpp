#include "llm/anthropic/stream.hpp"

#include <utility>

#include <boost/json.hpp>

#include "base/text.hpp"
#include "llm/answer_errors.hpp"
#include "llm/wire.hpp"

namespace executus::llm::anthropic {
namespace {

namespace json = boost::json;

void extend(json::object& block, std::string_view key, std::string_view piece) {
  auto& text = block[key];
  if (!text.is_string()) text = "";
  text.get_string().append(piece);
}

// A server may leave content_block_start out.
std::string_view type_of_delta(std::string_view delta_type) {
  if (delta_type == "text_delta") return "text";
  if (delta_type == "input_json_delta") return "tool_use";
  return delta_type == "thinking_delta" || delta_type == "signature_delta" ? "thinking" : "";
}

}  // namespace

std::string MessagesReader::add(std::string_view event) {
  if (done_ || trim(event) == "[DONE]") return {};  // Anthropic sends no [DONE], some servers do
  auto parsed = parse_answer(event);
  const auto* object = parsed ? parsed->if_object() : nullptr;
  if (!object) throw malformed_answer(asked_.target, "an event of the stream is no JSON object");
  auto text = take(text_in(*object, "type"), *object);
  shown_ = shown_ || !text.empty();
  return text;
}

std::string MessagesReader::take(std::string_view type, const json::object& event) {
  if (type == "content_block_start") return begin(event);
  if (type == "content_block_delta") return grow(event);
  if (type == "message_delta") return end(event);
  if (type == "message_stop") done_ = true;
  if (const auto* message = object_in(event, "message"); message && type == "message_start") count(*message);
  if (type == "error" || type.empty()) throw_if_api_error(event, asked_);
  if (type == "error") throw malformed_answer(asked_.target, "an error event of the stream says no error");
  return {};
}

std::string MessagesReader::begin(const json::object& event) {
  const auto* object = object_in(event, "content_block");
  if (!object) return {};
  Block& block = blocks_[count_in(&event, "index")];
  block = block_in(*object);
  return text_in(block.data, "type") == "text" ? text_in(block.data, "text") : std::string();
}

std::string MessagesReader::grow(const json::object& event) {
  const auto* delta = object_in(event, "delta");
  if (!delta) return {};
  auto type = text_in(*delta, "type");
  auto block_type = type_of_delta(type);
  if (block_type.empty()) return {};
  Block& block = blocks_[count_in(&event, "index")];
  if (block.data.empty()) block.data["type"] = block_type;
  if (type == "input_json_delta") block.arguments += text_in(*delta, "partial_json");
  if (type == "thinking_delta") extend(block.data, "thinking", text_in(*delta, "thinking"));
  if (type == "signature_delta") extend(block.data, "signature", text_in(*delta, "signature"));
  if (type != "text_delta") return {};
  auto text = text_in(*delta, "text");
  extend(block.data, "text", text);
  return text;
}

std::string MessagesReader::end(const json::object& event) {
  count(event);
  const auto* delta = object_in(event, "delta");
  if (!delta) return {};
  if (auto reason = text_in(*delta, "stop_reason"); !reason.empty()) answer_.stop_reason = std::move(reason);
  if (auto why = refusal_in(*delta); !why.empty()) answer_.refusal = std::move(why);
  return shown_ ? std::string() : answer_.refusal;
}

// Each event says the total of what it counts.
void MessagesReader::count(const json::object& holder) {
  const auto* usage = object_in(holder, "usage");
  if (!usage) return;
  for (const auto& [key, value] : *usage)
    if (!value.is_null()) answer_.usage[key] = value;
}

Response MessagesReader::finish() {
  if (!done_) throw truncated_answer(asked_.target);
  if (blocks_.empty() && answer_.stop_reason.empty()) throw malformed_answer(asked_.target, "its stream holds nothing");
  for (auto& [index, block] : blocks_) answer_.blocks.push_back(std::move(block));
  return to_response(std::move(answer_), std::move(asked_));
}

}  // namespace executus::llm::anthropic
