#include <algorithm>
#include <iterator>
#include <set>

#include <boost/json.hpp>

#include <executus/skillpack/store.hpp>

#include "cli/commands/command_table.hpp"
#include "cli/commands/project/completion_scripts.hpp"
#include "cli/context/agent_lookup.hpp"
#include "cli/context/saved_lookup.hpp"
#include "cli/input/candidates.hpp"
#include "cli/lookup/run_ids.hpp"

namespace executus::cli {
namespace {

constexpr std::size_t kNewestRuns = 50;

void add_runs(CommandContext& context, std::vector<Candidate>& words) {
  context.only_reads();
  if (!context.database_is_there()) return;
  words.push_back({"@last", "the newest run"});
  journal::RunFilter filter;
  filter.limit = kNewestRuns;
  for (const auto& row : context.runs().list(std::move(filter)).get())
    words.push_back({row.id.str(), row.agent + " " + std::string(to_string(row.status))});
}

void add_agent_names(CommandContext& context, std::vector<Candidate>& words) {
  context.only_reads();
  auto library = agent_library(context).agents().names();
  std::set<std::string> names(library.begin(), library.end());
  if (context.database_is_there()) std::ranges::copy(agents_with_runs(context), std::inserter(names, names.end()));
  for (const auto& name : names) words.push_back({name});
}

void add_models(CommandContext& context, std::vector<Candidate>& words) {
  context.only_reads();
  auto listing = context.runtime().models().list();
  for (const auto& tier : listing.tiers) words.push_back({tier.name, tier.spec});
  for (const auto& [alias, spec] : listing.aliases) words.push_back({alias, spec});
}

// Of files, and saved ones.
void add_definitions(CommandContext& context, DelegateKind kind, std::vector<Candidate>& words) {
  context.only_reads();
  auto library = agent_library(context);
  auto files = (kind == DelegateKind::skill ? library.skills() : library.agents()).names();
  std::set<std::string> names(files.begin(), files.end());
  for (const auto& row : list_saved(context, kind)) names.insert(row.name);
  for (const auto& name : names) words.push_back({name});
}

void add_packs(CommandContext& context, std::vector<Candidate>& words) {
  for (const auto& pack : context.runtime().pack_store().list()) words.push_back({pack.name});
}

// Where nothing can be read there is nothing to offer: a shell has no place for an error.
void add_values(CommandContext& context, Values values, std::vector<Candidate>& words) {
  try {
    if (values == Values::agents) add_definitions(context, DelegateKind::agent, words);
    if (values == Values::skills) add_definitions(context, DelegateKind::skill, words);
    if (values == Values::packs) add_packs(context, words);
    if (values == Values::agent_names) add_agent_names(context, words);
    if (values == Values::runs) add_runs(context, words);
    if (values == Values::models) add_models(context, words);
  } catch (const Error&) {
  }
  if (values == Values::files || values == Values::agents || values == Values::skills) words.push_back({":files"});
  if (values == Values::folders) words.push_back({":folders"});
}

std::string one_line(const Candidate& candidate) {
  auto description = printable_line(candidate.description);
  return printable_line(candidate.word) + (description.empty() ? "" : "\t" + description) + "\n";
}

std::string_view script(const std::string& shell) {
  if (shell == "bash") return kBashCompletion;
  return shell == "zsh" ? kZshCompletion : kFishCompletion;
}

}  // namespace

Exit execute(CommandContext& context, const Completion& options) {
  if (context.globals().json)
    context.print_json(boost::json::object{{"shell", options.shell}, {"script", script(options.shell)}});
  else
    context.print(script(options.shell));
  return Exit::ok;
}

Exit execute(CommandContext& context, const CompletionWords& options) {
  std::vector<std::string> typed;
  for (const auto& word : options.typed) typed.push_back(word.substr(1));
  auto found = candidates(typed);
  add_values(context, found.values, found.words);
  std::string text;
  for (const auto& candidate : found.words) text += one_line(candidate);
  context.print(text);
  return Exit::ok;
}

}  // namespace executus::cli
