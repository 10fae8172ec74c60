// Ollama's own protocol, spoken by its daemon, by its cloud and by servers that imitate it. See preset.hpp.
//
// The key goes into the Authorization header and nowhere else. One call is one HTTP request; the caller repeats.
#pragma once

#include <memory>

#include <executus/llm/kit/http_model.hpp>
#include <executus/llm/model.hpp>

namespace executus::llm::ollama {

struct Options {
  Milliseconds call_timeout = kCallTimeout;  // a model that has to be loaded first counts
  int context_tokens =
      0;  // num_ctx; 0: what the server was set up for. Another value than the last loads the model anew
};

// `http` outlives the provider and its models. Without a token only Ollama's cloud refuses, when it is asked.
[[nodiscard]] std::shared_ptr<Provider> make_provider(Endpoint endpoint, net::HttpClient& http, Options options = {});

}  // namespace executus::llm::ollama
