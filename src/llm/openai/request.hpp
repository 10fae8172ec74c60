// A Request as the body of POST /chat/completions. Pure; equal requests give equal bytes, so that a provider's prompt
// cache hits and a recording can be compared.
//
// What the API has no place for: images and foreign opaque parts of assistant messages are left out; images of tool
// results follow in a user message; error results begin with "error: "; system messages of the history join the system
// prompt; arguments that are no JSON object are sent as {"malformed_arguments": "..."}, since servers that render the
// history by a template refuse them.
#pragma once

#include <string>

#include <executus/llm/model.hpp>

#include "llm/protocol.hpp"

namespace executus::llm::openai {

struct Dialect {
  std::string provider;  // whose opaque parts are ours
  std::string model;
  std::string output_limit_key = "max_tokens";  // OpenAI itself: max_completion_tokens
};

[[nodiscard]] std::string request_body(const Request& request, const ToolNames& names, const Dialect& dialect,
                                       Delivery delivery);

}  // namespace executus::llm::openai
