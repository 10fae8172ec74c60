// A name or glob of tools, as agent files write them under `tools` and `permissions`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace executus {

// Why `pattern`, which stands under `key`, fits none of `names`; "": it fits one.
[[nodiscard]] std::string wrong_with_pattern(std::string_view key, const std::string& pattern,
                                             const std::vector<std::string>& names);

}  // namespace executus
