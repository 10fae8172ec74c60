#include "cli/context/agent_lookup.hpp"

#include <filesystem>

#include <executus/base/environment.hpp>

#include "base/text.hpp"

namespace executus::cli {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> agent_folders(CommandContext& context) {
  std::vector<fs::path> folders{"agents"};
  fs::path beside = fs::path(context.project().path).parent_path() / "agents";
  std::error_code error;
  if (!context.project().path.empty() && !fs::equivalent(beside, folders[0], error)) folders.push_back(beside);
  return folders;
}

constexpr Milliseconds kDefaultMaxRuntime = std::chrono::minutes(10);  // runs of files are left alone for longer

std::string hint(const AgentLibrary& library, const std::string& agent) {
  auto names = library.names();
  if (names.empty()) return "; give a file, or write one with `executus init " + agent + "`";
  auto meant = did_you_mean(agent, names);
  if (!meant.empty()) return meant;
  std::string list;
  for (const auto& name : names) list += (list.empty() ? "; there are: " : ", ") + name;
  return list;
}

}  // namespace

// With a cassette, runs have their models from it.
AgentLibrary agent_library(CommandContext& context) {
  const auto& [record, replay] = context.cassette();
  Surroundings here{.environment = &process_environment()};
  if (record.empty() && replay.empty()) here.models = &context.runtime().models();
  return {agent_folders(context), context.runtime().tools().names(), here};
}

std::string agent_path(CommandContext& context, const std::string& agent) {
  if (agent.empty()) throw failed("config.agent", "the agent's name is empty; give a file or a name in agents/");
  if (names_a_file(agent)) return agent;
  auto library = agent_library(context);
  if (auto path = library.path_of(agent)) return *path;
  throw failed("config.agent", "no agent '" + printable_line(agent) + "' in agents/" + hint(library, agent));
}

std::optional<AgentFile> find_delegate(CommandContext& context, std::string_view name) {
  if (name.find('/') != std::string_view::npos) return std::nullopt;
  auto path = agent_library(context).path_of(name);
  return path ? std::optional(load_agent(context, *path)) : std::nullopt;
}

AgentFile load_agent(CommandContext& context, const std::string& agent) {
  auto file = agent_library(context).read(agent_path(context, agent)).value();
  if (file.agent.max_runtime.count() == 0) file.agent.max_runtime = kDefaultMaxRuntime;
  return file;
}

}  // namespace executus::cli
