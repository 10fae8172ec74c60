// The real program, started in a folder of its own with an environment of its own.
#pragma once

#include <csignal>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <sys/types.h>

namespace executus::crash {

struct Finished {
  int exit = -1;        // when it ended by itself
  bool killed = false;  // by a signal
  std::string out, err;
};

class Process final {
 public:
  using Environment = std::map<std::string, std::string>;

  // Output goes to files in `folder`, where the program also runs; `name` keeps those of processes that run at once
  // apart. Throws std::system_error when it cannot be started.
  Process(const std::filesystem::path& folder, const std::vector<std::string>& arguments,
          const Environment& environment, const std::string& name = "");
  ~Process();  // kills what still runs
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }
  // Waits for its end without reaping it: until finish() the pid stays its own, so a late kill hits no other process.
  void await_end() const;
  // Waits until it is stopped (true) or has ended.
  [[nodiscard]] bool await_stop() const;
  void send(int signal) const { ::kill(pid_, signal); }
  [[nodiscard]] Finished finish();

 private:
  std::filesystem::path out_, err_;
  pid_t pid_ = -1;
};

}  // namespace executus::crash
