#include "tools/files/line_expression.hpp"

#include <algorithm>

#include <re2/re2.h>

#include <executus/base/error.hpp>

#include "base/text.hpp"

namespace executus::tools {
namespace {

constexpr std::int64_t kMaxMemory = 4 << 20;            // of a compiled pattern and its automaton
constexpr std::size_t kMaxWork = std::size_t{1} << 27;  // instructions times bytes: some seconds in the worst case

constexpr std::string_view kSyntax = "; the syntax is RE2's: neither look-around nor back references";

Error pattern_error(std::string_view pattern, const std::string& why) {
  auto shown = clip(pattern, 100);
  return failed("tool.pattern", "'" + std::string(shown) + (shown.size() < pattern.size() ? "..." : "") +
                                    "' is no regular expression that can be searched for: " + why);
}

// Behind the class, of brackets, that begins at `at`.
std::size_t end_of_class(std::string_view pattern, std::size_t at) {
  ++at;
  if (at < pattern.size() && pattern[at] == '^') ++at;
  if (at < pattern.size() && pattern[at] == ']') ++at;
  for (; at < pattern.size() && pattern[at] != ']'; ++at) {
    if (pattern[at] == '\\') ++at;
    if (pattern.substr(at, 2) == "[:") at = std::min(pattern.find(":]", at), pattern.size() - 1) + 1;
  }
  return at + 1;
}

// RE2 takes these for plain characters, where the grep of GNU and Python's expressions have a meaning for them. "":
// none.
std::string_view read_otherwise_elsewhere(std::string_view pattern) {
  for (std::size_t at = 0; at < pattern.size();) {
    auto two = pattern.substr(at, 2);
    if (two == "\\Q") return "";
    if (two == "\\<" || two == "\\>")
      return "'\\<' and '\\>' are not understood; write \\b for the edge of a word, < and > for these";
    if (two == "{,") return "'{,' is not understood; write {0, for a repetition from none, \\{, for these characters";
    if (pattern[at] == '[')
      at = end_of_class(pattern, at);
    else
      at += pattern[at] == '\\' ? 2 : 1;
  }
  return "";
}

re2::RE2::Options options_for(LetterCase letters) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_never_capture(true);
  options.set_max_mem(kMaxMemory);
  options.set_case_sensitive(letters == LetterCase::counts);
  return options;
}

}  // namespace

LineExpression::LineExpression(const std::string& pattern, LetterCase letters, std::size_t most_bytes) {
  if (pattern.size() > most_bytes)
    throw pattern_error(pattern, "it is longer than " + std::to_string(most_bytes) + " bytes; search for less at once");
  expression_ = std::make_unique<re2::RE2>(pattern, options_for(letters));
  if (!expression_->ok()) throw pattern_error(pattern, expression_->error() + std::string(kSyntax));
  if (auto why = read_otherwise_elsewhere(pattern); !why.empty()) throw pattern_error(pattern, std::string(why));
  auto size = std::max({1, expression_->ProgramSize(), expression_->ReverseProgramSize()});
  reach_ = kMaxWork / static_cast<std::size_t>(size);
}

LineExpression::~LineExpression() = default;

bool LineExpression::matches(std::string_view line, std::size_t searched) const {
  searched = std::min(searched, line.size());
  return expression_->Match({line.data(), line.size()}, 0, searched, re2::RE2::UNANCHORED, nullptr, 0);
}

std::optional<LineExpression::Stretch> LineExpression::find(std::string_view line, std::size_t searched) const {
  searched = std::min(searched, line.size());
  re2::StringPiece whole;
  if (!expression_->Match({line.data(), line.size()}, 0, searched, re2::RE2::UNANCHORED, &whole, 1))
    return std::nullopt;
  auto begin = static_cast<std::size_t>(whole.data() - line.data());
  return Stretch{begin, begin + whole.size()};
}

}  // namespace executus::tools
