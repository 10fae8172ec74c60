#include "tools/child_process.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <optional>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace executus::tools {
namespace {

constexpr int kPollMs = 50;  // how soon a stop is noticed

struct Pipe {
  int read = -1;
  int write = -1;
  Pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) == 0) read = ends[0], write = ends[1];
  }
  ~Pipe() {
    close_read();
    close_write();
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  void close_read() {
    if (read >= 0) ::close(std::exchange(read, -1));
  }
  void close_write() {
    if (write >= 0) ::close(std::exchange(write, -1));
  }
};

std::vector<char*> pointers(const std::vector<std::string>& strings) {
  std::vector<char*> list;
  for (const auto& text : strings) list.push_back(const_cast<char*>(text.c_str()));
  list.push_back(nullptr);
  return list;
}

// After fork only calls that are safe there: other threads may have held locks.
[[noreturn]] void become(char* const* argv, char* const* environment, const char* directory, const Pipe& in,
                         const Pipe& out, const Pipe& err, const Pipe& trouble, pid_t parent) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(127);  // it died before the request above
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGPIPE, SIG_DFL);
  bool ready =
      ::dup2(in.read, 0) >= 0 && ::dup2(out.write, 1) >= 0 && ::dup2(err.write, 2) >= 0 && ::chdir(directory) == 0;
  if (ready) ::execvpe(argv[0], argv, environment);
  int error = errno;
  (void)!::write(trouble.write, &error, sizeof error);
  ::_exit(127);
}

void keep_head(std::string& text, std::string_view more) {
  text.append(more.substr(0, kMaxKeptOutput - std::min(kMaxKeptOutput, text.size())));
}

void keep_tail(std::string& text, std::string_view more) {
  text.append(more);
  if (text.size() > kMaxKeptErrors) text.erase(0, text.size() - kMaxKeptErrors);
}

class Conversation final {
 public:
  Conversation(const ProgramSpec& spec, Pipe& in, Pipe& out, Pipe& err) : spec_(spec), in_(in), out_(out), err_(err) {
    for (int fd : {in.write, out.read, err.read}) ::fcntl(fd, F_SETFL, O_NONBLOCK);
  }

  // False: both outputs are closed.
  bool step(ProgramEnd& end) {
    if (written_ == spec_.input.size()) in_.close_write();
    pollfd polled[3] = {{out_.read, POLLIN, 0}, {err_.read, POLLIN, 0}, {in_.write, POLLOUT, 0}};
    ::poll(polled, 3, kPollMs);
    if (polled[0].revents) end.output_bytes += read_from(out_, end.output, keep_head);
    if (polled[1].revents) end.errors_bytes += read_from(err_, end.errors, keep_tail);
    if (polled[2].revents) write_input();
    return out_.read >= 0 || err_.read >= 0;
  }

 private:
  // How many bytes came.
  std::size_t read_from(Pipe& pipe, std::string& text, void (*keep)(std::string&, std::string_view)) {
    char buffer[16384];
    ssize_t got = ::read(pipe.read, buffer, sizeof buffer);
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) pipe.close_read();
    if (got <= 0) return 0;
    auto size = static_cast<std::size_t>(got);
    keep(text, {buffer, size});
    return size;
  }
  void write_input() {
    ssize_t put = ::write(in_.write, spec_.input.data() + written_, spec_.input.size() - written_);
    if (put < 0 && errno != EAGAIN && errno != EINTR) return in_.close_write();  // it does not read; its business
    if (put > 0) written_ += static_cast<std::size_t>(put);
  }
  const ProgramSpec& spec_;
  Pipe &in_, &out_, &err_;
  std::size_t written_ = 0;
};

void note_end(ProgramEnd& end, int status, bool stopped) {
  bool killed = WIFSIGNALED(status) || stopped;
  end.how = killed ? ProgramEnd::How::killed : ProgramEnd::How::exited;
  end.code = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
}

std::optional<int> start_error(Pipe& trouble) {
  trouble.close_write();
  int error = 0;
  return ::read(trouble.read, &error, sizeof error) == sizeof error ? std::optional(error) : std::nullopt;
}

}  // namespace

ProgramEnd run_program(const ProgramSpec& spec, const std::atomic<bool>& stop) {
  ProgramEnd end;
  Pipe in, out, err, trouble;
  auto argv = pointers(spec.argv);
  auto environment = pointers(spec.environment);
  pid_t parent = ::getpid();
  ::signal(SIGPIPE, SIG_IGN);
  pid_t child = trouble.write < 0 ? -1 : ::fork();
  if (child == 0) become(argv.data(), environment.data(), spec.directory.c_str(), in, out, err, trouble, parent);
  if (child < 0) {
    end.errors = std::strerror(errno);
    return end;
  }
  ::setpgid(child, child);
  in.close_read(), out.close_write(), err.close_write();
  if (auto error = start_error(trouble)) {
    ::waitpid(child, nullptr, 0);
    end.errors = std::strerror(*error);
    return end;
  }
  auto until = std::chrono::steady_clock::now() + spec.timeout;
  Conversation conversation(spec, in, out, err);
  int status = 0;
  bool stopped = false, open = true;
  for (;;) {
    if (open) open = conversation.step(end);
    if (!open && ::waitpid(child, &status, WNOHANG) == child) break;
    if (!open) ::poll(nullptr, 0, kPollMs);
    if (!stopped && (stop || std::chrono::steady_clock::now() >= until)) stopped = ::kill(-child, SIGKILL) == 0 || true;
    if (stopped && open && ::waitpid(child, &status, WNOHANG) == child) break;  // a grandchild may keep the pipes open
  }
  ::kill(-child, SIGKILL);  // what it left behind
  note_end(end, status, stopped);
  return end;
}

}  // namespace executus::tools
