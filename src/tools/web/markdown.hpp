// Web pages as text for a model.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace executus::tools {

inline constexpr std::size_t kMostMemory = std::size_t{192} << 20;  // bytes of a page as a tree

// The text of an HTML page as Markdown: title, headings, lists, tables, code, and links with where they lead from
// `url`. Scripts, styles, navigation and what is hidden are left out. `html` is in UTF-8. Nothing: it is made to use up
// memory or time. Pure.
[[nodiscard]] std::optional<std::string> markdown_of(std::string_view html, const std::string& url,
                                                     std::size_t most_memory = kMostMemory);

}  // namespace executus::tools
