#include "cli/context/agent_lookup.hpp"

#include <filesystem>

#include <executus/base/environment.hpp>

#include "base/text.hpp"
#include "cli/context/saved_lookup.hpp"
#include "runtime/builtin_agents.hpp"
#include "runtime/project_targets.hpp"
#include "runtime/saved/saved_file.hpp"

namespace executus::cli {
namespace {

namespace fs = std::filesystem;

// That folder below the working directory, and beside executus.yaml.
std::vector<fs::path> folders_called(const std::string& name, CommandContext& context) {
  std::vector<fs::path> folders{name};
  fs::path beside = fs::path(context.project().path).parent_path() / name;
  std::error_code error;
  if (!context.project().path.empty() && !fs::equivalent(beside, folders[0], error)) folders.push_back(beside);
  return folders;
}

constexpr Milliseconds kDefaultMaxRuntime = std::chrono::minutes(10);  // runs of files are left alone for longer

std::optional<AgentFile> with_limits(std::optional<AgentFile> file) {
  if (file && file->agent.max_runtime.count() == 0) file->agent.max_runtime = kDefaultMaxRuntime;
  return file;
}

// What runs below another one are given: as it is kept, without a look at those that it delegates to itself.
std::optional<AgentFile> saved_delegate(CommandContext& context, DelegateKind kind, std::string_view name,
                                        const std::string& caller) {
  auto one = find_saved(context, kind, name, caller);
  if (!one && kind == DelegateKind::skill) one = find_saved(context, DelegateKind::agent, name, caller);
  if (!one) return std::nullopt;
  auto file = executus::file_of(one->definition);
  file.agent = one->agent.value();
  return file;
}

std::string hint(const NamedFiles& files, const std::string& name) {
  auto names = files.names();
  if (files.kind() == "agent")
    if (auto meant = did_you_mean(name, builtin_agent_names()); names.empty() && !meant.empty()) return meant;
  if (names.empty() && files.kind() == "skill") return "; give a file, or write one: docs/guides/skills.md";
  if (names.empty()) return "; give a file, or write one with `executus init " + name + "`";
  auto meant = did_you_mean(name, names);
  if (!meant.empty()) return meant;
  std::string list;
  for (const auto& each : names) list += (list.empty() ? "; there are: " : ", ") + each;
  return list;
}

// As `caller` sees what is saved.
AgentLibrary library_of(CommandContext& context, MoreFolders before, llm::ModelResolver* models, std::string caller) {
  const auto& [record, replay] = context.cassette();
  Surroundings here{.environment = &process_environment(),
                    .skill_packs = &context.runtime().skill_packs(),
                    .built_in = &builtin_agent};
  here.targets = targets_of(context.project());
  here.mcp_servers = context.project().mcp_servers;
  here.stored = [&context, caller = std::move(caller)](DelegateKind kind, std::string_view name) {
    return saved_delegate(context, kind, name, caller);
  };
  if (record.empty() && replay.empty()) here.models = models ? models : &context.runtime().models();
  for (auto& folder : folders_called("agents", context)) before.agents.push_back(std::move(folder));
  for (auto& folder : folders_called("skills", context)) before.skills.push_back(std::move(folder));
  return {std::move(before.agents), context.runtime().tools().names(), std::move(here), std::move(before.skills)};
}

}  // namespace

// With a cassette, runs have their models from it.
AgentLibrary agent_library(CommandContext& context, llm::ModelResolver* models) {
  return agent_library_with(context, {}, models);
}

AgentLibrary agent_library_with(CommandContext& context, MoreFolders before, llm::ModelResolver* models) {
  return library_of(context, std::move(before), models, context.caller());
}

std::string agent_path(const AgentLibrary& library, const std::string& agent, DelegateKind kind) {
  const auto& files = kind == DelegateKind::skill ? library.skills() : library.agents();
  const auto what = files.kind(), folder = what + "s/";
  if (agent.empty())
    throw failed("config.agent", "the " + what + "'s name is empty; give a file or a name in " + folder);
  if (names_a_file(agent)) return agent;
  if (auto path = files.path_of(agent)) return *path;
  if (auto path = kind == DelegateKind::agent ? library.built_in_path(agent) : std::nullopt) return *path;
  throw failed("config.agent", "no " + what + " '" + printable_line(agent) + "' in " + folder + hint(files, agent));
}

std::optional<AgentFile> find_delegate(CommandContext& context, DelegateKind kind, std::string_view name,
                                       std::string_view caller) {
  if (name.find('/') != std::string_view::npos) return std::nullopt;
  auto* live = context.live_agents();
  auto file = live ? live->find(kind, name) : agent_library(context).find(kind, name);
  return with_limits(file ? std::move(file) : saved_delegate(context, kind, name, context.owner_of(caller)));
}

ScheduledAgent scheduled_of(CommandContext& context, AgentFile file) {
  auto deliver = file.deliver;
  auto scheduled = scheduled_agent(*with_limits(std::move(file))).value();
  if (!deliver.empty()) scheduled.delivery = deliver::delivery_to(project_target(context.project(), deliver));
  return scheduled;
}

ScheduledAgent scheduled_of(CommandContext& context, const persona::Persona& persona) {
  auto library = library_of(context, {}, nullptr, persona.record.owner);
  return scheduled_of(context, file_of(library, DelegateKind::agent, saved_one(persona)));
}

// What declares them is the folder beside executus.yaml, where there is one: the same wherever in the project a worker
// begins.
void declare_schedules(CommandContext& context, const KnownAgents& agents) {
  std::vector<ScheduledAgent> scheduled;
  std::string problems;
  for (const auto& file : agents.files) try {
      if (file.schedule) scheduled.push_back(scheduled_of(context, file));
    } catch (const Error& error) {
      problems += (problems.empty() ? "" : "\n") + error.message();
    }
  bool is_all = agents.errors.empty() && problems.empty();
  auto folder = fs::absolute(folders_called("agents", context).back()).lexically_normal().string();
  context.runtime().schedules().declare(std::move(folder), std::move(scheduled),
                                        is_all ? Schedules::Extent::all : Schedules::Extent::some);
  if (!problems.empty()) throw failed("config.deliver", problems);
}

AgentFile load_agent(CommandContext& context, const std::string& agent, std::optional<DelegateKind> kind) {
  if (context.live_agents() && !names_a_file(agent))
    if (auto file = with_limits(context.live_agents()->find(kind.value_or(DelegateKind::agent), agent))) return *file;
  auto library = agent_library(context);
  auto what = kind.value_or(DelegateKind::agent);
  const auto& files = what == DelegateKind::skill ? library.skills() : library.agents();
  bool is_file = names_a_file(agent) || files.path_of(agent);
  if (auto saved = is_file ? std::nullopt : find_saved(context, what, agent))
    return *with_limits(file_of(library, what, *saved));
  return *with_limits(library.read(agent_path(library, agent, what), kind).value());
}

}  // namespace executus::cli
