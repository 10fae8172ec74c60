// A program that was handed to the guard: the pipes to it, and the channel on which its warden reports.
#pragma once

#include "async/file_descriptor.hpp"
#include "tools/program/guard.hpp"
#include "tools/program/launch.hpp"

namespace executus::tools {

struct StartedProgram {
  FileDescriptor channel;  // of Reports; its end: nothing is left of the program. Shut down: all of it is ended
  FileDescriptor input, output, errors;  // not blocking
};

// Throws Error program.not_started; that the program itself cannot be executed is reported on the channel.
[[nodiscard]] StartedProgram start_program(Guard& guard, const ProgramImage& image);

// The next report; nothing while there is none.
enum class Heard { report, nothing, end };
[[nodiscard]] Heard hear(const FileDescriptor& channel, Report& report);

}  // namespace executus::tools
