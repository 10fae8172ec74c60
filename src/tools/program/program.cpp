#include "tools/program/program.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <optional>
#include <utility>

#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tools/program/pipes.hpp"
#include "tools/program/program_lookup.hpp"
#include "tools/program/started_program.hpp"

namespace executus::tools {
namespace {

using Clock = std::chrono::steady_clock;
using How = ProgramEnd::How;

// How long processes that the program left behind may still write to its outputs.
constexpr auto kLastWords = std::chrono::milliseconds(250);
// How long the call waits for the end of the tree. Only a process that cannot be ended takes so long (another user's,
// or one in a read from a server that is gone); the warden goes on waiting for it.
constexpr auto kEndOfTree = std::chrono::seconds(5);

class Run final {
 public:
  Run(const ProgramSpec& spec, std::stop_token stop) : spec_(spec), stop_(std::move(stop)) {}

  ProgramEnd run(Guard& guard) {
    end_.how = How::stopped;
    if (stop_.stop_requested()) return std::move(end_);  // before it was started
    end_.how = How::not_started;
    try {
      begin(guard);
    } catch (const Error& error) {
      end_.problem = error.message();
      return std::move(end_);
    }
    while (!warden_gone_ && step()) {
    }
    read_rest();
    return std::move(end_);
  }

 private:
  // `running`: until the program ends. `last_words`: it has ended, its outputs are still open. `ending`: the warden is
  // told to end the tree.
  enum class Phase { running, last_words, ending };

  void begin(Guard& guard) {
    image_.directory = spec_.directory;
    image_.argv = spec_.argv;
    image_.environment = spec_.environment;
    image_.handed = spec_.handed;
    image_.path = std::move(find_program(spec_.argv.front(), spec_.directory, spec_.environment)).value();
    wake_.emplace(stop_);
    auto started = start_program(guard, image_);
    channel_ = std::move(started.channel), input_ = std::move(started.input);
    output_ = std::move(started.output), errors_ = std::move(started.errors);
    end_.how = How::lost;  // until a report says more
    until_ = later(Clock::now(), spec_.timeout);
  }

  // Waits for something, and acts on it. False: the tree does not end, and is not waited for any longer.
  bool step() {
    if (!turn_phase()) return false;
    if (written_ == spec_.input.size()) input_.close();
    std::array<pollfd, 5> polled{{{channel_.get(), POLLIN, 0},
                                  {output_.get(), POLLIN, 0},
                                  {errors_.get(), POLLIN, 0},
                                  {input_.get(), POLLOUT, 0},
                                  {phase_ == Phase::ending ? -1 : wake_->fd(), POLLIN, 0}}};
    ::poll(polled.data(), polled.size(), milliseconds_left());
    if (polled[1].revents) read_from(output_, end_.output);
    if (polled[2].revents) read_from(errors_, end_.errors);
    if (polled[3].revents) write_input();
    if (polled[0].revents) hear_warden();
    return true;
  }

  bool turn_phase() {
    bool late = Clock::now() >= until_;
    switch (phase_) {
      case Phase::running:
        if (late || stop_.stop_requested()) end_tree(late ? How::timed_out : How::stopped);
        return true;
      case Phase::last_words:
        if (late || stop_.stop_requested() || (!output_ && !errors_)) end_tree(end_.how);
        return true;
      case Phase::ending:
        return !late;
    }
    return false;
  }

  // The warden sees the end of the channel, ends the tree, and ends itself.
  void end_tree(How how) {
    end_.how = how;
    phase_ = Phase::ending;
    until_ = Clock::now() + kEndOfTree;
    input_.close();
    ::shutdown(channel_.get(), SHUT_WR);
  }

  int milliseconds_left() const {
    auto left = std::chrono::ceil<std::chrono::milliseconds>(until_ - Clock::now());
    return static_cast<int>(std::clamp<std::chrono::milliseconds::rep>(left.count(), 0, 1'000'000));
  }

  void hear_warden() {
    Report report;
    auto heard = hear(channel_, report);
    if (heard == Heard::end) warden_gone_ = true;
    if (heard != Heard::report) return;
    if (report.kind == Report::Kind::ended) note_end(report.value);
    if (report.kind != Report::Kind::not_started) return;
    end_.how = How::not_started;
    end_.problem = why_not_started(report, image_);
  }

  // A program that was to be ended may have ended by itself just before.
  void note_end(int status) {
    bool killed_by_us = phase_ == Phase::ending && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
    if (!killed_by_us) {
      end_.how = WIFSIGNALED(status) ? How::signalled : How::exited;
      end_.code = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
    }
    if (phase_ != Phase::running) return;
    phase_ = Phase::last_words;
    until_ = Clock::now() + kLastWords;
    input_.close();
  }

  static void read_from(FileDescriptor& pipe, KeptOutput& output) {
    std::array<char, 16384> buffer;
    ssize_t got = ::read(pipe.get(), buffer.data(), buffer.size());
    if (got > 0) return output.append({buffer.data(), static_cast<std::size_t>(got)});
    if (got == 0 || (errno != EAGAIN && errno != EINTR)) pipe.close();
  }

  // Reads what the pipes hold now, and no more: a process that could not be ended may still write to them.
  void read_rest() {
    for (auto [pipe, output] : {std::pair{&output_, &end_.output}, {&errors_, &end_.errors}}) {
      int held = 0;
      if (*pipe) (void)::ioctl(pipe->get(), FIONREAD, &held);
      auto all = output->bytes() + static_cast<std::size_t>(held);
      for (auto before = all + 1; *pipe && output->bytes() < all && output->bytes() != before;) {
        before = output->bytes();
        read_from(*pipe, *output);
      }
    }
  }

  void write_input() {
    ssize_t put = ::write(input_.get(), spec_.input.data() + written_, spec_.input.size() - written_);
    if (put < 0 && errno != EAGAIN && errno != EINTR) return input_.close();  // nothing reads it any more
    if (put > 0) written_ += static_cast<std::size_t>(put);
  }

  const ProgramSpec& spec_;
  const std::stop_token stop_;
  const NoSigpipe no_sigpipe_;
  std::optional<StopEvent> wake_;
  ProgramImage image_;
  FileDescriptor channel_, input_, output_, errors_;
  std::size_t written_ = 0;
  Phase phase_ = Phase::running;
  Clock::time_point until_;  // of the phase
  bool warden_gone_ = false;
  ProgramEnd end_;
};

}  // namespace

ProgramEnd run_program(Guard& guard, const ProgramSpec& spec, std::stop_token stop) {
  return Run(spec, std::move(stop)).run(guard);
}

}  // namespace executus::tools
