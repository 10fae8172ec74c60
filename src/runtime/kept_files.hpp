// The shipped InputFiles: a folder beside the database that has one for each run. A file's id is "run:" with its name,
// which read_file takes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <executus/async/blocking_pool.hpp>
#include <executus/run/input_files.hpp>

namespace executus {

class KeptFiles final : public InputFiles {
 public:
  static constexpr std::uintmax_t kMostOfARun = std::uintmax_t{256} << 20;

  // `folder` is made with the first file; empty: files are refused. `pool` outlives the files.
  // `most_of_a_run`: so many bytes its files may have, and no output is added beyond that.
  KeptFiles(std::string folder, BlockingPool& pool, std::uintmax_t most_of_a_run = kMostOfARun)
      : folder_(std::move(folder)), pool_(pool), most_of_a_run_(most_of_a_run) {}

  // On the disk when it returns. A name that the run has already keeps its bytes: others are refused (Error
  // input_files.differ). Error input_files.cannot_write.
  Task<std::string> stage(RunId run, std::size_t index, InputFile file) override;

  // Nothing where there is no folder. Error input_files.cannot_write, input_files.full.
  Task<std::optional<std::string>> keep_output(RunId run, InputFile file) override;

  // One copy on the disk serves both runs. Error input_files.cannot_write.
  Task<void> share(RunId from, RunId to) override;

  // Error input_files.cannot_write.
  Task<void> erase(RunId run) override;

  // Where the files of the run are; there is no such folder when it has none.
  [[nodiscard]] std::string folder_of(const RunId& run) const;

 private:
  std::string folder_;
  BlockingPool& pool_;
  const std::uintmax_t most_of_a_run_;
};

}  // namespace executus
