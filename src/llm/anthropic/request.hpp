// A Request as the body of POST /v1/messages. Pure; equal requests give equal bytes: the API caches by prefix.
//
// Where the request says no max_output_tokens, which the API wants, it is 32,000 for Claude's models (a budget for
// thinking comes on top), 8,192 for others; more than the model has is cut to that. Thinking counts.
//
// What the API has no field for: system messages of the history join the system prompt; images and foreign opaque parts
// of the assistant are left out; a schema is sent only to models that take one; a temperature only to models up to 4.6,
// at most 1, and not together with thinking; a required or named tool becomes an offered one at models that cannot be
// forced (Fable 5.1, Mythos 5.1, Opus 5.5, Sonnet 5.5): these may answer with text. A tool_choice without tools is left
// out. See also thinking.hpp, turns.hpp and cache_marks.hpp.
#pragma once

#include <string>

#include <executus/llm/kit/protocol.hpp>
#include <executus/llm/model.hpp>

#include "llm/anthropic/traits.hpp"

namespace executus::llm::anthropic {

struct Dialect {
  std::string provider;  // whose opaque parts are ours
  std::string model;
  Traits traits;
};

[[nodiscard]] std::string request_body(const Request& request, const ToolNames& names, const Dialect& dialect,
                                       AnswerForm form);

}  // namespace executus::llm::anthropic
