#include "cli/context/saved_lookup.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/text.hpp"
#include "runtime/saved/saved_file.hpp"

namespace executus::cli {
namespace {

[[noreturn]] void throw_several(const std::string& caller, std::string_view name, const std::vector<SavedRow>& found) {
  std::string owners;
  for (const auto& one : found) owners += (owners.empty() ? "" : ", ") + printable_line(one.record.owner);
  throw failed("config.agent", "'" + printable_line(std::string(clip(name, 80))) +
                                   "' is the name of several saved ones that '" + printable_line(caller) +
                                   "' sees, of " + owners + "; say whose by --caller, or export one to a file");
}

}  // namespace

std::string SavedOne::said() const {
  return name() + ", version " + std::to_string(record.number) + " of " + record.owner;
}

SavedOne saved_one(persona::Persona persona) {
  auto agent = to_agent(persona);
  return {std::move(persona.record), std::move(persona.definition), std::move(agent)};
}

SavedOne saved_one(skill::Skill skill) {
  auto agent = to_agent(skill);
  return {std::move(skill.record), std::move(skill.definition), std::move(agent)};
}

std::vector<SavedRow> list_saved(CommandContext& context, DelegateKind kind, const std::string& caller) {
  if (!context.database_is_there()) return {};
  return with_saved(context, kind, [&](auto& store) {
    std::vector<SavedRow> found;
    for (auto& row : store.list_rows_for(caller)) {
      auto one = row.value.ok() ? Result<SavedOne>(saved_one(std::move(*row.value))) : row.value.error();
      found.push_back({std::move(row.record), std::move(row.name), std::move(one)});
    }
    std::ranges::sort(found, {}, [](const SavedRow& row) { return std::tie(row.name, row.record.owner); });
    return found;
  });
}

std::optional<SavedOne> find_saved(CommandContext& context, DelegateKind kind, std::string_view name,
                                   const std::string& caller) {
  if (name.empty() || !context.database_is_there()) return std::nullopt;
  auto own = with_saved(context, kind, [&](auto& store) -> std::optional<SavedOne> {
    auto value = store.find_named(caller, std::string(name));
    return value ? std::optional(saved_one(std::move(*value))) : std::nullopt;
  });
  if (own) return own;
  auto others = list_saved(context, kind, caller);
  std::erase_if(others, [&](const SavedRow& row) { return row.name != name; });
  if (others.size() > 1) throw_several(caller, name, others);
  return others.empty() ? std::nullopt : std::optional(std::move(others.front().value).value());
}

AgentFile file_of(const AgentLibrary& library, DelegateKind kind, const SavedOne& one) {
  auto agent = one.agent.value();
  auto file = executus::file_of(library, kind, one.definition, one.said());
  file.agent = std::move(agent);
  return file;
}

}  // namespace executus::cli
