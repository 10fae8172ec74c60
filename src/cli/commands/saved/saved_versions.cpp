#include "cli/commands/saved/saved_versions.hpp"

#include <algorithm>
#include <ranges>

#include <boost/json.hpp>

#include "base/text.hpp"
#include "base/yaml/yaml_write.hpp"
#include "cli/output/unified_diff.hpp"
#include "saved/stored_value.hpp"

namespace executus::cli {
namespace {

std::string word(Noun noun) { return noun == Noun::skill ? "skill" : "agent"; }

[[noreturn]] void throw_none(CommandContext& context, Noun noun, const std::string& name, const std::string& whose) {
  std::vector<std::string> names;
  for (const auto& row : list_saved(context, kind_of(noun))) names.push_back(row.name);
  throw failed("saved.unknown", whose + word(noun) + " '" + printable_line(name) + "' is saved" +
                                    did_you_mean(name, names) + "; `executus " + word(noun) + "s list` shows what is");
}

// Some between them may be hidden from the caller.
std::string numbers_of(const std::vector<SavedOne>& versions) {
  auto number = [](const SavedOne& one) { return std::to_string(one.record.number); };
  if (versions.size() == 1) return "there is " + number(versions[0]);
  auto span = static_cast<std::size_t>(versions.front().record.number - versions.back().record.number) + 1;
  if (span == versions.size()) return "there are " + number(versions.back()) + " to " + number(versions.front());
  std::string list;
  for (const auto& one : versions | std::views::reverse) list += (list.empty() ? "" : ", ") + number(one);
  return "there are " + list;
}

}  // namespace

SavedOne saved_of(CommandContext& context, Noun noun, const std::string& name) {
  auto found = find_saved(context, kind_of(noun), name);
  if (!found) throw_none(context, noun, name, "no ");
  return std::move(*found);
}

SavedOne own_saved(CommandContext& context, Noun noun, const std::string& name) {
  auto found = saved_of(context, noun, name);
  if (found.record.owner != context.caller())
    throw failed("saved.unknown", "the saved " + word(noun) + " '" + printable_line(name) + "' is of " +
                                      printable_line(found.record.owner) + ", and '" +
                                      printable_line(context.caller()) + "' has none of that name to change");
  return found;
}

SavedRow own_row(CommandContext& context, Noun noun, const std::string& name) {
  for (auto& row : list_saved(context, kind_of(noun)))
    if (row.name == name && row.record.owner == context.caller()) return std::move(row);
  auto one = own_saved(context, noun, name);
  return {one.record, one.name(), one};
}

std::vector<SavedOne> versions_of(CommandContext& context, Noun noun, const SavedOne& one) {
  return with_saved(context, kind_of(noun), [&](auto& store) {
    std::vector<SavedOne> versions;
    for (auto& value : store.versions(one.record.id))
      if (is_visible(value.record, value.definition, context.caller())) versions.push_back(saved_one(std::move(value)));
    if (versions.empty())
      throw failed("saved.unknown", "'" + printable_line(one.name()) + "' was removed meanwhile; import it again");
    return versions;
  });
}

const SavedOne& numbered(const std::vector<SavedOne>& versions, int number) {
  auto found = std::ranges::find(versions, number, [](const SavedOne& one) { return one.record.number; });
  if (found == versions.end())
    throw failed("saved.unknown", "'" + printable_line(versions.front().name()) + "' has no version " +
                                      std::to_string(number) + "; " + numbers_of(versions));
  return *found;
}

std::string text_of(const SavedOne& one) {
  if (auto source = source_of(one.definition)) return *source;
  auto kept = one.definition;
  kept.source = {};
  return write_yaml(saved::to_stored(kept).as_object());
}

std::string difference(const SavedOne& from, const SavedOne& to) {
  auto label = [](const SavedOne& one) { return one.name() + " (version " + std::to_string(one.record.number) + ")"; };
  return unified_diff(text_of(from), text_of(to), label(from), label(to));
}

void refuse_unpermitted(CommandContext& context, const saved::Definition& definition) {
  if (auto refused = refusal(definition, context.runtime().tools(), context.author())) throw Error(*refused);
}

}  // namespace executus::cli
