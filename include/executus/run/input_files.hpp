// Port: keeps the files of a run: those it is given, of which the model sees the ids and never the bytes, and outputs
// of its tools that are too long to be shown.
//
// Absent: files are ignored, the run is text only, and the rest of a long output is lost. Threads: stage() is called on
// the caller's strand before the run is admitted, keep_output() on the run's. Exceptions: that file is skipped and
// logged.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include <executus/async/task.hpp>
#include <executus/base/ids.hpp>

namespace executus {

struct InputFile {
  std::string name = {};
  std::string mime = {};
  std::string bytes = {};
};

inline constexpr std::size_t kMaxInputFile = 50'000'000;  // bytes; larger ones are skipped

class InputFiles {
 public:
  virtual ~InputFiles() = default;

  // Stores the file under the run and returns its id. Idempotent by (run, index): the same id again.
  [[nodiscard]] virtual Task<std::string> stage(RunId run, std::size_t index, InputFile file) = 0;

  // Stores an output of a tool under the run and returns its id, which the model is told: read_file knows it. On the
  // disk when it returns. Idempotent by the file's name, which differs for other contents. Nothing: outputs are not
  // kept. Not cancelled.
  [[nodiscard]] virtual Task<std::optional<std::string>> keep_output(RunId run, InputFile file) {
    (void)run, (void)file;
    co_return std::nullopt;
  }

  // Gives the run `to`, which is to be made as a fork of `from` or goes on from it, the files of that run, under the
  // same ids; a file that `to` has already stays. Idempotent; an exception: the run is not made. Where an id means the
  // same file in every run there is nothing to do.
  [[nodiscard]] virtual Task<void> share(RunId from, RunId to) {
    (void)from, (void)to;
    co_return;
  }

  // The run is to be erased: its files go first, but not those that were shared with another one. Idempotent; a run
  // without files is none to complain of.
  [[nodiscard]] virtual Task<void> erase(RunId run) {
    (void)run;
    co_return;
  }
};

}  // namespace executus
