// When a conversation is to be shortened: docs/concepts/compaction.md. The rest is in executus/run/compactor.hpp.
#pragma once

#include <cstdint>

#include <executus/run/compactor.hpp>

namespace executus::run {

// Whether `tokens` are over `ratio` of the context size. Never when the size is unknown (0). Pure.
[[nodiscard]] bool compaction_due(std::int64_t tokens, int context_tokens, double ratio);

}  // namespace executus::run
