// Tables for programs: comma-separated values as of RFC 4180.
#pragma once

#include <string>
#include <vector>

namespace executus::cli {

// One row, with the CRLF behind it. A value with a comma, a quote or a line break is quoted. Spreadsheets take a text
// that begins with = + - @ (or a tab, or a carriage return) for a formula, whoever wrote it: it gets an apostrophe in
// front. Control characters are those of printable().
[[nodiscard]] std::string csv_row(const std::vector<std::string>& values);

}  // namespace executus::cli
