// Tools of files that are there only where the host has what they need.
#pragma once

#include <executus/storage/tools.hpp>

namespace executus::storage {

// `parts.searcher` and `parts.minter` are there.
[[nodiscard]] std::shared_ptr<tool::Tool> file_search_tool(FileToolParts parts);
[[nodiscard]] std::shared_ptr<tool::Tool> file_url_tool(FileToolParts parts);

}  // namespace executus::storage
