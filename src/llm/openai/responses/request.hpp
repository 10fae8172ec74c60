// A Request as the body of POST /responses. Pure; equal requests give equal bytes, so that a provider's prompt cache
// hits and a recording can be compared.
//
// Nothing is stored at the server: every request holds the whole conversation, and reasoning comes back encrypted (see
// item.hpp). What the API has no field for: images and foreign opaque parts of assistant messages are left
// out; error results begin with "error: "; system messages of the history join the instructions; arguments that are no
// JSON object are sent as {"malformed_arguments": "..."}. A tool_choice without tools is left out. `cache`: OpenAI
// caches by itself; PromptCache::off is told to the models that can be told.
#pragma once

#include <string>

#include <executus/llm/kit/protocol.hpp>
#include <executus/llm/model.hpp>

namespace executus::llm::openai {

struct ResponsesDialect {
  enum class Reasoning { none, encrypted };  // what to ask for: a model that does not reason refuses the question
  enum class CacheOptions { unknown, understood };

  std::string provider;  // whose opaque parts are ours
  std::string model;
  Reasoning reasoning = Reasoning::encrypted;
  CacheOptions cache_options = CacheOptions::unknown;  // prompt_cache_options
};

[[nodiscard]] std::string responses_body(const Request& request, const ToolNames& names,
                                         const ResponsesDialect& dialect, AnswerForm form);

}  // namespace executus::llm::openai
