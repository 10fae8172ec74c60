#include "llm/openai/responses/item.hpp"

#include <algorithm>
#include <utility>

#include <boost/json.hpp>

#include <executus/base/json.hpp>
#include <executus/llm/kit/opaque_parts.hpp>
#include <executus/llm/kit/wire.hpp>

#include "base/text.hpp"
#include "llm/openai/shared/parts.hpp"

namespace executus::llm::openai {
namespace {

namespace json = boost::json;

using Items = std::vector<json::object>;

bool is_item_of(const json::object& item, std::string_view type) { return text_in(item, "type") == type; }

bool needs_frame(const json::object& item) {
  return is_item_of(item, kReasoningItem) || !text_in(item, "phase").empty();
}

json::object without(json::object item, std::initializer_list<std::string_view> keys) {
  for (auto key : keys) item.erase(key);
  return item;
}

// Of a call that says of itself that it is cut, what is no JSON: it must not be made.
std::string cut_arguments(std::string arguments) {
  bool looks_whole = trim(arguments).empty() || parse_tolerant_json(arguments);
  return looks_whole ? std::string(kCutArguments) : arguments;
}

std::vector<ToolCall> calls_in(const Items& items) {
  std::vector<ToolCall> calls;
  for (const auto& item : items) {
    if (!is_item_of(item, kCallItem)) continue;
    auto arguments = item_arguments(item);
    if (text_in(item, "status") == "incomplete") arguments = cut_arguments(std::move(arguments));
    calls.push_back({text_in(item, "call_id"), text_in(item, "name"), std::move(arguments)});
  }
  return calls;
}

// Writes a Message item by item.
struct Filling {
  Message message;
  const std::string& provider;
  bool framed;
  std::size_t next_call = 0;
  bool has_text = false;

  void frame(json::object data) {
    if (framed) message.parts.emplace_back(Opaque{provider, std::move(data)});
  }
  void add_text(const json::object& item) {
    auto [text, refusal] = text_of_item(item);
    if (text.empty()) text = std::move(refusal);
    if (text.empty()) return;
    frame(without(item, {"content"}));
    message.parts.emplace_back(Text{has_text ? "\n\n" + text : std::move(text)});
    has_text = true;
  }
  void add_call(const json::object& item) {
    auto rest = without(item, {"name", "arguments"});
    rest["call_id"] = text_json(message.tool_calls[next_call++].id);
    frame(std::move(rest));
  }
};

// OpenAI reads reasoning from its encrypted content, other servers from its text.
bool is_sendable(const json::object& reasoning) {
  const auto* content = array_in(reasoning, "content");
  return !text_in(reasoning, "encrypted_content").empty() || (content && !content->empty());
}

// Writes the items of a Message.
class Unfolding {
 public:
  Unfolding(const Message& message, const ToolNames& names, std::string_view provider)
      : message_(message), names_(names), provider_(provider), sent_(message.tool_calls.size(), false) {}

  json::array run() && {
    for (const auto& part : message_.parts) {
      const auto* frame = own_data(part, provider_);
      if (frame && is_item_of(*frame, kReasoningItem) && !is_sendable(*frame)) ids_hold_ = false;
    }
    for (const auto& part : message_.parts) add(part);
    for (std::size_t i = 0; i < sent_.size(); ++i)
      if (!sent_[i]) add_call(i, {});
    return std::move(items_);
  }

 private:
  void add(const Part& part) {
    if (const auto* text = std::get_if<Text>(&part)) return add_text(text->text);
    const auto* frame = own_data(part, provider_);
    if (!frame) return;
    if (is_item_of(*frame, kReasoningItem) && is_sendable(*frame)) reasoning_.push_back(*frame);
    if (is_item_of(*frame, kMessageItem)) message_frame_ = *frame;
    if (is_item_of(*frame, kCallItem)) add_framed_call(*frame);
  }

  void add_text(const std::string& text) {
    auto frame = std::exchange(message_frame_, {});
    if (frame.empty()) return push({{"role", "assistant"}, {"content", text_json(text)}});
    json::object content{{"type", "output_text"}, {"text", text_json(text)}, {"annotations", json::array{}}};
    frame["content"] = json::array{std::move(content)};
    push(std::move(frame));
  }

  void add_framed_call(const json::object& frame) {
    auto id = text_in(frame, "call_id");
    for (std::size_t i = 0; i < sent_.size(); ++i)
      if (!sent_[i] && message_.tool_calls[i].id == id) return add_call(i, frame);
  }

  void add_call(std::size_t index, json::object item) {
    const auto& call = message_.tool_calls[index];
    sent_[index] = true;
    item["type"] = kCallItem;
    item["call_id"] = wire_call_id(call.id, kLongestResponsesCallId);
    item["name"] = names_.to_wire(call.name);
    item["arguments"] = arguments_text(call.arguments);
    push(std::move(item));
  }

  void push(json::object item) {
    for (auto& reasoning : reasoning_) items_.push_back(std::move(reasoning));
    reasoning_.clear();
    if (!ids_hold_) item.erase("id");
    items_.push_back(std::move(item));
  }

  const Message& message_;
  const ToolNames& names_;
  std::string_view provider_;
  json::array items_;
  Items reasoning_;             // waits for the item it led to
  json::object message_frame_;  // waits for its text
  std::vector<bool> sent_;      // of the calls
  bool ids_hold_ = true;        // no reasoning is left out
};

}  // namespace

ItemText text_of_item(const json::object& message_item) {
  ItemText all;
  if (const auto* content = array_in(message_item, "content"))
    for (const auto& part : *content)
      if (const auto* object = part.if_object()) {
        all.text += text_in(*object, "text");
        all.refusal += text_in(*object, "refusal");
      }
  return all;
}

json::array content_of(std::string_view text, std::string_view refusal) {
  return {json::object{{"type", "output_text"}, {"text", text}, {"refusal", refusal}}};
}

std::string item_arguments(const json::object& item) {
  const auto* arguments = item.if_contains("arguments");
  bool is_text = !arguments || arguments->is_null() || arguments->is_string();
  return is_text ? text_in(item, "arguments") : written_arguments(*arguments);
}

Message message_of_items(const Items& items, Asked& asked) {
  Filling filling{
      .message = {}, .provider = asked.provider, .framed = std::any_of(items.begin(), items.end(), needs_frame)};
  filling.message.role = Role::assistant;
  filling.message.tool_calls = completed(calls_in(items), asked);
  for (const auto& item : items) {
    if (is_item_of(item, kReasoningItem)) filling.frame(item);
    if (is_item_of(item, kMessageItem)) filling.add_text(item);
    if (is_item_of(item, kCallItem)) filling.add_call(item);
  }
  return std::move(filling.message);
}

json::array items_of_message(const Message& message, const ToolNames& names, std::string_view provider) {
  return Unfolding(message, names, provider).run();
}

}  // namespace executus::llm::openai
