// Commands a run takes from outside, as they lie in its inbox (frozen names and payloads).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <executus/journal/entry.hpp>
#include <executus/journal/store.hpp>
#include <executus/llm/conversation.hpp>

namespace executus::run::commands {

inline constexpr std::string_view kCancel = "cancel";  // {}
inline constexpr std::string_view kResolve =
    "resolve";  // {"call": [response, index], "as": "completed"|"failed"|"retry", "text"}

enum class Resolution { completed, failed, retry };

[[nodiscard]] journal::Command cancel();
[[nodiscard]] journal::Command resolve(llm::CallPosition call, Resolution how, std::string text);

// The entry that applies a resolve command; nothing when its call is not in doubt (any more).
[[nodiscard]] std::optional<journal::Payload> resolution_entry(const llm::Conversation& conversation,
                                                               const journal::Command& command);

}  // namespace executus::run::commands
