// The agent and skill files of a project, and what they may name. A file is checked together with those it delegates
// to, here and nowhere else: `agents validate`, runs and hosts are told the same.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <executus/llm/resolver.hpp>
#include <executus/run/skill_packs.hpp>

#include "runtime/agent_file/agent_file.hpp"
#include "runtime/agent_file/named_files.hpp"

namespace executus {

// What runs of this process have besides tools. What is null is not looked at.
struct Surroundings {
  llm::ModelResolver* models = nullptr;  // asked for each model that a file names; asks no server
  const Environment* environment = nullptr;
  SkillPacks* skill_packs = nullptr;
  // The text of an agent that needs no file; nothing: there is none of that name.
  std::optional<std::string_view> (*built_in)(std::string_view name) = nullptr;
  std::optional<KnownTargets> targets = {};           // of deliveries
  std::vector<boost::json::object> mcp_servers = {};  // that files may name
  MissingDelegates missing_delegates = MissingDelegates::error;
  // An agent or skill that is no file of these folders, such as a saved one, for the checks of files; nothing: there is
  // none of that name. Null: there are none. May throw Error.
  std::function<std::optional<AgentFile>(DelegateKind kind, std::string_view name)> stored = {};
};

// Of the model of that name, or one of its chain, one whose price is not known; empty: none, or there is no such model.
[[nodiscard]] std::string unpriced_target(llm::ModelResolver& models, const std::string& name);

// Agents as they are called by name.
struct KnownAgents {
  std::vector<AgentFile> files;
  std::vector<std::string> errors;  // why there may be others, a line each; empty: these are all
};

// Threads: one at a time.
class AgentLibrary final {
 public:
  // `agents`, `skills`: folders, the first that knows a name counts. `tools`: the names of the registry.
  AgentLibrary(std::vector<std::filesystem::path> agents, std::vector<std::string> tools, Surroundings here = {},
               std::vector<std::filesystem::path> skills = {})
      : agents_(std::move(agents), "agent"),
        skills_(std::move(skills), "skill"),
        tools_(std::move(tools)),
        here_(std::move(here)) {}

  [[nodiscard]] const NamedFiles& agents() const noexcept { return agents_; }
  [[nodiscard]] const NamedFiles& skills() const noexcept { return skills_; }

  // What stands for the file of a built-in agent of that name, in messages and for load(): "built-in/NAME.yaml".
  [[nodiscard]] std::optional<std::string> built_in_path(std::string_view name) const;

  // The file that an agent file means by that name: a skill is an agent file too, where skills/ has none of that name.
  // Throws Error config.agent when more than one file is called so.
  [[nodiscard]] std::optional<std::string> path_of(DelegateKind kind, std::string_view name) const;

  // Reads and checks a file of these folders or of anywhere. Nothing when there was an error. `as`: what it is;
  // default: a skill when it is one of skills().
  [[nodiscard]] std::optional<AgentFile> load(const std::string& path, Diagnostics& diagnostics,
                                              std::optional<DelegateKind> as = {}) const;

  // The same; everything that is wrong is the error (config.agent), a line each.
  [[nodiscard]] Result<AgentFile> read(const std::string& path, std::optional<DelegateKind> as = {}) const;

  // Those agents of the folders in which nothing is wrong.
  [[nodiscard]] KnownAgents read_agents() const;

  // Checks a text that is no file and extends none, as load() does. `path`: what messages call it.
  [[nodiscard]] std::optional<AgentFile> parse(std::string_view text, const std::string& path, DelegateKind as,
                                               Diagnostics& diagnostics) const;

  // What the file and those it extends say, by key. Nothing when they cannot be read.
  [[nodiscard]] std::optional<boost::json::object> flattened(const std::string& path, DelegateKind as) const;

  // The file that an agent file means by that name, read. Nothing: there is none; what is stored is for the caller to
  // look up, as whom it likes. Throws Error config.agent, as path_of() and read() say.
  [[nodiscard]] std::optional<AgentFile> find(DelegateKind kind, std::string_view name) const;

 private:
  using Name = std::pair<DelegateKind, std::string>;  // as an agent file says it

  [[nodiscard]] std::optional<std::string_view> built_in_text(std::string_view path) const;
  [[nodiscard]] DelegateKind kind_of(const std::string& path) const;
  [[nodiscard]] const NamedFiles& files(DelegateKind kind) const;
  [[nodiscard]] KnownNames known_below(const std::string& parent, DelegateKind kind) const;
  [[nodiscard]] std::string obstacle(DelegateKind kind, const std::string& name, const std::string& parent) const;
  [[nodiscard]] std::optional<AgentFile> stored(DelegateKind kind, std::string_view name) const;
  [[nodiscard]] std::string obstacle_stored(DelegateKind kind, const std::string& name) const;
  [[nodiscard]] std::string obstacle_in(DelegateKind kind, const std::string& path) const;

  [[nodiscard]] FindBase bases_of(DelegateKind kind) const;
  [[nodiscard]] std::string way_back(const Name& delegate, const std::string& parent) const;
  [[nodiscard]] const std::vector<Name>& delegates_in(const std::string& path) const;
  [[nodiscard]] std::optional<std::string> canonical_path_of(const Name& name) const;

  NamedFiles agents_, skills_;
  std::vector<std::string> tools_;
  Surroundings here_;
  mutable std::map<std::pair<std::string, DelegateKind>, std::string> obstacles_;  // by file; "" for none
  mutable std::map<Name, std::optional<std::string>> paths_;                       // canonical
  mutable std::map<std::string, std::vector<Name>> delegates_;                     // by file: the names it says
};

}  // namespace executus
