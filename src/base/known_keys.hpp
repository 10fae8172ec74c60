// Keys that are known by how they begin (sk-..., AIza...): services quote keys back, also others than ours (of an
// organisation, of a proxy). Pure.
#pragma once

#include <string>
#include <string_view>

namespace executus {

// `text` with "***" in place of each.
[[nodiscard]] std::string without_known_keys(std::string text);

// Whether one is in `text` that is long enough to be of use.
[[nodiscard]] bool has_known_key(std::string_view text);

}  // namespace executus
