// What both APIs say alike: images, the arguments of calls, ids. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <executus/llm/message.hpp>

namespace executus::llm::openai {

[[nodiscard]] std::string data_url(const Image& image);

// The arguments as the model wrote them when they are a JSON object; else see arguments_object().
[[nodiscard]] std::string arguments_text(const std::string& arguments);

// OpenAI refuses longer ids of calls; another provider's may be longer.
inline constexpr std::size_t kLongestChatCallId = 40;
inline constexpr std::size_t kLongestResponsesCallId = 64;

// `id` when it is fit, else one made of its beginning and its hash: the same for the same id. 0: any length is fit.
[[nodiscard]] std::string wire_call_id(std::string_view id, std::size_t longest);

}  // namespace executus::llm::openai
