#include "base/text_file.hpp"

#include <fstream>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <executus/testing/temporary_folder.hpp>

namespace executus {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class TextFile : public ::testing::Test {
 protected:
  static std::string refusal(const std::string& path) {
    auto text = read_text_file(path);
    return text.ok() ? "read: " + *text : text.error().message();
  }
  const executus::testing::TemporaryFolder folder_;
};

TEST_F(TextFile, IsRead) {
  auto file = (folder_ / "file").string();
  std::ofstream(file) << "text";
  EXPECT_EQ(read_text_file(file).value(), "text");
  EXPECT_THAT(read_text_file(file, 3).error().message(), HasSubstr("larger than 3 bytes"));
  EXPECT_THAT(refusal((folder_ / "none").string()), HasSubstr("No such file"));
  EXPECT_THAT(refusal(folder_.path().string()), HasSubstr("Is a directory"));
}

// Nobody will ever write into the pipe: who opened it to read would wait for ever.
TEST_F(TextFile, IsNoNamedPipeAndNoDevice) {
  auto pipe = (folder_ / "pipe").string();
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_THAT(refusal(pipe), AllOf(HasSubstr(pipe), HasSubstr("it is a named pipe, not a file")));
  EXPECT_THAT(refusal("/dev/null"), HasSubstr("it is a device, not a file"));
  EXPECT_EQ(read_text_file("/dev/null", 1, TextSource::anything).value(), "");
}

TEST_F(TextFile, MayBeAPipeOfAShell) {
  int ends[2] = {-1, -1};
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  ASSERT_EQ(::write(ends[1], "text", 4), 4);
  ::close(ends[1]);
  EXPECT_EQ(refusal("/proc/self/fd/" + std::to_string(ends[0])), "read: text");
  ::close(ends[0]);
}

}  // namespace
}  // namespace executus
