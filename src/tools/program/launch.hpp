// The messages between executus, its guard process and the wardens of programs, all of one binary: how a program is to
// be started, and how it ended.
//
//   executus ──(control: a Launch, one packet)──▶ guard ──fork──▶ warden ──fork, exec──▶ program
//      ▲ ▼                                                          ▲ ▼
//      └─┴────────────(channel: Reports; its end)───────────────────┴─┘
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "async/file_descriptor.hpp"

namespace executus::tools {

// The descriptors that a Launch carries, in the order in which they are sent. `description` is memory that describe()
// filled, `handed` is memory too: the program finds it at kHanded, unless it is empty.
enum class LaunchFd { channel, input, output, errors, description, handed };
inline constexpr std::size_t kLaunchFds = 6;
inline constexpr int kHanded = 4;  // the number that it has in the program
using LaunchFds = std::array<int, kLaunchFds>;

[[nodiscard]] constexpr int at(const LaunchFds& fds, LaunchFd which) { return fds[static_cast<std::size_t>(which)]; }

struct ProgramImage {
  std::string path;       // as from `directory`
  std::string directory;  // absolute
  std::vector<std::string> argv;
  std::vector<std::string> environment;
  std::string handed = {};  // at kHanded
};

// Shared memory that holds `image`, or these bytes, to be read from the first one. Throw Error program.not_started.
[[nodiscard]] FileDescriptor describe(const ProgramImage& image);
[[nodiscard]] FileDescriptor memory_of(const std::string& bytes);

// The same, as the warden finds it: mapped, ready for exec. Async-signal-safe.
struct MappedImage {
  char* path = nullptr;
  char* directory = nullptr;
  char** argv = nullptr;
  char** shell_argv = nullptr;  // of a shell that reads the program as a script
  char** environment = nullptr;
};
[[nodiscard]] bool map_image(int description, MappedImage& image);

struct Report {
  enum class Kind : std::int32_t { started, not_started, ended } kind = Kind::ended;        // `started` is not told
  enum class Stage : std::int32_t { none, guard, directory, program } stage = Stage::none;  // at which it failed
  std::int32_t value = 0;  // errno; the wait status of one that ended
};

// What executus may send on the channel: SIGTERM to the program and its process group.
inline constexpr char kAskToEnd = 'T';

// Async-signal-safe. A report that cannot be sent is lost: then the reading end is closed.
void send_report(int channel, const Report& report);

// One packet with descriptors. False: the other end is gone. Async-signal-safe.
[[nodiscard]] bool send_launch(int control, const LaunchFds& fds);
enum class Received { launch, nothing, end };
[[nodiscard]] Received receive_launch(int control, LaunchFds& fds);

}  // namespace executus::tools
