// When a conversation is to be shortened: docs/concepts/compaction.md. The rest is in executus/run/compactor.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <executus/run/compactor.hpp>

namespace executus::run {

// The one message that stands for the compacted ones.
[[nodiscard]] llm::Message summary_message(const std::string& summary);

[[nodiscard]] std::int64_t message_tokens(const llm::Message& message);

// Whether `tokens` are over `ratio` of the context size. Never when the size is unknown (0). Pure.
[[nodiscard]] bool compaction_due(std::int64_t tokens, int context_tokens, double ratio);

// Whether it is worth to ask a compactor, after an attempt that left `tokens_then` to be sent (0: there was none): when
// they have grown by a tenth. Pure.
[[nodiscard]] constexpr bool grown_since(std::int64_t tokens_then, std::int64_t tokens) {
  return tokens >= tokens_then + tokens_then / 10;
}

// What is wrong with a compactor's answer: it compacts nothing new, more than there is, or parts a call from its
// result.
[[nodiscard]] std::optional<Error> objection_to(const Compaction& answer, const llm::Transcript& messages,
                                                std::uint32_t compacted);

}  // namespace executus::run
