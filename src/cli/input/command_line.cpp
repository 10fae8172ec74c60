#include "cli/input/command_line.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "cli/input/grammar.hpp"
#include "cli/input/planned.hpp"

namespace executus::cli {
namespace {

// CLI11 would take the argument behind `--db=` for its value.
void check_values(const std::vector<std::string>& arguments) {
  for (const auto& argument : arguments) {
    if (argument == "--") return;
    if (!argument.starts_with("--") || argument.find('=') != argument.size() - 1) continue;
    auto name = argument.substr(0, argument.size() - 1);
    throw usage_error(name + ": " + not_empty(""));
  }
}

// The first two arguments that are no options: the command, and its subcommand where it has some.
std::vector<std::string> command_words(const std::vector<std::string>& arguments) {
  std::vector<std::string> words;
  for (std::size_t i = 0; i < arguments.size() && words.size() < 2; ++i) {
    if (arguments[i] == "--db" || arguments[i] == "--config")
      ++i;
    else if (!arguments[i].starts_with('-'))
      words.push_back(arguments[i]);
  }
  return words;
}

void add_names(const CLI::App& app, std::vector<std::string>& names) {
  names.push_back(app.get_name());
  for (const auto& alias : app.get_aliases()) names.push_back(alias);
}

std::vector<std::string> subcommand_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const auto* each : app.get_subcommands({})) add_names(*each, names);
  return names;
}

// Without those that --help does not show.
std::vector<std::string> offered_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const auto* each : app.get_subcommands({}))
    if (!each->get_group().empty()) add_names(*each, names);
  return names;
}

std::string joined_words(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

// "; did you mean 'runs pending'?": the commands of groups that have this very name. "": there are none.
std::string meant_in_a_group(const CLI::App& app, const std::string& name) {
  std::string meant;
  for (const auto& group : subcommand_names(app)) {
    auto inner = offered_names(*app.get_subcommand(group));
    if (std::find(inner.begin(), inner.end(), name) == inner.end()) continue;
    meant += (meant.empty() ? "; did you mean '" : " or '") + group + " " + name + "'";
  }
  return meant.empty() ? meant : meant + "?";
}

// Help puts the command's own name behind it.
std::string prefix_of(const std::string& command) {
  auto space = command.rfind(' ');
  return space == std::string::npos ? "" : command.substr(0, space);
}

}  // namespace

// CLI11 takes a misspelt command for a stray argument: it is found before.
void Grammar::check_words(const std::vector<std::string>& arguments) {
  auto words = command_words(arguments);
  if (words.empty()) return;
  if (auto refusal = planned_command(words)) throw usage_error(*refusal);
  auto names = subcommand_names(app_);
  if (std::find(names.begin(), names.end(), words[0]) == names.end()) {
    auto meant = meant_in_a_group(app_, words[0]);
    throw usage_error("unknown command '" + words[0] + "'" + (meant.empty() ? did_you_mean(words[0], names) : meant) +
                      "\n  `executus --help` lists the commands");
  }
  auto inner = subcommand_names(*app_.get_subcommand(words[0]));
  if (inner.empty()) return;
  bool help = std::any_of(arguments.begin(), arguments.end(), [](const auto& a) { return a == "-h" || a == "--help"; });
  if (words.size() < 2 && !help)
    throw usage_error("`executus " + words[0] +
                      "` needs a subcommand: " + joined_words(offered_names(*app_.get_subcommand(words[0]))));
  if (words.size() < 2) return;
  if (std::find(inner.begin(), inner.end(), words[1]) == inner.end())
    throw usage_error("unknown command '" + words[0] + " " + words[1] + "'" + did_you_mean(words[1], inner) +
                      "\n  `executus " + words[0] + " --help` lists the commands");
}

std::vector<const CLI::App*> Grammar::path() const {
  std::vector<const CLI::App*> path{&app_};
  while (!path.back()->get_subcommands().empty()) path.push_back(path.back()->get_subcommands().front());
  return path;
}

std::string Grammar::command_name() const {
  std::string name;
  for (const auto* app : path()) name += (name.empty() ? "" : " ") + app->get_name();
  return name;
}

std::string Grammar::explain(const CLI::ParseError& error, const std::vector<std::string>& arguments) const {
  std::vector<std::string> names;
  for (const auto* option : path().back()->get_options())
    for (const auto& name : option->get_lnames()) names.push_back("--" + name);
  std::string text = error.what();
  if (auto override = text.find(" was given a disallowed flag override"); override != std::string::npos)
    text = "--" + text.substr(0, override) + " takes no value";
  for (const auto& argument : arguments) {
    auto name = argument.substr(0, argument.find('='));
    if (name == "--") break;
    if (!name.starts_with("--") || std::find(names.begin(), names.end(), name) != names.end()) continue;
    text = "unknown option '" + name + "'" + did_you_mean(name, names);
    break;
  }
  return text + "\n  `" + command_name() + " --help` shows how";
}

CommandLine Grammar::parse(const std::vector<std::string>& arguments) {
  CommandLine line;
  if (arguments.empty()) {
    line.text = app_.help();
    return line;
  }
  check_words(arguments);
  check_values(arguments);
  try {
    app_.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::CallForHelp&) {
    line.text = path().back()->help(prefix_of(command_name()));
    return line;
  } catch (const CLI::ParseError& error) {
    throw usage_error(explain(error, arguments));
  }
  line.globals = globals_;
  line.command = command_;
  if (version_ && !command_) line.command = Version{};
  if (!line.command) line.text = app_.help();
  return line;
}

CommandLine parse_command_line(const std::vector<std::string>& arguments) { return Grammar().parse(arguments); }

}  // namespace executus::cli
