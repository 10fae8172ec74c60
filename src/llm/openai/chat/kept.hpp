// What servers want back with an answer, besides the fields that OpenAI's own API has. Pure.
//
//   reasoning_content            llama.cpp, DeepSeek, older vLLM: text
//   reasoning                    vLLM, OpenRouter: text
//   reasoning_details            OpenRouter: blocks, some of them signed or encrypted
//   tool_calls[].extra_content   Google: {"google": {"thought_signature": "..."}}, without which Gemini 3 refuses a
//   call
//
// It goes back untouched, under the name it came under. In a Message it is Opaque:
//   {"reasoning": "...", "reasoning_details": [...]}                            fields of the message
//   {"of": "call", "id": "call_1_0", "rest": {"extra_content": {"google": ...}}}  fields of that call
// The form is frozen: it is stored in journals.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include <executus/llm/message.hpp>

namespace executus::llm::openai {

struct Kept {
  boost::json::object message;             // fields
  std::vector<boost::json::object> calls;  // the fields of each, in the order of the calls; may be shorter

  // Of an answer in one piece, and of a piece of a stream: its texts go on where they stopped, and so do blocks of
  // reasoning_details.
  void take_message(const boost::json::object& message);
  void add_delta(const boost::json::object& delta);

  // Of a call or of a piece of it.
  void add_call(std::size_t place, const boost::json::object& call);
};

// `message` has its calls, with the ids they keep.
void keep_fields(Message& message, Kept& kept, const std::string& provider);
void keep_call_fields(Message& message, Kept& kept, const std::string& provider);

// Adds to what is sent of a message, and of a call of it, what `provider` gave; a field that is there already stays.
void restore_fields(boost::json::object& sent, const Message& from, std::string_view provider);
void restore_call_fields(boost::json::object& sent, const Message& from, std::string_view id,
                         std::string_view provider);

}  // namespace executus::llm::openai
