// The content blocks of the API, and how an answer's blocks fit into a Message and come back out of it.
//
// A Message has its parts in order and its calls apart. Thinking becomes an Opaque part in its place, the block as it
// came. Where thinking or text stands behind a call, each call leaves an Opaque {"type": "tool_use", "id": "..."} in
// its place too, so that all goes back in the order it came in, which signatures are made for. The form is frozen: it
// is stored in journals. Blocks of other types (of tools that run at Anthropic) are left out.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <executus/llm/kit/asked.hpp>
#include <executus/llm/message.hpp>

namespace executus::llm::anthropic {

// A block of an answer. `arguments`: of a tool_use the input, as the model wrote it.
struct Block {
  boost::json::object data;
  std::string arguments = {};
};

[[nodiscard]] bool is_thinking(const boost::json::object& block);  // redacted or not

[[nodiscard]] Message message_of_blocks(const std::vector<Block>& blocks, Asked& asked);

// Messages as content. Blank texts, which the API refuses, are left out, and so is thinking that nothing follows.
[[nodiscard]] boost::json::array user_blocks(const Message& message);
[[nodiscard]] boost::json::array assistant_blocks(const Message& message, const ToolNames& names,
                                                  std::string_view provider);

// All results, then the images of errors, which the API refuses inside of those.
[[nodiscard]] boost::json::array result_blocks(const Message& message, const ToolNames& names);

[[nodiscard]] boost::json::object text_block(std::string_view text);

// `id` when the API takes it ([a-zA-Z0-9_-]{1,64}), else one made of it and its hash: the same for the same id.
[[nodiscard]] std::string wire_call_id(std::string_view id);

}  // namespace executus::llm::anthropic
