#include "cli/input/candidates.hpp"

#include <map>
#include <string_view>

#include <executus/journal/status.hpp>

#include "cli/input/grammar.hpp"

namespace executus::cli {
namespace {

// By what help calls the value; an option's, or an argument's name.
Values values_of(std::string_view name) {
  static const std::map<std::string_view, Values> kinds{
      {"FILE", Values::files},   {"PATH", Values::files},   {"DIR", Values::folders},
      {"AGENT", Values::agents}, {"SKILL", Values::skills}, {"PACK", Values::packs},
      {"RUN", Values::runs},     {"MODEL", Values::models}, {"SPEC", Values::models},
  };
  auto found = kinds.find(name);
  return found == kinds.end() ? Values::none : found->second;
}

std::vector<Candidate> listed_values(std::string_view option) {
  std::vector<Candidate> words;
  if (option == "--by") words = {{"agent"}, {"caller"}, {"tree"}};
  if (option == "--log") words = {{"text"}, {"json"}};
  if (option == "--durability") words = {{"strict"}, {"relaxed"}, {"memory"}, {"lazy"}};
  if (option == "--max-attempts") words = {{"unlimited"}};
  if (option == "--status")
    for (auto status : {RunStatus::queued, RunStatus::running, RunStatus::waiting, RunStatus::ok, RunStatus::error,
                        RunStatus::timeout, RunStatus::killed, RunStatus::cancelled, RunStatus::quarantined})
      words.push_back({std::string(to_string(status))});
  return words;
}

bool takes_value(const CLI::Option& option) { return option.get_items_expected_max() > 0; }

const CLI::Option* option_of(const CLI::App& app, const std::string& word) {
  for (const auto* option : app.get_options())
    if (!option->get_positional() && option->check_name(word)) return option;
  return nullptr;
}

const CLI::App* command_of(const CLI::App& app, const std::string& word) {
  for (const auto* command : app.get_subcommands({}))
    if (command->check_name(word)) return command;
  return nullptr;
}

Candidates value_of(const CLI::Option& option) {
  auto name = option.get_lnames().empty() ? std::string() : "--" + option.get_lnames().front();
  bool is_agent = name == "--agent";
  return {listed_values(name), is_agent ? Values::agent_names : values_of(option.get_type_name())};
}

Candidates options_of(const CLI::App& app) {
  Candidates found;
  for (const auto* option : app.get_options()) {
    if (option->get_group().empty()) continue;  // hidden
    for (const auto& name : option->get_lnames()) found.words.push_back({"--" + name, option->get_description()});
  }
  return found;
}

Candidates commands_of(const CLI::App& app) {
  Candidates found;
  for (const auto* command : app.get_subcommands({}))
    if (!command->get_group().empty()) found.words.push_back({command->get_name(), command->get_description()});
  return found;
}

// The argument that stands at `place`; the last one may be given many times.
Candidates argument_of(const CLI::App& app, std::size_t place) {
  const CLI::Option* at = nullptr;
  for (const auto* option : app.get_options()) {
    if (!option->get_positional()) continue;
    at = option;
    if (place-- == 0) return {{}, values_of(option->get_name())};
  }
  bool repeats = at && at->get_items_expected_max() > 1;
  return repeats ? Candidates{{}, values_of(at->get_name())} : Candidates{};
}

// Where one is after the words that are complete.
struct Place {
  const CLI::App* app;
  const CLI::Option* open = nullptr;  // an option whose value comes next
  std::size_t arguments = 0;
  bool only_arguments = false;  // behind "--"
};

void step(Place& place, const std::string& word) {
  if (place.open) {
    if (word != "=") place.open = nullptr;  // bash cuts words at '='
    return;
  }
  if (!place.only_arguments && word == "--") {
    place.only_arguments = true;
  } else if (!place.only_arguments && word.starts_with('-')) {
    const auto* option = option_of(*place.app, word.substr(0, word.find('=')));
    if (option && takes_value(*option) && word.find('=') == word.npos) place.open = option;
  } else if (const auto* command = command_of(*place.app, word); command && place.arguments == 0) {
    place.app = command;
  } else {
    ++place.arguments;
  }
}

}  // namespace

Candidates Grammar::candidates(const std::vector<std::string>& typed) const {
  Place place{&app_};
  for (std::size_t i = 0; i + 1 < typed.size(); ++i) step(place, typed[i]);
  const std::string current = typed.empty() ? "" : typed.back();
  if (place.open) return value_of(*place.open);
  if (!place.only_arguments && current.starts_with('-')) return options_of(*place.app);
  auto found = place.arguments == 0 ? commands_of(*place.app) : Candidates{};
  return found.words.empty() ? argument_of(*place.app, place.arguments) : found;
}

Candidates candidates(const std::vector<std::string>& typed) { return Grammar().candidates(typed); }

}  // namespace executus::cli
