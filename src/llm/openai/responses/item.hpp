// How an answer of the Responses API fits into a Message and comes back out of it.
//
// The API answers with a list of items: reasoning, messages, function calls. A model that reasons wants its items back
// as they were, in their order. So the Message holds, besides texts and calls, an Opaque part in the place of each
// item: the whole of a reasoning item, and of a message or a call what its Text or ToolCall does not say (id, status,
// phase): its frame. Answers without reasoning and phases need no frames. The form is frozen: it is stored in journals.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <executus/llm/kit/asked.hpp>
#include <executus/llm/kit/tool_names.hpp>
#include <executus/llm/message.hpp>

namespace executus::llm::openai {

inline constexpr std::string_view kReasoningItem = "reasoning";
inline constexpr std::string_view kMessageItem = "message";
inline constexpr std::string_view kCallItem = "function_call";

// Items as a message of the assistant. Calls get their ids and names; items of other types are left out.
[[nodiscard]] Message message_of_items(const std::vector<boost::json::object>& items, Asked& asked);

// The text of a message item: what it says, or else what it refuses with.
struct ItemText {
  std::string text;
  std::string refusal;
};
[[nodiscard]] ItemText text_of_item(const boost::json::object& message_item);

// The same as the "content" of one, and the arguments of a call item as text.
[[nodiscard]] boost::json::array content_of(std::string_view text, std::string_view refusal);
[[nodiscard]] std::string item_arguments(const boost::json::object& item);

// A message of the assistant as items. Reasoning goes back only with an item after it to which it led, and only with
// what the server can read it from; without it the items lose their ids, which the server would look it up by.
[[nodiscard]] boost::json::array items_of_message(const Message& message, const ToolNames& names,
                                                  std::string_view provider);

}  // namespace executus::llm::openai
