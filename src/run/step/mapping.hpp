// A map: from the items of a list to calls of an agent, and from their results to the phase's output. The calls follow
// from the answers alone, so a call's place and content say which item it is, whatever attempt makes it. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <executus/base/result.hpp>
#include <executus/llm/conversation.hpp>
#include <executus/run/agent.hpp>

#include "run/step/answers.hpp"

namespace executus::run {

// The prompts of a map have so many bytes together at most.
inline constexpr std::size_t kMostPromptBytes = 64 * 1024 * 1024;

// `ordinal`: of the step that these calls are. Error
// - map.no_list: what it maps over is no list, or is not there,
// - map.too_many: the list has more than kMostItems items, or their prompts more than `most_bytes`,
// - map.prompt: the prompt of an item names what that one has not.
[[nodiscard]] Result<std::vector<llm::ToolCall>> calls_of_map(const Phase& phase, Answers answers,
                                                              std::uint32_t ordinal,
                                                              std::size_t most_bytes = kMostPromptBytes);

struct MapOutput {
  std::string output;       // a list as JSON: in the place of each item its result, null where it failed
  std::string failed = {};  // which failed, and why, the first few; empty: none
  int failures = 0;
};

// Of the calls of the conversation's last step, each of which has a result.
enum class ResultIs { text, value };
[[nodiscard]] MapOutput output_of_map(const llm::Conversation& conversation, ResultIs results);

}  // namespace executus::run
