#include <algorithm>

#include <boost/json.hpp>

#include "base/shell_word.hpp"
#include "cli/commands/agents/checked_agent.hpp"
#include "cli/commands/command_table.hpp"
#include "cli/context/saved_lookup.hpp"
#include "cli/output/next_steps.hpp"
#include "cli/output/table.hpp"
#include "runtime/builtin_agents.hpp"

namespace executus::cli {

namespace {

namespace json = boost::json;

std::string nothing_in(const std::string& kind) {
  if (kind == "skill") return "no skills in skills/ and none saved; docs/guides/skills.md says how one is written\n";
  return "no agents in agents/ and none saved; write one with `executus init`\n";
}

// Rows of files, of what is saved, and of what is built in: of one name the first of them is what a run gets.
class Listing {
 public:
  Listing(CommandContext& context, Noun noun) : context_(context), noun_(noun), library_(agent_library(context)) {
    const auto& files = files_of(library_, noun);
    for (const auto& file : files.paths()) add_file(check_agent(library_, noun, file));
    add_saved();
    if (noun == Noun::agent)
      for (const auto& name : builtin_agent_names()) add_built_in(name);
  }

  void show() const {
    if (context_.globals().json)
      context_.print_json(list_);
    else if (context_.globals().quiet)
      context_.print(names_);
    else
      context_.print(list_.empty() ? nothing_in(files_of(library_, noun_).kind()) : table(rows_));
  }

 private:
  void add_file(const Checked& checked) {
    auto object = checked_json(checked);
    object["origin"] = "file";
    list_.push_back(std::move(object));
    if (checked.agent)
      add_row(checked.agent->agent.name, printable_line(checked.file), checked.agent->agent.description);
    else
      rows_.push_back({"(invalid)", printable_line(checked.file),
                       "see `executus " + files_of(library_, noun_).kind() + "s validate " +
                           printable_line(shell_word(checked.file)) + "`"});
  }

  // What the database does not tell keeps no file from being listed.
  void add_saved() try {
    for (const auto& row : list_saved(context_, kind_of(noun_))) add_saved(row);
  } catch (const Error& error) {
    context_.warn("what is saved is not listed: " + error.message());
  }

  // One that cannot be read is the one that a run of its name would get, and is refused with.
  void add_saved(const SavedRow& row) {
    json::object object{
        {"origin", "saved"}, {"name", row.name}, {"owner", row.record.owner}, {"version", row.record.number}};
    std::string description = "(unreadable)";
    if (row.value.ok()) {
      description = row.value->definition.agent.description;
      object["description"] = description;
      object["visibility"] = tool::to_string(row.value->definition.visibility);
    } else {
      object["error"] = row.value.error().message();
      context_.warn(row.value.error().message());
    }
    list_.push_back(std::move(object));
    add_row(row.name, "version " + std::to_string(row.record.number) + " of " + printable_line(row.record.owner),
            description);
  }

  void add_built_in(const std::string& name) {
    auto checked = check_agent(library_, noun_, library_.built_in_path(name).value_or(""));
    auto description = checked.agent ? checked.agent->agent.description : "";
    list_.push_back(json::object{{"origin", "built-in"}, {"name", name}, {"description", description}});
    add_row(name, "built-in", description);
  }

  void add_row(const std::string& name, const std::string& from, const std::string& description) {
    bool is_first = std::ranges::none_of(rows_, [&](const auto& row) { return row.front() == name; });
    rows_.push_back({name, is_first ? from : from + " (another is first)", printable_line(description)});
    if (is_first) names_ += name + "\n";
  }

  CommandContext& context_;
  const Noun noun_;
  const AgentLibrary library_;
  json::array list_;
  std::vector<std::vector<std::string>> rows_{{noun_ == Noun::skill ? "SKILL" : "AGENT", "FROM", "DESCRIPTION"}};
  std::string names_;
};

}  // namespace

Exit execute(CommandContext& context, const AgentsList& options) {
  context.act_for(options.caller);
  Listing(context, options.noun).show();
  return Exit::ok;
}

}  // namespace executus::cli
