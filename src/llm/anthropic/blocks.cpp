#include "llm/anthropic/blocks.hpp"

#include <algorithm>
#include <utility>

#include <boost/json.hpp>

#include <executus/llm/kit/call_ids.hpp>
#include <executus/llm/kit/opaque_parts.hpp>
#include <executus/llm/kit/wire.hpp>

#include "base/ascii.hpp"
#include "base/base64.hpp"
#include "base/text.hpp"

namespace executus::llm::anthropic {
namespace {

namespace json = boost::json;

constexpr std::size_t kLongestCallId = 64;

bool is_of(const json::object& block, std::string_view type) { return text_in(block, "type") == type; }

bool is_blank(std::string_view text) { return trim(text).empty(); }

void add_text(json::array& blocks, std::string_view text) {
  if (!is_blank(text)) blocks.push_back(text_block(text));
}

json::object image_block(const Image& image) {
  json::object source{{"type", "base64"}, {"media_type", text_json(image.mime)}, {"data", base64_encode(image.bytes)}};
  return {{"type", "image"}, {"source", std::move(source)}};
}

json::object call_block(const ToolCall& call, const ToolNames& names) {
  return {{"type", "tool_use"},
          {"id", wire_call_id(call.id)},
          {"name", names.to_wire(call.name)},
          {"input", arguments_object(call.arguments)}};
}

// Writes the blocks of an assistant's message.
class Unfolding {
 public:
  Unfolding(const Message& message, const ToolNames& names, std::string_view provider)
      : message_(message), names_(names), provider_(provider), sent_(message.tool_calls.size(), false) {}

  json::array run() && {
    for (const auto& part : message_.parts) add(part);
    for (std::size_t i = 0; i < sent_.size(); ++i) add_call(i);
    while (!blocks_.empty() && is_thinking(blocks_.back().get_object())) blocks_.pop_back();
    return std::move(blocks_);
  }

 private:
  void add(const Part& part) {
    if (const auto* text = std::get_if<Text>(&part)) return add_text(blocks_, text->text);
    const auto* data = own_data(part, provider_);
    if (!data) return;
    if (is_thinking(*data)) blocks_.push_back(*data);
    if (!is_of(*data, "tool_use")) return;
    for (std::size_t i = 0; i < sent_.size(); ++i)
      if (message_.tool_calls[i].id == text_in(*data, "id")) add_call(i);
  }

  void add_call(std::size_t index) {
    if (sent_[index]) return;
    sent_[index] = true;
    blocks_.push_back(call_block(message_.tool_calls[index], names_));
  }

  const Message& message_;
  const ToolNames& names_;
  std::string_view provider_;
  json::array blocks_;
  std::vector<bool> sent_;  // of the calls
};

// The API takes only text in errors, and errors must say something.
json::value result_content(const ToolResult& result) {
  auto text = is_blank(result.text) && result.is_error ? std::string_view("error") : std::string_view(result.text);
  if (result.images.empty() || result.is_error) return is_blank(text) ? json::value(nullptr) : text_json(text);
  json::array content;
  add_text(content, text);
  for (const auto& image : result.images) content.push_back(image_block(image));
  return content;
}

void add_images_of_error(json::array& blocks, const ToolResult& result, const ToolNames& names) {
  if (result.images.empty()) return;
  add_text(blocks,
           "Images in the result of " + names.to_wire(result.name) + " (" + wire_call_id(result.call_id) + "):");
  for (const auto& image : result.images) blocks.push_back(image_block(image));
}

bool is_id_character(char c) { return is_ascii_alphanumeric(c) || c == '_' || c == '-'; }

std::vector<ToolCall> calls_of(const std::vector<Block>& blocks) {
  std::vector<ToolCall> calls;
  for (const auto& block : blocks)
    if (is_of(block.data, "tool_use"))
      calls.push_back({text_in(block.data, "id"), text_in(block.data, "name"), block.arguments});
  return calls;
}

// Whether the calls all come last, as they do in a Message.
bool calls_come_last(const std::vector<Block>& blocks) {
  bool called = false;
  for (const auto& block : blocks) {
    bool is_call = is_of(block.data, "tool_use");
    if (called && !is_call) return false;
    called = called || is_call;
  }
  return true;
}

}  // namespace

bool is_thinking(const json::object& block) { return is_of(block, "thinking") || is_of(block, "redacted_thinking"); }

json::object text_block(std::string_view text) { return {{"type", "text"}, {"text", text_json(text)}}; }

Message message_of_blocks(const std::vector<Block>& blocks, Asked& asked) {
  Message message;
  message.role = Role::assistant;
  message.tool_calls = completed(calls_of(blocks), asked);
  bool in_order = calls_come_last(blocks);
  std::size_t call = 0;
  for (const auto& block : blocks) {
    if (auto text = text_in(block.data, "text"); is_of(block.data, "text") && !text.empty())
      message.parts.emplace_back(Text{std::move(text)});
    if (is_thinking(block.data)) message.parts.emplace_back(Opaque{asked.provider, block.data});
    if (!is_of(block.data, "tool_use")) continue;
    json::object place{{"type", "tool_use"}, {"id", text_json(message.tool_calls[call++].id)}};
    if (!in_order) message.parts.emplace_back(Opaque{asked.provider, std::move(place)});
  }
  return message;
}

json::array user_blocks(const Message& message) {
  json::array blocks;
  for (const auto& part : message.parts) {
    if (const auto* text = std::get_if<Text>(&part)) add_text(blocks, text->text);
    if (const auto* image = std::get_if<Image>(&part)) blocks.push_back(image_block(*image));
  }
  return blocks;
}

json::array assistant_blocks(const Message& message, const ToolNames& names, std::string_view provider) {
  return Unfolding(message, names, provider).run();
}

json::array result_blocks(const Message& message, const ToolNames& names) {
  json::array blocks;
  for (const auto& result : message.tool_results) {
    json::object block{{"type", "tool_result"}, {"tool_use_id", wire_call_id(result.call_id)}};
    if (auto content = result_content(result); !content.is_null()) block["content"] = std::move(content);
    if (result.is_error) block["is_error"] = true;
    blocks.push_back(std::move(block));
  }
  for (const auto& result : message.tool_results)
    if (result.is_error) add_images_of_error(blocks, result, names);
  return blocks;
}

std::string wire_call_id(std::string_view id) {
  bool fit = !id.empty() && id.size() <= kLongestCallId && std::all_of(id.begin(), id.end(), is_id_character);
  if (fit) return std::string(id);
  auto hash = call_id_hash(id);
  std::string wire(id.substr(0, kLongestCallId - hash.size() - 1));
  std::replace_if(wire.begin(), wire.end(), [](char c) { return !is_id_character(c); }, '_');
  return wire + "_" + hash;
}

}  // namespace executus::llm::anthropic
