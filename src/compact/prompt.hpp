// What the summariser is told, and shown.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <executus/llm/transcript.hpp>

namespace executus::compact {

[[nodiscard]] std::string_view summary_prompt();

// Messages `from` to `to` as text, behind the summary there is. Arguments of tools that `secret_tools` (globs) names
// are left out. Pure.
[[nodiscard]] std::string text_to_summarise(const llm::Transcript& messages, std::size_t from, std::size_t to,
                                            const std::string& summary, const std::vector<std::string>& secret_tools);

}  // namespace executus::compact
