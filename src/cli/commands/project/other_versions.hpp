// Runs that other versions of executus wrote, for `doctor`.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/context/command_context.hpp"

namespace executus::cli {

// Counts the runs that have not ended, and whose first entry has a journal format that this version does not read.
class OtherVersions final {
 public:
  explicit OtherVersions(CommandContext& context) : context_(context) {}

  void look_at(const journal::RunRow& row);
  [[nodiscard]] std::int64_t count() const { return count_; }
  [[nodiscard]] std::string advice() const;  // empty: there are none

 private:
  CommandContext& context_;
  std::int64_t count_ = 0;
  std::vector<std::string> named_;  // the newest of them
};

}  // namespace executus::cli
