// Runs a program to its end, and makes sure that it does not outlive us.
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include <executus/base/clock.hpp>

namespace executus::tools {

struct ProgramSpec {
  std::vector<std::string> argv;
  std::vector<std::string> environment;  // NAME=value
  std::string directory;
  std::string input;
  Milliseconds timeout{0};
};

struct ProgramEnd {
  enum class How { exited, killed, not_started } how = How::not_started;
  int code = 0;  // exit code, or signal number
  std::string output;
  std::string errors;  // the end of standard error; why it did not start
};

// Blocks until the program has ended. Setting `stop` kills it, as does the timeout.
[[nodiscard]] ProgramEnd run_program(const ProgramSpec& spec, const std::atomic<bool>& stop);

}  // namespace executus::tools
