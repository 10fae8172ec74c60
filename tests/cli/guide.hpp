// A page of the documentation whose commands a test runs.
#pragma once

#include <string>
#include <vector>

#include "cli_program.hpp"

namespace executus::testing {

// The text of a page ("docs/guides/approvals.md"), and its blocks of a language ("sh", "yaml"), in order.
[[nodiscard]] std::string page_text(const std::filesystem::path& page);
[[nodiscard]] std::vector<std::string> blocks_of(const std::string& page, const std::string& language);
// "agents/base.yaml", where a block begins with "# agents/base.yaml"; else empty.
[[nodiscard]] std::string path_of(const std::string& block);

// A test of this fixture runs all blocks of "sh" that its page has, or fails.
class Guide : public CliProgram {
 protected:
  explicit Guide(const std::string& page);
  void TearDown() override;

  [[nodiscard]] std::vector<std::string> blocks(const std::string& language) const {
    return blocks_of(page_, language);
  }
  // Writes the blocks of "yaml" that say which file they are.
  void write_files();
  // What the models of all tiers say: turns (YAML list items).
  void models_say(const std::string& turns);
  // Has the commands name `there` instead, where this machine has not what they name.
  void instead_of(const std::string& shown, const std::string& there);

  // Runs the commands of the n-th block of "sh" by a shell, as they stand there. Each ends with the exit code that its
  // comment says ("# exit code 3"), or 0. What they print.
  std::string run_block(std::size_t n);
  std::string run_all();

 private:
  std::string page_;
  std::size_t ran_ = 0;
};

}  // namespace executus::testing
