// A program that stays: it is written to and read from until it ends or is ended, such as a server on its stdin and
// stdout. What program.hpp says of sessions, descriptors, environments and the end of all it started holds here too.
//
// Its stderr is read from the first byte on, so that it never blocks on it; the end of it is kept.
//
// Threads: all methods from any. It has one thread of its own, on which its listener is called.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <executus/async/start_permit.hpp>
#include <executus/base/clock.hpp>

#include "async/file_descriptor.hpp"
#include "tools/program/guard.hpp"

namespace executus::tools {

struct LastingSpec {
  std::vector<std::string> argv;         // not empty
  std::vector<std::string> environment;  // NAME=value, each name once
  std::string directory;                 // absolute
  Milliseconds patience{2'000};          // of end(): until SIGTERM, and from then until it is killed
};

struct LastingEnd {
  // `lost`: its warden was killed. `ended`: we asked for it.
  enum class How { exited, signalled, not_started, lost, ended } how = How::lost;
  int code = 0;              // of exited the exit code, of signalled the signal
  std::string problem = {};  // in words, without the program's name
  std::uint64_t written =
      0;  // the last piece of which a byte was written: the program may have read it and those before
};

class LastingProgram final {
 public:
  // Both on the program's thread, quick, and throw nothing. Nothing follows `ended`.
  struct Listener {
    std::function<void(std::string_view bytes)> output;
    std::function<void(const LastingEnd& end)> ended;
  };

  static constexpr std::size_t kMostQueued = std::size_t{64} * 1024 * 1024;
  static constexpr std::size_t kKeptOfErrors = std::size_t{16} * 1024;

  // Begins to start it. `guard` outlives it.
  LastingProgram(Guard& guard, LastingSpec spec, Listener listener);
  // Ends it at once, when it has not ended, and waits for that. Not on the program's own thread.
  ~LastingProgram();
  LastingProgram(const LastingProgram&) = delete;
  LastingProgram& operator=(const LastingProgram&) = delete;

  // Queues a piece of its input, which is written whole and in turn; `permit` is begun just before its first byte, and
  // a piece whose permit was withdrawn is left out. The piece's number, from 1; nothing: it has ended, or reads so
  // slowly that kMostQueued bytes wait.
  [[nodiscard]] std::optional<std::uint64_t> write(std::string bytes, std::shared_ptr<StartPermit> permit = {});

  // Asks it to end: its input is closed, whatever is queued, later it gets SIGTERM, and then all of it is killed.
  void end();

  [[nodiscard]] std::string last_errors() const;  // the last kKeptOfErrors bytes of its stderr

 private:
  class Life;
  struct Piece {
    std::uint64_t number = 0;
    std::string bytes;
    std::shared_ptr<StartPermit> permit;
  };
  enum class Wish { none, end, kill };
  void wake() const noexcept;

  mutable std::mutex mutex_;
  std::deque<Piece> pieces_;
  std::size_t queued_ = 0;
  std::uint64_t taken_ = 0;
  std::string errors_;
  Wish wish_ = Wish::none;
  bool over_ = false;
  FileDescriptor event_;
  std::thread thread_;  // last: it uses the others
};

// "has ended by itself (exit code 1)", for messages that name the program.
[[nodiscard]] std::string in_words(const LastingEnd& end);

}  // namespace executus::tools
