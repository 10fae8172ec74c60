#include "cli/input/result_text.hpp"

#include <string_view>

#include <boost/json.hpp>

#include <executus/base/error.hpp>
#include <executus/base/json.hpp>

#include "base/text.hpp"

namespace executus::cli {
namespace {

// The white space between the parts of a JSON text left out, and all else as it is: numbers keep their digits.
std::string compact(std::string_view json) {
  std::string text;
  bool in_string = false, escaped = false;
  for (char c : json) {
    if (!in_string && std::string_view(" \t\r\n").find(c) != std::string_view::npos) continue;
    text += c;
    if (c == '"' && !escaped) in_string = !in_string;
    escaped = in_string && c == '\\' && !escaped;
  }
  return text;
}

}  // namespace

std::string result_text(const std::string& option, const std::string& given) {
  auto parsed = parse_json(given);
  bool is_text = parsed.ok() && parsed->is_string() && trim(given).starts_with('"');
  if (is_text) return std::string(std::string_view(parsed->get_string()));
  if (parsed.ok()) return compact(given);
  if (given.starts_with('{') || given.starts_with('[') || given.starts_with('"'))
    throw failed("cli.usage", option + ": " + parsed.error().message());
  return given;
}

}  // namespace executus::cli
