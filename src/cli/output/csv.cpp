#include "cli/output/csv.hpp"

#include <string_view>

#include "cli/output/terminal.hpp"

namespace executus::cli {
namespace {

std::string cell(std::string_view value) {
  bool is_formula = !value.empty() && std::string_view("=+-@\t\r").find(value.front()) != std::string_view::npos;
  std::string text = (is_formula ? "'" : "") + printable(value);
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

}  // namespace

std::string csv_row(const std::vector<std::string>& values) {
  std::string row;
  for (std::size_t i = 0; i < values.size(); ++i) row += (i == 0 ? "" : ",") + cell(values[i]);
  return row + "\r\n";
}

}  // namespace executus::cli
