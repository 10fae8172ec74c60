// A page of the documentation whose commands a test runs.
#pragma once

#include <string>
#include <vector>

#include "cli_program.hpp"

namespace executus::testing {

class Guide : public CliProgram {
 protected:
  explicit Guide(const std::string& page);  // "docs/guides/approvals.md"

  // The blocks of a language ("sh", "yaml"), in order.
  [[nodiscard]] std::vector<std::string> blocks(const std::string& language) const;

  // Runs the commands of the n-th block of "sh", one a line; each ends with the exit code that its comment says, or 0.
  // What they print.
  std::string run_block(std::size_t n);

 private:
  std::string page_;
};

}  // namespace executus::testing
