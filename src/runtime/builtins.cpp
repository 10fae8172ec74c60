#include <algorithm>
#include <filesystem>
#include <iterator>
#include <utility>

#include <executus/runtime/builtins.hpp>

#include "runtime/agent_file/agent_library.hpp"
#include "runtime/saved/saved_file.hpp"

namespace executus {
namespace {

template <class Value>
void keep(saved::Store<Value>& store, AgentFile file, LoadedBuiltins& loaded) {
  const std::string owner(saved::kBuiltin);
  auto kept = store.find_named(owner, file.agent.name);
  Value value = kept.value_or(Value{});
  auto schedule = value.definition.schedule;
  value.record.owner = owner;
  value.definition = definition_of(std::move(file), tool::Visibility::everyone);
  value.definition.schedule = std::move(schedule);
  if (kept == value) {
    ++loaded.unchanged;
    return;
  }
  (void)(kept ? store.update(std::move(value)) : store.create(std::move(value)));
  ++(kept ? loaded.updated : loaded.created);
}

template <class Value>
void load_all(const AgentLibrary& library, const NamedFiles& files, saved::Store<Value>& store,
              LoadedBuiltins& loaded) {
  for (const auto& path : files.paths()) {
    Diagnostics said;
    auto file = library.load(path, said);
    for (auto* lines : {&said.errors, &said.warnings}) std::ranges::move(*lines, std::back_inserter(loaded.warnings));
    if (!file) continue;
    if (file->schedule)
      loaded.warnings.push_back(path +
                                ":1:1: warning: 'schedule' is not taken over: in a store it is the host's to plan");
    try {
      keep(store, std::move(*file), loaded);
    } catch (const Error& error) {
      if (error.code() != "saved.malformed") throw;
      loaded.warnings.push_back(path + ":1:1: " + error.message());
    }
  }
}

}  // namespace

LoadedBuiltins load_builtins(const std::string& folder, const tool::Registry& tools, persona::PersonaStore& agents,
                             skill::SkillStore& skills) {
  const std::filesystem::path root(folder);
  AgentLibrary library({root / "agents"}, tools.names(), {.missing_delegates = MissingDelegates::warning},
                       {root / "skills"});
  LoadedBuiltins loaded;
  load_all(library, library.skills(), skills, loaded);
  load_all(library, library.agents(), agents, loaded);
  return loaded;
}

}  // namespace executus
