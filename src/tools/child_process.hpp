// Runs a program to its end, and makes sure that it does not outlive us.
#pragma once

#include <atomic>
#include <cstddef>
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
  int code = 0;                  // exit code, or signal number
  std::string output;            // the beginning of standard output
  std::size_t output_bytes = 0;  // of all of it
  std::string errors;            // the end of standard error; why it did not start
  std::size_t errors_bytes = 0;
};

// So much of the outputs is kept: more than is passed on, so that no secret is cut in two before it can be masked.
inline constexpr std::size_t kMaxKeptOutput = std::size_t{320} << 10;
inline constexpr std::size_t kMaxKeptErrors = std::size_t{64} << 10;

// Blocks until the program has ended. Setting `stop` kills it, as does the timeout.
[[nodiscard]] ProgramEnd run_program(const ProgramSpec& spec, const std::atomic<bool>& stop);

}  // namespace executus::tools
