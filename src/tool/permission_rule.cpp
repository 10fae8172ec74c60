#include "tool/permission_rule.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <span>
#include <vector>

#include <boost/json.hpp>

#include <executus/base/json.hpp>

#include "base/among.hpp"
#include "base/text.hpp"
#include "tool/command_line.hpp"
#include "tool/web_address.hpp"

namespace executus::tool {
namespace {

constexpr std::string_view kCommand = "command";
constexpr std::string_view kUrl = "url";
constexpr std::string_view kPaths[] = {"path", "paths"};
constexpr std::string_view kBy = " by ";

Error wrong(std::string_view rule, const std::string& what) {
  return failed("tool.permission", "'" + std::string(clip(rule, 80)) + "' is no rule: " + what +
                                       "; write TOOL, TOOL(COMMAND WORDS) or TOOL(MEMBER: GLOB), and ' by CALLER' "
                                       "after it for some callers alone");
}

bool has_glob(std::string_view text) { return text.find_first_of("*?") != std::string_view::npos; }
bool has_blank(std::string_view text) { return text.find_first_of(" \t\n") != std::string_view::npos; }

bool is_member_name(std::string_view text) {
  auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !text.empty() && std::ranges::all_of(text, letter);
}

// "path: docs/*", or the words of a command.
void read_pattern(PermissionRule& rule, std::string_view inside) {
  auto colon = inside.find(": ");
  bool named = colon != std::string_view::npos && is_member_name(inside.substr(0, colon));
  rule.member = named ? inside.substr(0, colon) : kCommand;
  rule.pattern = trim(named ? inside.substr(colon + 2) : inside);
}

std::vector<std::string_view> words_of(std::string_view pattern) {
  std::vector<std::string_view> words;
  for (auto word : split(pattern, ' '))
    if (!word.empty()) words.push_back(word);
  return words;
}

bool words_fit(std::string_view pattern, std::span<const std::string> command) {
  auto wanted = words_of(pattern);
  bool open = !wanted.empty() && wanted.back() == "*";
  if (open) wanted.pop_back();
  if (open ? command.size() < wanted.size() : command.size() != wanted.size()) return false;
  for (std::size_t i = 0; i < wanted.size(); ++i)
    if (!matches_glob(wanted[i], command[i])) return false;
  return true;
}

// Also where the program is named by its path.
bool command_fits(std::string_view pattern, CommandWords command) {
  if (words_fit(pattern, command)) return true;
  command.front().erase(0, command.front().rfind('/') + 1);
  return words_fit(pattern, command);
}

bool is_written_so(const std::string& pattern, std::string_view line) { return !has_glob(pattern) && pattern == line; }

Fits some_command_fits(const std::string& pattern, const std::string& text) {
  if (is_written_so(pattern, text)) return Fits::yes;
  auto line = read_command_line(text);
  if (!line) return Fits::unclear;
  if (std::ranges::any_of(line->commands, [&](const auto& each) { return command_fits(pattern, each); }))
    return Fits::yes;
  return std::ranges::any_of(line->commands, runs_others) ? Fits::unclear : Fits::no;
}

bool whole_line_fits(const std::string& pattern, const std::string& text) {
  if (is_written_so(pattern, text)) return true;
  auto line = read_command_line(text);
  return line && line->is_one && words_fit(pattern, line->commands.front());
}

// Below the root, as the file tools find it; nothing: it leaves the root, or may.
std::optional<std::string> plain_path(const std::string& text) {
  auto path = std::filesystem::path(text).lexically_normal().string();
  if (path.size() > 1 && path.ends_with('/')) path.pop_back();
  if (path == ".." || path.starts_with("../") || text.find('\0') != std::string::npos) return std::nullopt;
  return path;
}

// Whether all that the pattern can fit is below the folder. A path that is a file's cannot be told from a folder's.
bool is_above(const std::string& path, std::string_view pattern) {
  if (path.empty() || path == "." || path == "/") return true;
  return pattern.substr(0, pattern.find_first_of("*?")).starts_with(path + "/");
}

Fits path_fits(const std::string& pattern, const std::string& text) {
  auto path = plain_path(text);
  if (path && matches_glob(pattern, *path)) return Fits::yes;
  if (!path || path->starts_with('/') != pattern.starts_with('/')) return Fits::unclear;
  return is_above(*path, pattern) ? Fits::unclear : Fits::no;
}

// Also as a text, in which some look for a part of an address.
Fits some_address_fits(const std::string& pattern, const std::string& text) {
  if (matches_glob(pattern, text)) return Fits::yes;
  auto address = read_web_address(text);
  if (!address) return Fits::unclear;
  if (matches_glob(pattern, plain_text(*address))) return Fits::yes;
  auto fits = address_fits(pattern, *address);
  return !fits ? Fits::unclear : *fits ? Fits::yes : Fits::no;
}

bool whole_address_fits(const std::string& pattern, const std::string& text) {
  if (pattern == "*" || is_written_so(pattern, text)) return true;
  auto address = read_web_address(text);
  return address && address_fits(pattern, *address).value_or(false);
}

Fits one_fits(const PermissionRule& rule, const std::string& text) {
  if (rule.member == kCommand) return some_command_fits(rule.pattern, text);
  if (rule.member == kUrl) return some_address_fits(rule.pattern, text);
  if (is_among(rule.member, kPaths)) return path_fits(rule.pattern, text);
  return matches_glob(rule.pattern, text) ? Fits::yes : Fits::no;
}

bool one_fits_whole(const PermissionRule& rule, const std::string& text) {
  if (rule.member == kCommand) return whole_line_fits(rule.pattern, text);
  if (rule.member == kUrl) return whole_address_fits(rule.pattern, text);
  return one_fits(rule, text) == Fits::yes;
}

// Without a path a tool takes the root, or all there is.
Fits nothing_fits(const PermissionRule& rule) { return is_among(rule.member, kPaths) ? Fits::unclear : Fits::no; }

// The texts that the member holds; nothing: it holds something else.
std::optional<std::vector<std::string>> texts_of(const boost::json::value& value) {
  if (value.is_string()) return std::vector{std::string(value.get_string())};
  if (value.is_number() || value.is_bool()) return std::vector{write_json(value)};
  if (!value.is_array()) return std::nullopt;
  std::vector<std::string> texts;
  for (const auto& each : value.get_array()) {
    if (each.is_array() || each.is_object() || each.is_null()) return std::nullopt;
    texts.push_back(texts_of(each)->front());
  }
  return texts;
}

// Whether there are some, and it holds for each.
bool all_texts(const PermissionRule& rule, const CallInQuestion& call, const auto& holds) {
  const auto* value = call.arguments.if_contains(rule.member);
  auto texts = value ? texts_of(*value) : std::nullopt;
  return texts && !texts->empty() && std::ranges::all_of(*texts, holds);
}

}  // namespace

Result<PermissionRule> permission_rule(std::string_view text) {
  PermissionRule rule;
  auto rest = trim(text);
  auto end = rest.find_first_of("( ");
  rule.tool = rest.substr(0, end);
  rest.remove_prefix(std::min(end, rest.size()));
  if (rule.tool.empty() || rule.tool.find(')') != std::string::npos) return wrong(text, "it names no tool");
  if (rest.starts_with('(')) {
    auto close = rest.rfind(')');
    if (close == std::string_view::npos) return wrong(text, "a ')' is missing");
    read_pattern(rule, rest.substr(1, close - 1));
    if (rule.pattern.empty()) return wrong(text, "nothing stands between '(' and ')'");
    rest.remove_prefix(close + 1);
  }
  if (rest.empty()) return rule;
  rule.caller = rest.starts_with(kBy) ? trim(rest.substr(kBy.size())) : "";
  if (rule.caller.empty() || has_blank(rule.caller)) return wrong(text, "what follows is not ' by CALLER'");
  return rule;
}

bool names(const PermissionRule& rule, const CallInQuestion& call) {
  return matches_glob(rule.tool, call.tool) && (rule.caller.empty() || matches_glob(rule.caller, call.caller));
}

Fits some_fits(const PermissionRule& rule, const CallInQuestion& call) {
  if (!names(rule, call)) return Fits::no;
  if (!rule.is_about_arguments()) return Fits::yes;
  const auto* value = call.arguments.if_contains(rule.member);
  if (!value || value->is_null()) return nothing_fits(rule);
  auto texts = texts_of(*value);
  if (!texts) return Fits::unclear;
  if (texts->empty()) return nothing_fits(rule);
  auto fits = Fits::no;
  for (const auto& text : *texts) {
    auto one = one_fits(rule, text);
    if (one == Fits::yes) return one;
    if (one == Fits::unclear) fits = one;
  }
  return fits;
}

bool all_fits(const PermissionRule& rule, const CallInQuestion& call) {
  if (!names(rule, call)) return false;
  return !rule.is_about_arguments() ||
         all_texts(rule, call, [&](const auto& text) { return one_fits_whole(rule, text); });
}

bool writes_out(const PermissionRule& rule, const CallInQuestion& call) {
  return names(rule, call) && rule.is_about_arguments() &&
         all_texts(rule, call, [&](const auto& text) { return is_written_so(rule.pattern, text); });
}

}  // namespace executus::tool
