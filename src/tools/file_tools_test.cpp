#include "tools/file_tools.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <executus/async/root_group.hpp>
#include <executus/testing/temporary_folder.hpp>
#include <executus/tool/invoke.hpp>

#include "tools/builtin.hpp"
#include "tools/text_lines.hpp"

namespace executus::tools {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// A root with something in it, and a secret beside it.
class FileTools : public ::testing::Test {
 protected:
  FileTools() {
    root_ = base_ / "root";
    std::filesystem::create_directories(root_ / "src");
    write(base_ / "secret.txt", "the secret\n");
    write(root_ / "a.txt", "one\ntwo\nthree\n");
    write(root_ / "src" / "b.cpp", "int main() {}\n// two\n");
  }
  static void write(const std::filesystem::path& path, const std::string& text) {
    std::ofstream(path, std::ios::binary) << text;
  }

  std::string read(std::string path, std::optional<int> offset = {}, std::optional<int> limit = {}) {
    return read_file({std::move(path), offset, limit}, root_.string());
  }
  std::string refusal(std::string path) {
    try {
      (void)read(std::move(path));
    } catch (const Error& error) {
      return error.message();
    }
    return "it was read";
  }

  testing::TemporaryFolder base_;
  std::filesystem::path root_;
};

TEST_F(FileTools, ReadsLinesAndSaysHowToGoOn) {  // [TLS-16]
  EXPECT_EQ(read("a.txt"), "1\tone\n2\ttwo\n3\tthree\n");
  EXPECT_EQ(read("/a.txt", 2, 1), "2\ttwo\n[lines 2 to 2 of 3; go on with offset 3]\n");
  EXPECT_EQ(read("a.txt", 9), "[the file has 3 lines]\n");
}

TEST_F(FileTools, NeverLeavesTheRoot) {  // [TLS-16]
  std::filesystem::create_symlink(base_ / "secret.txt", root_ / "absolute");
  std::filesystem::create_symlink("../secret.txt", root_ / "relative");
  std::filesystem::create_directory_symlink(base_.path(), root_ / "outside");
  for (const char* path :
       {"../secret.txt", "src/../../secret.txt", "absolute", "relative", "outside/secret.txt", "../../etc/passwd"})
    EXPECT_THAT(refusal(path), HasSubstr("leads out of the directory")) << path;
  EXPECT_THAT(grep({"secret", {}, {}, {}, {}}, root_.string()), Not(HasSubstr("the secret")));
  EXPECT_THROW((void)list_dir({"outside"}, root_.string()), Error);
  EXPECT_THROW((void)find_files({"*", ".."}, root_.string()), Error);
}

TEST_F(FileTools, FollowsLinksThatStayInside) {
  std::filesystem::create_symlink("a.txt", root_ / "inside");
  EXPECT_THAT(read("inside"), HasSubstr("one"));
}

TEST_F(FileTools, RefusesWhatIsNoText) {
  write(root_ / "binary", std::string("ELF\0\1\2", 6));
  ASSERT_EQ(::mkfifo((root_ / "fifo").c_str(), 0600), 0);
  EXPECT_THAT(refusal("binary"), HasSubstr("binary file"));
  EXPECT_THAT(refusal("fifo"), HasSubstr("not a regular file")) << "and it does not hang";
  EXPECT_THAT(refusal("src"), HasSubstr("is a directory"));
  EXPECT_THAT(refusal("nothing"), HasSubstr("does not exist"));
  EXPECT_THAT(refusal(std::string("a\0b", 3)), HasSubstr("NUL"));
}

TEST_F(FileTools, RepairsInvalidUtf8) {
  write(root_ / "latin1", "caf\xe9\n");
  EXPECT_EQ(read("latin1"), "1\tcaf\xef\xbf\xbd\n");
}

TEST_F(FileTools, CapsWhatItShows) {
  write(root_ / "long", std::string(100'000, 'x') + "\n");
  EXPECT_LT(read("long").size(), 1'000u);
  std::string many;
  for (int i = 0; i < 50'000; ++i) many += "some line that is not short\n";
  write(root_ / "many", many);
  EXPECT_LE(read("many", 1, 50'000).size(), 66'000u);
  EXPECT_THAT(read("many", 1, 50'000), HasSubstr("go on with offset"));
}

TEST_F(FileTools, GrepFindsLinesByExpressionGlobAndPath) {  // [TLS-16]
  EXPECT_EQ(grep({"^tw", {}, {}, {}, {}}, root_.string()), "a.txt:2\ttwo\n");
  EXPECT_EQ(grep({"TWO", {}, "*.cpp", true, {}}, root_.string()), "src/b.cpp:2\t// two\n");
  EXPECT_THAT(grep({"o", "a.txt", {}, {}, 1}, root_.string()), HasSubstr("there are more matches"));
  EXPECT_THAT(grep({"absent", {}, {}, {}, {}}, root_.string()), HasSubstr("no line matches"));
  EXPECT_THROW((void)grep({"(", {}, {}, {}, {}}, root_.string()), Error);
}

TEST_F(FileTools, GrepSeesLinesWithoutTheirFrame) {  // [TLS-16]
  write(root_ / "win.log",
        "\xef\xbb\xbf"
        "first error\r\nsecond error\r\n");
  EXPECT_THAT(grep({"^first", "win.log", {}, {}, {}}, root_.string()), HasSubstr("win.log:1\t"));
  EXPECT_THAT(grep({"error$", "win.log", {}, {}, {}}, root_.string()), HasSubstr("win.log:2\t"));
  EXPECT_THAT(grep({"\\r$", "win.log", {}, {}, {}}, root_.string()), HasSubstr("win.log:2\t"))
      << "for who looks for it";
  EXPECT_EQ(grep({"error$", "a.txt", {}, {}, {}}, root_.string()), "[no line matches]\n");
}

TEST_F(FileTools, TheEndOfACutLineIsNotTakenForItsEnd) {
  write(root_ / "long", std::string(TextLines::kLongestLine - 1, 'x') + "ab\n");
  EXPECT_THAT(grep({"a$", "long", {}, {}, {}}, root_.string()), HasSubstr("no line matches"));
}

// Of 17 MB, each line with its number.
class LargeFile : public FileTools {
 protected:
  LargeFile() {
    std::string text;
    for (int i = 1; i <= kLines; ++i) text += std::string(84, '.') + std::to_string(100'000'000 + i) + "\n";
    write(root_ / "large.log", text);
  }
  static constexpr int kLines = 180'000;
};

TEST_F(LargeFile, IsSearchedToItsEnd) {  // [TLS-16]
  auto found = grep({"100180000$", "large.log", {}, {}, {}}, root_.string());
  EXPECT_THAT(found, ::testing::StartsWith("large.log:180000\t"));
  EXPECT_THAT(grep({"^$", {}, "*.log", {}, {}}, root_.string()), "[no line matches]\n");
}

TEST_F(LargeFile, IsReadPageByPage) {  // [TLS-16]
  EXPECT_THAT(read("large.log", 1, 2), HasSubstr("[lines 1 to 2 of more than 17"));
  EXPECT_THAT(read("large.log", kLines), ::testing::EndsWith("100180000\n"));
  EXPECT_EQ(read("large.log", kLines + 1), "[the file has 180000 lines]\n");
}

TEST_F(FileTools, GrepRefusesTheOneFileItCannotSearch) {
  write(root_ / "binary", std::string("two\0\1\2", 6));
  EXPECT_THROW((void)grep({"two", "binary", {}, {}, {}}, root_.string()), Error);
  EXPECT_THAT(grep({"absent", {}, {}, {}, {}}, root_.string()), HasSubstr("1 file is binary or unreadable"));
}

TEST_F(FileTools, GrepFindsNoLineBehindTheLast) {
  EXPECT_EQ(grep({"^$", "a.txt", {}, {}, {}}, root_.string()), "[no line matches]\n");
}

TEST_F(FileTools, CountCharactersNotBytes) {
  write(root_ / "grüße.txt", "viele grüße\n");
  EXPECT_EQ(grep({"gr.?ße$", {}, {}, {}, {}}, root_.string()), "grüße.txt:1\tviele grüße\n");
  EXPECT_EQ(find_files({"gr?ße.*", {}}, root_.string()), "grüße.txt\n");
}

TEST_F(FileTools, GrepSaysWhereItLookedAtBeginningsOnly) {
  write(root_ / "long", std::string(TextLines::kLongestLine, 'x') + "needle\n");
  auto found = grep({"needle", "long", {}, {}, {}}, root_.string());
  EXPECT_THAT(found, HasSubstr("of 1 line of more than 1048576 bytes only the beginning was looked at"));
}

TEST_F(FileTools, RunAsToolsOnThePool) {  // [TLS-16]
  BlockingPool pool;
  auto loop = make_loop(1);
  for (const auto& tool : builtin_tools(pool, system_clock())) {
    if (tool->info().spec.name != "grep") continue;
    tool::Call call{*RunId::parse("run"), "call", "key", {{"pattern", "^tw"}, {"path", "a.txt"}}, root_.string()};
    auto outcome = block_on(*loop, tool::invoke(*tool, std::move(call)));
    ASSERT_TRUE(std::holds_alternative<tool::Done>(outcome));
    EXPECT_EQ(std::get<tool::Done>(outcome).text, "a.txt:2\ttwo\n");
  }
}

TEST_F(FileTools, ListsAndFinds) {  // [TLS-16]
  EXPECT_EQ(list_dir({}, root_.string()), "a.txt\nsrc/\n");
  EXPECT_EQ(find_files({"*.cpp", {}}, root_.string()), "src/b.cpp\n");
  EXPECT_THAT(find_files({"*.rs", {}}, root_.string()), HasSubstr("no file matches"));
}

}  // namespace
}  // namespace executus::tools
