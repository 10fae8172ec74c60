#include "cli/agent_lookup.hpp"

#include <algorithm>
#include <filesystem>

#include "base/text.hpp"

namespace executus::cli {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> agent_folders(Session& session) {
  std::vector<fs::path> folders{"agents"};
  fs::path beside = fs::path(session.project().path).parent_path() / "agents";
  std::error_code error;
  if (!session.project().path.empty() && !fs::equivalent(beside, folders[0], error)) folders.push_back(beside);
  return folders;
}

constexpr Milliseconds kDefaultMaxRuntime = std::chrono::minutes(10);  // runs of files are left alone for longer

bool is_yaml(const fs::path& path) { return path.extension() == ".yaml" || path.extension() == ".yml"; }

bool looks_like_path(const std::string& agent) { return agent.find('/') != std::string::npos || is_yaml(agent); }

std::string hint(Session& session, const std::string& agent) {
  std::vector<std::string> names;
  for (const auto& file : agent_files(session)) names.push_back(fs::path(file).stem().string());
  if (names.empty()) return "; give a file, or write one with `executus init " + agent + "`";
  auto meant = did_you_mean(agent, names);
  if (!meant.empty()) return meant;
  std::string list;
  for (const auto& name : names) list += (list.empty() ? "; there are: " : ", ") + name;
  return list;
}

}  // namespace

std::vector<std::string> agent_files(Session& session) {
  std::vector<std::string> files;
  std::error_code error;
  for (const auto& folder : agent_folders(session))
    for (const auto& entry : fs::directory_iterator(folder, error))
      if (is_yaml(entry.path())) files.push_back(entry.path().string());
  std::sort(files.begin(), files.end());
  return files;
}

std::string agent_path(Session& session, const std::string& agent) {
  if (agent.empty()) throw failed("config.agent", "the agent's name is empty; give a file or a name in agents/");
  if (looks_like_path(agent)) return agent;
  std::error_code error;
  for (const auto& folder : agent_folders(session))
    for (const char* extension : {".yaml", ".yml"})
      if (fs::path path = folder / (agent + extension); fs::exists(path, error)) return path.string();
  throw failed("config.agent", "no agent '" + printable_line(agent) + "' in agents/" + hint(session, agent));
}

std::optional<AgentFile> find_delegate(Session& session, std::string_view name) {
  if (name.find('/') != std::string_view::npos) return std::nullopt;
  std::error_code error;
  for (const auto& folder : agent_folders(session))
    for (const char* extension : {".yaml", ".yml"})
      if (fs::path path = folder / (std::string(name) + extension); fs::exists(path, error))
        return load_agent(session, path.string());
  return std::nullopt;
}

KnownNames known_names(Session& session) {
  KnownNames known{session.runtime().tools().names(), {}};
  for (const auto& file : agent_files(session)) known.agents.push_back(fs::path(file).stem().string());
  return known;
}

AgentFile load_agent(Session& session, const std::string& agent) {
  Diagnostics diagnostics;
  auto file = load_agent_file(agent_path(session, agent), known_names(session), diagnostics);
  if (file) {
    if (file->agent.max_runtime.count() == 0) file->agent.max_runtime = kDefaultMaxRuntime;
    return std::move(*file);
  }
  std::string lines;
  for (const auto& line : diagnostics.errors) lines += (lines.empty() ? "" : "\n") + line;
  throw failed("config.agent", std::move(lines));
}

}  // namespace executus::cli
