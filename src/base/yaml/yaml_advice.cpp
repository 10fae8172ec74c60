#include "base/yaml/yaml_advice.hpp"

#include "base/text.hpp"

namespace executus {
namespace {

std::string_view line_of(std::string_view text, int number) {
  auto lines = split(text, '\n');
  auto index = static_cast<std::size_t>(number) - 1;
  return number >= 1 && index < lines.size() ? lines[index] : std::string_view();
}

bool is_indented_with_a_tab(std::string_view line) {
  auto indent = line.substr(0, line.find_first_not_of(" \t"));
  return indent.find('\t') != std::string_view::npos;
}

// What stands behind "key:" or "- ", or the line itself.
std::string_view value_in(std::string_view line) {
  auto rest = trim(line.substr(0, line.find(" #")));
  while (rest.starts_with("- ")) rest = trim(rest.substr(2));
  auto colon = rest.find(": ");
  return colon == std::string_view::npos ? rest : trim(rest.substr(colon + 2));
}

bool is_quoted_or_flow(std::string_view value) {
  return value.empty() || std::string_view("\"'{[|>&*!").find(value.front()) != std::string_view::npos;
}

}  // namespace

std::string yaml_advice(std::string_view text, int number) {
  auto line = line_of(text, number);
  if (is_indented_with_a_tab(line)) return "; the line is indented with a tab: YAML wants spaces";
  auto value = value_in(line);
  if (!value.empty() && std::string_view("@`%").find(value.front()) != std::string_view::npos)
    return std::string("; a value cannot begin with ") + value.front() + ": put it into quotes";
  if (!is_quoted_or_flow(value) && (value.find(": ") != std::string_view::npos || value.ends_with(':')))
    return "; a value with ': ' in it has to be put into quotes, or below a '|'";
  return "";
}

}  // namespace executus
