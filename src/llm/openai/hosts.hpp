// What is known of servers by their host, where it differs from what most servers with these APIs do. Pure.
#pragma once

#include <string_view>

namespace executus::llm::openai {

inline constexpr std::string_view kOfficialUrl = "https://api.openai.com/v1";

// OpenAI itself, its regional hosts too: eu.api.openai.com (developers.openai.com/api/docs/guides/data-residency).
[[nodiscard]] bool is_official(std::string_view base_url);

// How the limit of the output is called in Chat Completions.
[[nodiscard]] std::string_view output_limit_key(std::string_view base_url);

// Whether reasoning that an answer of this server held may be sent to `model` with the next request. Most servers take
// it or ignore it.
[[nodiscard]] bool takes_reasoning_back(std::string_view base_url, std::string_view model);

}  // namespace executus::llm::openai
