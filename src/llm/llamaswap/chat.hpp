// llama-swap's chat is the OpenAI protocol, so llm/vendors makes its provider from the openai vendor (no vendor
// includes another one), at this endpoint and with this time limit. Pure.
#pragma once

#include <optional>
#include <string_view>

#include <executus/llm/kit/http_model.hpp>

namespace executus::llm::llamaswap {

inline constexpr std::string_view kDefaultUrl = "http://127.0.0.1:8080";

// A call may wait until other models' answers are done, then for the model to be loaded, then for a slow machine; what
// bounds it is the asking run's deadline.
inline constexpr std::optional<Milliseconds> kNoTimeout = std::nullopt;

// `endpoint`, whose URL is the server's root (people write it with /v1 too), as the OpenAI client wants it.
[[nodiscard]] Endpoint chat_endpoint(Endpoint endpoint);

// The URL of the server's root, for Client.
[[nodiscard]] std::string_view root_url(std::string_view base_url);

}  // namespace executus::llm::llamaswap
