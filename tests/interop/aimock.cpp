#include "aimock.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <stdexcept>
#include <system_error>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace executus::interop {
namespace {

constexpr const char* kNode = EXECUTUS_INTEROP_HOME "/node";
constexpr const char* kProgram = EXECUTUS_INTEROP_HOME "/node_modules/@copilotkit/aimock/dist/cli.js";
constexpr std::string_view kGreeting = "listening on http://";
constexpr std::chrono::seconds kPatience{60};  // with sanitizers, on a busy machine; it takes a fifth of a second

using Deadline = std::chrono::steady_clock::time_point;

void check_installed() {
  for (const char* file : {kNode, kProgram})
    if (!std::filesystem::exists(file))
      throw std::runtime_error(std::string(file) + " is missing; run scripts/interop.sh, which installs it");
}

// In the child: only what is safe after a fork of a program with threads. Its complaints go where the test's go.
[[noreturn]] void become(int output, char* const* arguments, char* const* environment) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (nothing < 0 || ::dup2(nothing, 0) < 0 || ::dup2(output, 1) < 0) ::_exit(126);
  ::execve(kNode, arguments, environment);
  ::_exit(127);
}

// What has come of `output`; empty at its end.
std::string next_of(int output, Deadline deadline) {
  auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
  pollfd waiting{output, POLLIN, 0};
  int ready = left.count() > 0 ? ::poll(&waiting, 1, static_cast<int>(left.count())) : 0;
  if (ready < 0) throw std::system_error(errno, std::generic_category(), "poll");
  if (ready == 0) throw std::runtime_error("aimock does not say that it listens");
  std::array<char, 4096> bytes{};
  auto count = ::read(output, bytes.data(), bytes.size());
  return {bytes.data(), count > 0 ? static_cast<std::size_t>(count) : 0};
}

// Of "... listening on http://127.0.0.1:43591\n"; empty while the line is not whole.
std::string host_in(std::string_view said) {
  auto begin = said.find(kGreeting);
  if (begin == std::string_view::npos) return {};
  begin += kGreeting.size();
  auto end = said.find('\n', begin);
  return end == std::string_view::npos ? std::string() : std::string(said.substr(begin, end - begin));
}

std::string await_host(int output) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  std::string said;
  for (;;) {
    auto more = next_of(output, deadline);
    if (more.empty()) throw std::runtime_error("aimock ended before it listened; it said: " + said);
    said += more;
    if (auto host = host_in(said); !host.empty()) return host;
  }
}

void kill_and_reap(pid_t pid) {
  ::kill(pid, SIGKILL);
  while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace

Aimock::Aimock() {
  check_installed();
  const std::array words{kNode,
                         kProgram,
                         "--host",
                         "127.0.0.1",
                         "--port",
                         "0",
                         "--fixtures",
                         EXECUTUS_INTEROP_FIXTURES,
                         "--validate-on-load",
                         "--strict",
                         "--chunk-size",
                         "5",
                         "--log-level",
                         "info",
                         static_cast<const char*>(nullptr)};
  const std::string keys = std::string("AIMOCK_API_KEYS=") + kKey;
  const std::array variables{keys.c_str(), static_cast<const char*>(nullptr)};
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe2");
  output_ = pipe[0];
  pid_ = ::fork();
  if (pid_ == 0) become(pipe[1], const_cast<char* const*>(words.data()), const_cast<char* const*>(variables.data()));
  int error = errno;
  ::close(pipe[1]);
  try {
    if (pid_ < 0) throw std::system_error(error, std::generic_category(), "fork");
    host_ = await_host(output_);
  } catch (...) {
    if (pid_ > 0) kill_and_reap(pid_);
    ::close(output_);
    throw;
  }
}

Aimock::~Aimock() {
  kill_and_reap(pid_);
  ::close(output_);
}

}  // namespace executus::interop
