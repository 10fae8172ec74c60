// Rules of permissions and the calls they are about: the first line is a rule, the rest a command line. What a rule
// allows is one command, and its words written again are the same command.
#include "tool/permission_rule.hpp"

#include <boost/json.hpp>

#include "fuzz/property.hpp"
#include "tool/command_line.hpp"

namespace {

using executus::fuzz::expect;

// As no sh reads it otherwise: each word in single quotes.
std::string quoted(const executus::tool::CommandWords& command) {
  std::string text;
  for (const auto& word : command) {
    text += text.empty() ? "'" : " '";
    for (char c : word) c == '\'' ? text += "'\\''" : text += c;
    text += '\'';
  }
  return text;
}

// Whether an operator stands outside of quotes and backslashes, found without the reader.
bool has_operator(std::string_view text) {
  constexpr std::string_view kEnds = " \t\n";
  auto first = std::min(text.find_first_not_of(kEnds), text.size());
  text = text.substr(first, text.find_last_not_of(kEnds) + 1 - first);
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (quote != '\'' && c == '\\')
      ++i;
    else if (quote)
      quote = c == quote ? '\0' : quote;
    else if (c == '\'' || c == '"')
      quote = c;
    else if (std::string_view(";&|\n<>()$`*?[#{}!").find(c) != std::string_view::npos)
      return true;
  }
  return false;
}

void read_again(const executus::tool::CommandLine& line) {
  for (const auto& command : line.commands) {
    auto again = executus::tool::read_command_line(quoted(command));
    expect(again && again->is_one && again->commands.front() == command, "words mean the same in quotes",
           quoted(command));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace executus::tool;
  auto [first, rest] = executus::fuzz::split_at_line(executus::fuzz::text_of(data, size));
  auto line = read_command_line(rest);
  if (line) read_again(*line);
  auto rule = permission_rule(first);
  if (!rule.ok()) return 0;
  boost::json::object arguments{{"command", rest}, {"path", rest}};
  CallInQuestion call{"run_command", arguments, "ada"};
  auto some = some_fits(*rule, call);
  if (!all_fits(*rule, call) || rule->member != "command") return 0;
  expect(some == Fits::yes, "what fits as a whole fits in part");
  if (rule->pattern == rest) return 0;  // written exactly so
  expect(line && line->is_one, "an allowed line is one command");
  expect(!has_operator(rest), "an allowed line has no second command");
  return 0;
}
