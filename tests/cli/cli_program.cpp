#include "cli_program.hpp"

#include <chrono>
#include <csignal>
#include <fstream>
#include <sstream>
#include <thread>

#include <fcntl.h>
#include <pty.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace executus::testing {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::minutes kPatience{2};

std::string content(const fs::path& path) {
  if (!fs::is_regular_file(path)) return "";  // a device may have no end
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// Looks again and again; the bound is for a program that never says it.
void await(const fs::path& file, const std::string& text) {
  auto until = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  while (content(file).find(text) == std::string::npos) {
    if (std::chrono::steady_clock::now() > until) {
      ADD_FAILURE() << "it never said '" << text << "' but:\n" << content(file);
      return;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

std::string all_of(int fd) {
  std::string text;
  char buffer[4096];
  for (ssize_t got = 0; (got = ::read(fd, buffer, sizeof buffer)) > 0;)
    text.append(buffer, static_cast<std::size_t>(got));
  return text;
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> list;
  for (auto& each : strings) list.push_back(each.data());
  list.push_back(nullptr);
  return list;
}

[[noreturn]] void become(const fs::path& folder, const fs::path& in, const fs::path& out, const fs::path& err,
                         char** arguments, char** environment) {
  auto redirect = [](const fs::path& path, int flags, int to) {
    int fd = ::open(path.c_str(), flags, 0600);
    if (fd < 0 || ::dup2(fd, to) < 0) ::_exit(126);
  };
  redirect(in, O_RDONLY, 0);
  redirect(out, O_WRONLY | O_CREAT | O_TRUNC, 1);
  redirect(err, O_WRONLY | O_CREAT | O_TRUNC, 2);
  if (::chdir(folder.c_str()) != 0) ::_exit(126);
  ::execve(EXECUTUS_PROGRAM, arguments, environment);
  ::_exit(127);
}

}  // namespace

boost::json::value Finished::json() const {
  boost::system::error_code error;
  auto value = boost::json::parse(out, error);
  EXPECT_FALSE(error) << "not exactly one JSON value on stdout:\n" << out << "\nstderr:\n" << err;
  return value;
}

Started::Started(pid_t pid, fs::path out, fs::path err) : pid_(pid), out_(std::move(out)), err_(std::move(err)) {}

Started::~Started() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void Started::signal(int number) const { ::kill(pid_, number); }

void Started::signal_until_ended(int number) const {
  auto until = std::chrono::steady_clock::now() + kPatience;
  for (siginfo_t ended{}; ended.si_pid == 0;
       ::waitid(P_PID, static_cast<id_t>(pid_), &ended, WEXITED | WNOHANG | WNOWAIT)) {
    ASSERT_LT(std::chrono::steady_clock::now(), until) << "it does not end";
    signal(number);
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

std::string Started::out() const { return content(out_); }
std::string Started::err() const { return content(err_); }

void Started::await_out(const std::string& text) const { await(out_, text); }
void Started::await_err(const std::string& text) const { await(err_, text); }

Finished Started::finish() {
  int status = 0;
  ::waitpid(pid_, &status, 0);
  pid_ = 0;
  Finished finished;
  finished.exit = WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
  finished.out = content(out_);
  finished.err = content(err_);
  return finished;
}

CliProgram::CliProgram() {
  std::string pattern = (fs::temp_directory_path() / "executus-cli-XXXXXX").string();
  folder_ = ::mkdtemp(pattern.data());
  fs::create_directories(folder_ / ".io");
  environment_ = {{"PATH", "/usr/local/bin:/usr/bin:/bin"},
                  {"HOME", folder_.string()},
                  {"EXECUTUS_DB", (folder_ / "state.db").string()}};
}

CliProgram::~CliProgram() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

std::unique_ptr<Started> CliProgram::start(const Arguments& arguments, const std::string& input) {
  std::string prefix = ".io/" + std::to_string(++started_);
  write(prefix + ".in", input);
  fs::path in = folder_ / (prefix + ".in"), out = folder_ / (prefix + ".out"), err = folder_ / (prefix + ".err");
  std::vector<std::string> words{"executus"}, set = variables();
  words.insert(words.end(), arguments.begin(), arguments.end());
  auto argv = pointers(words), envp = pointers(set);
  pid_t pid = ::fork();
  if (pid == 0) become(folder_, in, out, err, argv.data(), envp.data());
  return std::make_unique<Started>(pid, out, err);
}

std::vector<std::string> CliProgram::variables() const {
  std::vector<std::string> variables;
  for (const auto& [name, value] : environment_) variables.push_back(name + "=" + value);
  return variables;
}

Finished CliProgram::run_on_terminal(const Arguments& arguments, const std::string& typed) {
  std::vector<std::string> words{"executus"}, set = variables();
  words.insert(words.end(), arguments.begin(), arguments.end());
  auto argv = pointers(words), envp = pointers(set);
  int terminal = -1;
  pid_t pid = ::forkpty(&terminal, nullptr, nullptr, nullptr);
  if (pid == 0) {
    if (::chdir(folder_.c_str()) != 0) ::_exit(126);
    ::execve(EXECUTUS_PROGRAM, argv.data(), envp.data());
    ::_exit(127);
  }
  EXPECT_EQ(::write(terminal, typed.data(), typed.size()), static_cast<ssize_t>(typed.size()));
  Finished finished;
  finished.out = all_of(terminal);  // ends when the program does
  int status = 0;
  ::waitpid(pid, &status, 0);
  ::close(terminal);
  finished.exit = WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
  return finished;
}

void CliProgram::make_pipe(const std::string& name) { ASSERT_EQ(::mkfifo((folder_ / name).c_str(), 0600), 0); }

int CliProgram::open_for_writing(const std::string& name) {
  int fd = ::open((folder_ / name).c_str(), O_WRONLY | O_CLOEXEC);
  EXPECT_GE(fd, 0);
  return fd;
}

Finished CliProgram::run(const Arguments& arguments, const std::string& input) {
  return start(arguments, input)->finish();
}

void CliProgram::until(const std::function<bool()>& yes) {
  auto end = std::chrono::steady_clock::now() + kPatience;
  while (!yes()) {
    if (std::chrono::steady_clock::now() > end) FAIL() << "it did not happen";
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

void CliProgram::until_exists(const std::string& name) const {
  until([&] { return fs::exists(folder_ / name); });
}

void CliProgram::write(const std::string& name, const std::string& text) {
  fs::create_directories((folder_ / name).parent_path());
  std::ofstream(folder_ / name, std::ios::binary) << text;
}

std::string CliProgram::read(const std::string& name) const { return content(folder_ / name); }

void CliProgram::script(const std::string& name, const std::string& turns) {
  write(name + ".turns.yaml", "turns:\n" + turns);
}

void CliProgram::agent(const std::string& name, const std::string& turns, const std::string& more) {
  script(name, turns);
  write("agents/" + name + ".yaml", "name: " + name + "\nsystem_prompt: Be brief.\nmodel: scripted/" +
                                        (folder_ / (name + ".turns.yaml")).string() + "\n" + more);
}

boost::json::value CliProgram::show(const std::string& run_id) {
  return run({"runs", "show", run_id, "--json"}).json();
}

}  // namespace executus::testing
