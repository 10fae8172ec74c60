#include "cli/output/new_file.hpp"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <executus/base/error.hpp>
#include <executus/testing/temporary_folder.hpp>

namespace executus::cli {
namespace {

using ::testing::HasSubstr;

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string refusal_of(const std::string& path, std::string_view text) {
  try {
    write_new_file(path, text);
  } catch (const Error& error) {
    return error.code() + ": " + error.message();
  }
  return "written";
}

// While it lives this process writes no file beyond 4 bytes.
class SmallFiles final {
 public:
  SmallFiles() : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    rlimit small{4, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &small);
  }
  ~SmallFiles() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  void (*handler_)(int);
  rlimit before_{};
};

TEST(NewFile, IsNeverWrittenOverOneThatIsThere) {
  testing::TemporaryFolder folder;
  auto path = (folder / "agent.yaml").string();
  write_new_file(path, "mine");
  EXPECT_THAT(refusal_of(path, "other"), HasSubstr("File exists"));
  EXPECT_EQ(text_of(path), "mine");
}

TEST(NewFile, ThatCouldNotBeWrittenWholeIsNotThere) {
  testing::TemporaryFolder folder;
  auto path = (folder / "agent.yaml").string();
  std::string refusal;
  {
    SmallFiles small;
    refusal = refusal_of(path, "more than four bytes");
  }
  EXPECT_THAT(refusal, HasSubstr("cli.output: the file"));
  EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace executus::cli
