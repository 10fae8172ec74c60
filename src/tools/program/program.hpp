// A program that is run to its end, and how it ended.
//
// The contract, for command tools and every other caller:
// - It has a session of its own and no terminal, no descriptor above 2 but what it is handed, all signals as by
// default,
//   the environment that is given and nothing else. It is looked up in the PATH of that environment.
// - It gets its input until that is all there or nothing reads it any more, also after it closed its outputs.
// - The call ends when the program itself ends, and a moment is given to what still holds its outputs. What it left
//   behind is ended then, daemons too.
// - What it wrote is kept, however it ended.
// - It and all it started end with the time limit, with a stop, and with this process, however that ends.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include <executus/base/clock.hpp>

#include "tools/program/guard.hpp"
#include "tools/program/kept_output.hpp"

namespace executus::tools {

struct ProgramSpec {
  std::vector<std::string> argv;         // not empty
  std::vector<std::string> environment;  // NAME=value, each name once
  std::string directory;                 // absolute
  std::string input;
  std::string handed;       // it finds these bytes at descriptor kHanded; empty: nothing is there
  Milliseconds timeout{0};  // from its start
};

struct ProgramEnd {
  // `lost`: its warden was killed; it is not known what the program did.
  enum class How { exited, signalled, timed_out, stopped, not_started, lost } how = How::not_started;
  int code = 0;         // of exited the exit code, of signalled the signal
  std::string problem;  // of not_started: why, in words
  KeptOutput output;
  KeptOutput errors;
};

// Blocks until the program has ended. Throws nothing.
[[nodiscard]] ProgramEnd run_program(Guard& guard, const ProgramSpec& spec, std::stop_token stop);

}  // namespace executus::tools
