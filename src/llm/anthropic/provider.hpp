// Anthropic's Messages API, and other servers that speak it.
//
// The key goes into the x-api-key header and nowhere else. One call is one HTTP request; the caller repeats.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <executus/llm/kit/http_model.hpp>
#include <executus/llm/model.hpp>

#include "llm/anthropic/traits.hpp"

namespace executus::llm::anthropic {

inline constexpr std::string_view kOfficialUrl = "https://api.anthropic.com";
inline constexpr std::string_view kApiVersion = "2023-06-01";

// Lets a request say what is to become of thinking whose history was changed: Traits::History::bound.
inline constexpr std::string_view kThinkingBindingBeta = "thinking-binding-controls-2026-08-01";

// `http` outlives the provider and its models. Without a token only Anthropic's own service refuses, when it is asked.
[[nodiscard]] std::shared_ptr<Provider> make_provider(Endpoint endpoint, net::HttpClient& http,
                                                      Milliseconds call_timeout = kCallTimeout);

// Of a model at Anthropic itself: a pure table. One that is not in it counts as the newest; its context is that too.
[[nodiscard]] Capabilities capabilities_of(std::string_view model);

// Of a model of any other server with this API: no image is held back, schemas go into the prompt.
[[nodiscard]] Capabilities compatible_capabilities_of(std::string_view model);

// Base URLs are said with and without the version: "/v1/messages", or "/messages" where the base ends in /v1.
[[nodiscard]] std::string messages_path(std::string_view base_url);

// The key among them.
[[nodiscard]] net::HttpHeaders messages_headers(const Endpoint& endpoint, const Traits& traits);

}  // namespace executus::llm::anthropic
