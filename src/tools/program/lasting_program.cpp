#include "tools/program/lasting_program.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <utility>

#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.hpp"
#include "tools/program/pipes.hpp"
#include "tools/program/program_lookup.hpp"
#include "tools/program/started_program.hpp"

namespace executus::tools {
namespace {

using Steady = std::chrono::steady_clock;
using LastingHow = LastingEnd::How;

constexpr int kMostReads = 1024;
constexpr auto kLastOutput = std::chrono::milliseconds(250);  // of what an ended program left running
constexpr auto kTreeEnd = std::chrono::seconds(5);            // only a process that cannot be ended takes so long

FileDescriptor make_wake_event() {
  FileDescriptor event(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  return event ? std::move(event) : throw no_descriptors();
}

}  // namespace

// What its thread does, from the start to the end.
class LastingProgram::Life final {
 public:
  Life(LastingProgram& program, Guard& guard, LastingSpec spec, Listener listener)
      : program_(program), patience_(spec.patience), listener_(std::move(listener)) {
    image_.directory = std::move(spec.directory);
    image_.argv = std::move(spec.argv);
    image_.environment = std::move(spec.environment);
    guard_ = &guard;
  }

  void live() {
    try {
      begin();
      while (!warden_gone_ && step()) {
      }
      read_rest();
    } catch (const Error& error) {
      end_.how = LastingHow::not_started, end_.problem = error.message();
    }
    {
      std::lock_guard lock(program_.mutex_);
      program_.over_ = true;
      program_.pieces_.clear();
    }
    started_ = {};
    listener_.ended(end_);
  }

 private:
  // `running`: until it ends, or is to end. `last_output`: it has ended by itself. `input_closed`, `asked`: it is to
  // end by itself. `ending`: the warden ends the tree.
  enum class Phase { running, last_output, input_closed, asked, ending };

  void begin() {
    image_.path = std::move(find_program(image_.argv.front(), image_.directory, image_.environment)).value();
    started_ = start_program(*guard_, image_);
  }

  // False: the tree does not end, and is not waited for any longer.
  bool step() {
    obey();
    if (!turn_phase()) return false;
    take_piece();
    std::array<pollfd, 5> polled{{{started_.channel.get(), POLLIN, 0},
                                  {started_.output.get(), POLLIN, 0},
                                  {started_.errors.get(), POLLIN, 0},
                                  {written_ < piece_.bytes.size() ? started_.input.get() : -1, POLLOUT, 0},
                                  {program_.event_.get(), POLLIN, 0}}};
    ::poll(polled.data(), polled.size(), patience());
    if (polled[2].revents) read_errors();
    if (polled[1].revents) read_output();
    if (polled[3].revents) write_piece();
    if (polled[4].revents) clear_event();
    if (polled[0].revents) hear_warden();
    return true;
  }

  void obey() {
    Wish wish;
    {
      std::lock_guard lock(program_.mutex_);
      wish = program_.wish_;
    }
    if (wish != Wish::none) wanted_ = true;
    if (wish == Wish::kill && phase_ != Phase::ending) end_tree();
    if (wish == Wish::end && phase_ == Phase::running) close_input();
  }

  bool turn_phase() {
    const bool late = phase_ != Phase::running && Steady::now() >= until_;
    switch (phase_) {
      case Phase::running:
        return true;
      case Phase::last_output:
        if (late || (!started_.output && !started_.errors)) end_tree();
        return true;
      case Phase::input_closed:
        if (late) ask_to_end();
        return true;
      case Phase::asked:
        if (late) end_tree();
        return true;
      case Phase::ending:
        return !late;
    }
    return false;
  }

  void enter(Phase phase, Steady::duration time) { phase_ = phase, until_ = Steady::now() + time; }
  void close_input() {
    started_.input.close();
    enter(Phase::input_closed, patience_);
  }
  void ask_to_end() {
    (void)!::send(started_.channel.get(), &kAskToEnd, sizeof kAskToEnd, MSG_NOSIGNAL | MSG_DONTWAIT);
    enter(Phase::asked, patience_);
  }
  void end_tree() {
    started_.input.close();
    ::shutdown(started_.channel.get(), SHUT_WR);
    enter(Phase::ending, kTreeEnd);
  }

