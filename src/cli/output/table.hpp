// Columns for people.
#pragma once

#include <string>
#include <vector>

namespace executus::cli {

// Rows of equal length, the first one the heading; two spaces between columns, the last column as long as it is.
[[nodiscard]] std::string table(const std::vector<std::vector<std::string>>& rows);

}  // namespace executus::cli
