// Port: keeps the files a run is given. The model sees their ids, never their bytes.
//
// Absent: files are ignored, the run is text only. Threads: called on the caller's strand before the run is admitted.
// Exceptions: that file is skipped and logged.
#pragma once

#include <cstddef>
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

  // Gives the run `to`, a fork of `from` that is to be made, the files of that run, under the same ids. Idempotent; an
  // exception: no fork is made. Where an id means the same file in every run there is nothing to do.
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
