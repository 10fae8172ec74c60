// Two texts as `diff -u` shows them.
#pragma once

#include <string>
#include <string_view>

namespace executus::cli {

// "" when they are equal. `from` and `to` name the texts. Lines are compared whole; of two texts that have many
// thousand different lines all are shown as changed.
[[nodiscard]] std::string unified_diff(std::string_view before, std::string_view after, const std::string& from,
                                       const std::string& to);

}  // namespace executus::cli
