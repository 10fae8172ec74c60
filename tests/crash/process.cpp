#include "process.hpp"

#include <cerrno>
#include <csignal>
#include <fstream>
#include <sstream>
#include <system_error>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace executus::crash {
namespace {

namespace fs = std::filesystem;

std::string content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<char*> pointers_to(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (auto& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

void redirect(const char* path, int flags, int to) {
  int file = ::open(path, flags, 0600);
  if (file < 0 || ::dup2(file, to) < 0) ::_exit(126);
}

// In the child: only what is safe after a fork of a program with threads.
[[noreturn]] void become(const char* folder, const char* out, const char* err, char** arguments, char** environment) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  redirect("/dev/null", O_RDONLY, 0);
  redirect(out, O_WRONLY | O_CREAT | O_TRUNC, 1);
  redirect(err, O_WRONLY | O_CREAT | O_TRUNC, 2);
  if (::chdir(folder) != 0) ::_exit(126);
  ::execve(EXECUTUS_BINARY, arguments, environment);
  ::_exit(127);
}

}  // namespace

Process::Process(const fs::path& folder, const std::vector<std::string>& arguments, const Environment& environment,
                 const std::string& name)
    : out_(folder / ("stdout" + name)), err_(folder / ("stderr" + name)) {
  std::vector<std::string> words{EXECUTUS_BINARY}, variables;
  words.insert(words.end(), arguments.begin(), arguments.end());
  for (const auto& [variable, value] : environment) variables.push_back(variable + "=" + value);
  auto argv = pointers_to(words), envp = pointers_to(variables);
  pid_ = ::fork();
  if (pid_ == 0) become(folder.c_str(), out_.c_str(), err_.c_str(), argv.data(), envp.data());
  if (pid_ < 0) throw std::system_error(errno, std::generic_category(), "fork");
}

Process::~Process() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void Process::await_end() const {
  siginfo_t info{};
  while (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT) != 0 && errno == EINTR) {
  }
}

bool Process::await_stop() const {
  siginfo_t info{};
  while (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WSTOPPED | WNOWAIT) != 0 && errno == EINTR) {
  }
  return info.si_code == CLD_STOPPED;
}

Finished Process::finish() {
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  Finished finished;
  finished.killed = WIFSIGNALED(status);
  if (WIFEXITED(status)) finished.exit = WEXITSTATUS(status);
  finished.out = content_of(out_);
  finished.err = content_of(err_);
  return finished;
}

}  // namespace executus::crash
