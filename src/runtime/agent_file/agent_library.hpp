// The agent files of a project: where they lie, what their agents are called, and what they may name. A file is checked
// together with those it delegates to, here and nowhere else: `agents validate`, runs and hosts are told the same.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <executus/llm/resolver.hpp>

#include "runtime/agent_file/agent_file.hpp"

namespace executus {

// What runs of this process have besides tools. What is null is not looked at.
struct Surroundings {
  llm::ModelResolver* models = nullptr;  // asked for each model that a file names; asks no server
  const Environment* environment = nullptr;
};

// The names in the files are read once, at the first question. Threads: one at a time.
class AgentLibrary final {
 public:
  // `folders`: agents/ folders, the first that knows a name counts. `tools`: the names of the registry.
  AgentLibrary(std::vector<std::filesystem::path> folders, std::vector<std::string> tools, Surroundings here = {})
      : folders_(std::move(folders)), tools_(std::move(tools)), here_(here) {}

  // The files, sorted by their path.
  [[nodiscard]] std::vector<std::string> files() const;

  // What agents can be called here: by the `name` in their file, and by the name of the file.
  [[nodiscard]] std::vector<std::string> names() const;

  // The file of an agent: whose `name` it is, else the file of that name. Throws Error config.agent when more than one
  // file of a folder is called so.
  [[nodiscard]] std::optional<std::string> path_of(std::string_view agent) const;

  // The other files of its folder whose agent has that `name` too: by name none of them can be had.
  [[nodiscard]] std::vector<std::string> namesakes(const std::string& path, const std::string& name) const;

  // Reads and checks a file of this folder or of anywhere. Nothing when there was an error.
  [[nodiscard]] std::optional<AgentFile> load(const std::string& path, Diagnostics& diagnostics) const;

  // The same; everything that is wrong is the error (config.agent), a line each.
  [[nodiscard]] Result<AgentFile> read(const std::string& path) const;

 private:
  [[nodiscard]] KnownNames known_below(const std::string& parent) const;
  [[nodiscard]] std::string obstacle(DelegateKind kind, const std::string& name, const std::string& parent) const;
  [[nodiscard]] std::string obstacle_in(DelegateKind kind, const std::string& path) const;

  [[nodiscard]] Result<std::string> base_called(const std::string& name) const;
  [[nodiscard]] std::string way_back(const std::string& delegate, const std::string& parent) const;
  [[nodiscard]] const std::vector<std::string>& delegates_in(const std::string& path) const;
  [[nodiscard]] std::optional<std::string> canonical_path_of(const std::string& agent) const;

  struct Entry {
    std::filesystem::path folder;
    std::string path;
    std::string name;  // of the agent, as the file says; "" when that cannot be read
  };
  [[nodiscard]] const std::vector<Entry>& entries() const;

  std::vector<std::filesystem::path> folders_;
  std::vector<std::string> tools_;
  mutable std::optional<std::vector<Entry>> entries_;
  Surroundings here_;
  mutable std::map<std::pair<std::string, DelegateKind>, std::string> obstacles_;  // by file; "" for none
  mutable std::map<std::string, std::optional<std::string>> paths_;                // by name, canonical
  mutable std::map<std::string, std::vector<std::string>> delegates_;              // by file: the names it says
};

}  // namespace executus
