// A folder of what this program keeps of a person: 0700, its files 0600, each replaced whole. Threads: any.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include <executus/base/environment.hpp>
#include <executus/base/result.hpp>

namespace executus::mcp {

class PrivateFolder final {
 public:
  // Made when something is written.
  explicit PrivateFolder(std::string path) : path_(std::move(path)) {}

  // A file; nothing: there is none. Throws Error mcp.state, as all below.
  [[nodiscard]] std::optional<std::string> read(const std::string& name) const;
  void write(const std::string& name, const std::string& text) const;
  void remove(const std::string& name) const;

  // Held against other processes, and against others in this one, until it is destroyed or the process ends.
  class Lock final {
   public:
    explicit Lock(int file) : file_(file) {}
    Lock(Lock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
    Lock& operator=(Lock&&) = delete;
    ~Lock();

   private:
    int file_;
  };
  // Nothing: another holds it.
  [[nodiscard]] std::optional<Lock> try_lock(const std::string& name) const;

  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }
  void make() const;

  std::string path_;
};

// EXECUTUS_MCP_STATE, else executus/mcp in $XDG_STATE_HOME or ~/.local/state. Error mcp.state: none of them is there.
[[nodiscard]] Result<std::string> mcp_state_folder(const Environment& environment);

}  // namespace executus::mcp
