// Google's Gemini API (generateContent), and other servers that speak it.
//
// The key goes into the x-goog-api-key header and nowhere else, never into the address. One call is one HTTP request;
// the caller repeats.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <executus/llm/kit/http_model.hpp>
#include <executus/llm/model.hpp>

namespace executus::llm::google {

inline constexpr std::string_view kOfficialUrl = "https://generativelanguage.googleapis.com/v1beta";

// `http` outlives the provider and its models. Without a token only Google's own service refuses, when it is asked.
[[nodiscard]] std::shared_ptr<Provider> make_provider(Endpoint endpoint, net::HttpClient& http,
                                                      Milliseconds call_timeout = kCallTimeout);

// Of a model at Google itself: a pure table. A Gemini that is not in it counts as the newest.
[[nodiscard]] Capabilities capabilities_of(std::string_view model);

// Of a model of any other server with this API: no image is held back.
[[nodiscard]] Capabilities compatible_capabilities_of(std::string_view model);

// Base URLs are said with and without the version: "/models/ID:generateContent", with /v1beta before it where the base
// does not end in a version. Ids may say their collection ("tunedModels/mine").
[[nodiscard]] std::string content_path(std::string_view base_url, std::string_view model, AnswerForm form);

}  // namespace executus::llm::google
