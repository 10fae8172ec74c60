// Replacing one text in a file by another. Pure.
#pragma once

#include <string>
#include <string_view>

namespace executus::tools {

enum class Occurrences { exactly_one, all };

// `bytes` with `old_text` replaced by `new_text`. Line ends of the three count as equal; lines that are put in end as
// those they replace, or as their neighbours. Bytes that are the same in both texts, and all others, stay as they are.
// Throws Error "tool.edit": it is not there, it is there more than once, or nothing would change.
[[nodiscard]] std::string with_replacement(std::string_view bytes, std::string_view old_text, std::string_view new_text,
                                           Occurrences which);

}  // namespace executus::tools