  int patience() const {
    if (phase_ == Phase::running) return -1;
    auto left = std::chrono::ceil<std::chrono::milliseconds>(until_ - Steady::now());
    return static_cast<int>(std::clamp<std::chrono::milliseconds::rep>(left.count(), 0, 10'000));
  }

  // The next piece to write, when the one before is written.
  void take_piece() {
    std::lock_guard lock(program_.mutex_);
    if (!started_.input || written_ < piece_.bytes.size() || program_.pieces_.empty()) return;
    piece_ = std::move(program_.pieces_.front());
    program_.pieces_.pop_front();
    program_.queued_ -= piece_.bytes.size();
    written_ = 0;
  }

  void write_piece() {
    if (written_ == 0 && piece_.permit && !piece_.permit->begin()) return piece_.bytes.clear();
    ssize_t put = ::write(started_.input.get(), piece_.bytes.data() + written_, piece_.bytes.size() - written_);
    if (put > 0) written_ += static_cast<std::size_t>(put), end_.written = piece_.number;
    if (put >= 0 || errno == EAGAIN || errno == EINTR) return;
    piece_.bytes.clear(), written_ = 0;
    if (phase_ == Phase::running) close_input();  // nothing reads it any more
  }

  void read_output() {
    std::array<char, 65536> buffer;
    ssize_t got = ::read(started_.output.get(), buffer.data(), buffer.size());
    if (got > 0) return listener_.output({buffer.data(), static_cast<std::size_t>(got)});
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    started_.output.close();
    if (phase_ == Phase::running) close_input();  // it can tell nothing any more
  }

  void read_errors() {
    std::array<char, 65536> buffer;
    ssize_t got = ::read(started_.errors.get(), buffer.data(), buffer.size());
    if (got > 0) return keep_errors({buffer.data(), static_cast<std::size_t>(got)});
    if (got == 0 || (errno != EAGAIN && errno != EINTR)) started_.errors.close();
  }

  void keep_errors(std::string_view more) {
    std::lock_guard lock(program_.mutex_);
    program_.errors_.append(more);
    if (program_.errors_.size() > 2 * kKeptOfErrors) program_.errors_.erase(0, program_.errors_.size() - kKeptOfErrors);
  }

  // What the pipes hold now, within bounds: a process that could not be ended may still write to them.
  void read_rest() {
    for (int i = 0; i < kMostReads && holds_more(started_.output); ++i) read_output();
    for (int i = 0; i < kMostReads && holds_more(started_.errors); ++i) read_errors();
  }
  static bool holds_more(const FileDescriptor& pipe) {
    pollfd waiting{pipe.get(), POLLIN, 0};
    return pipe && ::poll(&waiting, 1, 0) > 0;
  }

  void clear_event() const {
    std::uint64_t ignored = 0;
    (void)!::read(program_.event_.get(), &ignored, sizeof ignored);
  }

  void hear_warden() {
    Report report;
    auto heard = hear(started_.channel, report);
    if (heard == Heard::end) warden_gone_ = true;
    if (heard != Heard::report) return;
    if (report.kind == Report::Kind::ended) note_end(report.value);
    if (report.kind != Report::Kind::not_started) return;
    end_.how = LastingHow::not_started;
    end_.problem = why_not_started(report, image_);
  }

  void note_end(int status) {
    end_.how = wanted_ ? LastingHow::ended : WIFSIGNALED(status) ? LastingHow::signalled : LastingHow::exited;
    end_.code = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
    started_.input.close();
    if (phase_ != Phase::ending) enter(Phase::last_output, kLastOutput);
  }

  LastingProgram& program_;
  const Milliseconds patience_;
  Guard* guard_ = nullptr;
  const Listener listener_;
  const NoSigpipe no_sigpipe_;
  ProgramImage image_;
  StartedProgram started_;
  Piece piece_;  // that is being written
  std::size_t written_ = 0;
  Phase phase_ = Phase::running;
  Steady::time_point until_;
  bool wanted_ = false;  // its end was asked for
  bool warden_gone_ = false;
  LastingEnd end_;
};

LastingProgram::LastingProgram(Guard& guard, LastingSpec spec, Listener listener) : event_(make_wake_event()) {
  thread_ = std::thread([this, &guard, own = std::move(spec), told = std::move(listener)]() mutable {
    Life(*this, guard, std::move(own), std::move(told)).live();
  });
}

LastingProgram::~LastingProgram() {
  {
    std::lock_guard lock(mutex_);
    wish_ = Wish::kill;
  }
  wake();
  thread_.join();
}

std::optional<std::uint64_t> LastingProgram::write(std::string bytes, std::shared_ptr<StartPermit> permit) {
  std::uint64_t number = 0;
  {
    std::lock_guard lock(mutex_);
    if (over_ || wish_ != Wish::none || queued_ + bytes.size() > kMostQueued) return std::nullopt;
    queued_ += bytes.size();
    number = ++taken_;
    pieces_.push_back({number, std::move(bytes), std::move(permit)});
  }
  wake();
  return number;
}

void LastingProgram::end() {
  {
    std::lock_guard lock(mutex_);
    if (wish_ == Wish::none) wish_ = Wish::end;
  }
  wake();
}

std::string LastingProgram::last_errors() const {
  std::lock_guard lock(mutex_);
  auto kept = std::min(errors_.size(), kKeptOfErrors);
  return as_utf8(errors_.substr(errors_.size() - kept));
}

void LastingProgram::wake() const noexcept {
  std::uint64_t one = 1;
  (void)!::write(event_.get(), &one, sizeof one);
}

std::string in_words(const LastingEnd& end) {
  switch (end.how) {
    case LastingHow::exited:
      return "has ended by itself (exit code " + std::to_string(end.code) + ")";
    case LastingHow::signalled:
      return "was ended by signal " + std::to_string(end.code);
    case LastingHow::not_started:
      return "could not be started: " + end.problem;
    case LastingHow::lost:
      return "was lost, with the process that guards it";
    case LastingHow::ended:
      return "was ended";
  }
  return "";
}

}  // namespace executus::tools
