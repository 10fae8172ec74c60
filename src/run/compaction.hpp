// When a conversation is to be shortened: docs/concepts/compaction.md. The rest is in executus/run/compactor.hpp.
#pragma once

#include <cstdint>
#include <optional>

#include <executus/run/compactor.hpp>

namespace executus::run {

// Whether `tokens` are over `ratio` of the context size. Never when the size is unknown (0). Pure.
[[nodiscard]] bool compaction_due(std::int64_t tokens, int context_tokens, double ratio);

// What is wrong with a compactor's answer: it folds nothing new, more than there is, or parts a call from its result.
[[nodiscard]] std::optional<Error> objection_to(const Compaction& answer, const llm::Transcript& messages,
                                                std::uint32_t folded);

}  // namespace executus::run
