// The agents and skills of a process that stays: all files of its folders as they were at one moment, read again when
// one of them changes. All change at once: while anything is wrong with one of them, all stay as they were, and the log
// says so. Runs have what they were started with in any case.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <executus/base/log.hpp>

#include "runtime/agent_file/agent_library.hpp"

namespace executus {

// Threads: any. `open` is called with nothing of this locked but the reading of files: one at a time.
class LiveAgents final {
 public:
  using Open = std::function<AgentLibrary()>;
  // `changed` is told after each reading, on its thread, while no other reading begins.
  LiveAgents(Open open, Logger& logger, std::function<void()> changed = {})
      : open_(std::move(open)), logger_(logger), changed_(std::move(changed)) {}

  // Reads all files: at the beginning, and again. False: something is wrong, and nothing changed.
  bool reload();

  // The same when a file differs from what was read last, by its time, size and identity.
  void look();

  // The file that an agent file means by that name, after a look. Nothing: there is none. Throws Error config.agent
  // when it is there, but what is wrong keeps it from being taken up. Before anything was read without fault, each file
  // is read by itself.
  [[nodiscard]] std::optional<AgentFile> find(DelegateKind kind, std::string_view name);

  // All agents as they are now. Before anything was read without fault: those in which nothing is wrong.
  [[nodiscard]] KnownAgents agents() const;

  // What was wrong when the files were read last, a line each.
  [[nodiscard]] std::vector<std::string> errors() const;

  // The folders of all files that were looked at.
  [[nodiscard]] std::vector<std::string> folders() const;

 private:
  using Name = std::pair<DelegateKind, std::string>;
  struct Set {
    std::map<std::string, AgentFile> files;  // by path
    std::map<Name, std::string> paths;
    std::map<Name, Error> several;  // why a name is of no use: more than one file has it
  };
  struct Read {
    std::shared_ptr<const Set> set;
    std::vector<std::string> errors;
    std::vector<std::string> looked_at;  // files and folders
  };
  using Prints = std::vector<std::string>;  // of files and folders: what tells that one has changed

  [[nodiscard]] Read read() const;
  static void add_names(const AgentLibrary& library, Set& set);
  bool take(Read read, Prints before);
  [[nodiscard]] static Prints prints_of(const std::vector<std::string>& paths);

  const Open open_;
  Logger& logger_;
  const std::function<void()> changed_;
  std::mutex reading_;
  mutable std::mutex mutex_;  // of all below
  std::shared_ptr<const Set> set_;
  std::vector<std::string> errors_, looked_at_;
  std::optional<Prints> prints_;  // nothing: nothing was read yet
};

}  // namespace executus
