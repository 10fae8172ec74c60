#include "terminal.hpp"

#include <chrono>
#include <csignal>
#include <iterator>
#include <utility>

#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

namespace executus::testing {
namespace {

constexpr int kPatienceMs = 60'000;

[[noreturn]] void become(const std::filesystem::path& folder, const Terminal::Environment& environment,
                         const std::string& program, std::vector<std::string>& words) {
  ::clearenv();
  for (const auto& [name, value] : environment) ::setenv(name.c_str(), value.c_str(), 1);
  ::setenv("TERM", "dumb", 1);
  std::vector<char*> list;
  for (auto& word : words) list.push_back(word.data());
  list.push_back(nullptr);
  if (::chdir(folder.c_str()) == 0) ::execv(program.c_str(), list.data());
  ::_exit(127);
}

std::vector<std::string> after(const char* first, std::vector<std::string> words) {
  words.insert(words.begin(), first);
  return words;
}

}  // namespace

Terminal::Terminal(const std::filesystem::path& folder, const Environment& environment, const std::string& program,
                   std::vector<std::string> words) {
  pid_ = ::forkpty(&fd_, nullptr, nullptr, nullptr);
  if (pid_ == 0) become(folder, environment, program, words);
}

Terminal::Terminal(const std::filesystem::path& folder, const Environment& environment,
                   std::vector<std::string> arguments)
    : Terminal(folder, environment, EXECUTUS_PROGRAM, after("executus", std::move(arguments))) {}

Terminal Terminal::with_shell(const std::filesystem::path& folder, Environment environment, const std::string& script) {
  environment["EXECUTUS"] = EXECUTUS_PROGRAM;
  return {folder, environment, "/bin/sh", std::vector<std::string>{"sh", "-c", script}};
}

Terminal::~Terminal() {
  if (pid_ > 0) ::kill(pid_, SIGKILL), ::waitpid(pid_, nullptr, 0);
  ::close(fd_);
}

void Terminal::type(const std::string& text) { ASSERT_EQ(::write(fd_, text.data(), text.size()), std::ssize(text)); }

void Terminal::await(const std::string& text) {
  auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(kPatienceMs);
  while (screen.find(text, seen_) == std::string::npos) {
    ASSERT_LT(std::chrono::steady_clock::now(), end) << "it never showed '" << text << "' but:\n" << screen;
    if (!read_some()) FAIL() << "it ended without showing '" << text << "':\n" << screen;
  }
  seen_ = screen.find(text, seen_) + text.size();
}

bool Terminal::echoes() const {
  termios state{};
  return ::tcgetattr(fd_, &state) == 0 && (state.c_lflag & ECHO) != 0 && (state.c_lflag & ICANON) != 0;
}

bool Terminal::flushes() const {
  termios state{};
  return ::tcgetattr(fd_, &state) == 0 && (state.c_lflag & NOFLSH) == 0;
}

void Terminal::signal(int number) const { ::kill(pid_, number); }

int Terminal::finish() {
  while (read_some()) {
  }
  int status = 0;
  ::waitpid(std::exchange(pid_, 0), &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

bool Terminal::read_some() {
  pollfd ready{fd_, POLLIN, 0};
  if (::poll(&ready, 1, kPatienceMs) != 1) return false;
  char buffer[4096];
  auto got = ::read(fd_, buffer, sizeof buffer);
  if (got <= 0) return false;
  screen.append(buffer, static_cast<std::size_t>(got));
  return true;
}

}  // namespace executus::testing
