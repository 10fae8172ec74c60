// OpenAI's two APIs for conversations. Chat Completions is spoken by OpenAI and by most other servers (llama.cpp, vLLM,
// Ollama, LM Studio, OpenRouter); the Responses API by OpenAI and some others. OpenAI's newer models reason and call
// tools at once in the latter alone.
//
// The key goes into the Authorization header and nowhere else. One call is one HTTP request; the caller repeats.
#pragma once

#include <memory>
#include <optional>

#include <executus/llm/kit/http_model.hpp>
#include <executus/llm/model.hpp>

#include "llm/openai/hosts.hpp"

namespace executus::llm::openai {

// `http` outlives the provider and its models. Without a token only OpenAI's own service refuses, when it is asked.
[[nodiscard]] std::shared_ptr<Provider> make_provider(Endpoint endpoint, net::HttpClient& http,
                                                      std::optional<Milliseconds> call_timeout = kCallTimeout);
[[nodiscard]] std::shared_ptr<Provider> make_responses_provider(
    Endpoint endpoint, net::HttpClient& http, std::optional<Milliseconds> call_timeout = kCallTimeout);

}  // namespace executus::llm::openai
