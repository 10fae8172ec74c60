// A Request as the body of POST /chat/completions. Pure; equal requests give equal bytes, so that a provider's prompt
// cache hits and a recording can be compared.
//
// What the API has no place for: images and foreign opaque parts of assistant messages are left out; images of tool
// results follow in a user message; error results begin with "error: "; system messages of the history join the system
// prompt; arguments that are no JSON object are sent as {"malformed_arguments": "..."}, since servers that render the
// history by a template refuse them. A tool_choice without tools, which no server takes, is left out.
//
// `cache`: servers with this API cache by themselves; PromptCache::off is told to those that can be told.
#pragma once

#include <cstddef>
#include <string>

#include <executus/llm/kit/protocol.hpp>
#include <executus/llm/model.hpp>

namespace executus::llm::openai {

struct Dialect {
  enum class CacheOptions { unknown, understood };
  enum class Reasoning { sent_back, left_out };  // what an earlier answer held of it

  std::string provider;  // whose opaque parts are ours
  std::string model;
  std::string output_limit_key = "max_tokens";         // see output_limit_key()
  std::size_t longest_call_id = 0;                     // longer ids are refused; 0: none is
  CacheOptions cache_options = CacheOptions::unknown;  // prompt_cache_options
  Reasoning reasoning = Reasoning::sent_back;          // see takes_reasoning_back()
};

[[nodiscard]] std::string request_body(const Request& request, const ToolNames& names, const Dialect& dialect,
                                       AnswerForm form);

}  // namespace executus::llm::openai
