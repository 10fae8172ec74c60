#include "tools/files/file_tools.hpp"

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
#include "tools/shared/text_lines.hpp"

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
    return read_file({std::move(path), offset, limit, {}}, root_.string()).text;
  }
  std::string piece(std::string path, int line, std::int64_t column) {
    return read_file({std::move(path), line, {}, column}, root_.string()).text;
  }
  std::string found(std::string pattern, std::optional<std::string> path = {}, std::optional<std::string> glob = {}) {
    return grep({std::move(pattern), std::move(path), std::move(glob), {}, {}}, root_.string());
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
  std::filesystem::create_symlink(root_ / "src", root_ / "absolute");
  std::filesystem::create_symlink("../absolute/b.cpp", root_ / "src" / "both");
  EXPECT_THAT(read("absolute/b.cpp"), HasSubstr("main"));
  EXPECT_THAT(read("absolute/both"), HasSubstr("main"));
}

TEST_F(FileTools, TellLinksThatLeadOutFromThoseThatLeadNowhere) {
  std::filesystem::create_symlink("loop", root_ / "loop");
  std::filesystem::create_symlink(root_ / "turn", root_ / "turn");
  std::filesystem::create_symlink(root_ / "gone", root_ / "dangling");
  EXPECT_THAT(refusal("loop"), HasSubstr("leads back to itself"));
  EXPECT_THAT(refusal("turn"), HasSubstr("leads back to itself"));
  EXPECT_THAT(refusal("dangling"), HasSubstr("does not exist"));
}

TEST_F(FileTools, UnderstandAbsolutePaths) {  // [TLS-16]
  EXPECT_THAT(read((root_ / "a.txt").string()), HasSubstr("one"));
  EXPECT_THAT(read((root_ / "src" / ".." / "a.txt").string()), HasSubstr("one"));
  EXPECT_THAT(found("two", (root_ / "src").string()), HasSubstr("src/b.cpp:2"));
  EXPECT_EQ(find_files({(root_ / "src").string() + "/*.cpp", {}}, root_.string()), "src/b.cpp\n");
  EXPECT_THAT(refusal("/etc/hostname"), HasSubstr("does not exist below " + root_.string()));
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
  EXPECT_EQ(read("latin1"), "1\tcaf\ufffd\n[bytes that are no UTF-8 are shown as \ufffd]\n");
  EXPECT_THAT(found("café", "latin1"), HasSubstr("1 line has bytes that are no UTF-8"));
  write(root_ / "utf16", std::string("\xff\xfeh\0i\0", 6));
  EXPECT_THAT(refusal("utf16"), HasSubstr("UTF-16"));
}

TEST_F(FileTools, ReadSaysHowLinesEndAndThatAFileIsEmpty) {
  write(root_ / "win.txt",
        "\xef\xbb\xbf"
        "one\r\ntwo\r\n");
  EXPECT_EQ(read("win.txt"), "1\tone\n2\ttwo\n[lines end in CR LF]\n");
  write(root_ / "empty", "");
  EXPECT_EQ(read("empty"), "[the file is empty]\n");
}

TEST_F(FileTools, ReadShowsTheRestOfALongLine) {  // [TLS-16]
  std::string line = std::string(499, 'x') + "üZ" + std::string(70'000, 'y') + "end";
  write(root_ / "long.json", "first\n" + line + "\r\nlast\n");
  auto page = read("long.json");
  EXPECT_THAT(page, HasSubstr("xü... [cut: the line has 70506 bytes; go on with offset 2 and column 502]\n3\tlast"));
  auto rest = piece("long.json", 2, 502);
  EXPECT_THAT(rest, ::testing::StartsWith("2\tZyyy"));
  EXPECT_THAT(rest,
              HasSubstr("y\n[bytes 502 to 60501 of line 2, which has 70506; go on with offset 2 and column 60502]\n"));
  EXPECT_EQ(piece("long.json", 2, 70'500), "2\tyyyend\n[lines end in CR LF]\n");
  EXPECT_EQ(piece("long.json", 2, 70'507), "[line 2 has 70506 bytes]\n") << "right behind it";
  EXPECT_EQ(piece("long.json", 2, 80'000), "[line 2 has 70506 bytes]\n");
  EXPECT_EQ(piece("long.json", 9, 1), "[the file has 3 lines]\n");
}

TEST_F(FileTools, ReadReachesWhatIsBehindTheLongestLineItKeeps) {  // [TLS-16]
  write(root_ / "huge", std::string(3 * TextLines::kLongestLine, 'x') + "needle\n");
  auto column = static_cast<std::int64_t>(3 * TextLines::kLongestLine) + 1;
  EXPECT_EQ(piece("huge", 1, column), "1\tneedle\n");
  EXPECT_THAT(piece("huge", 1, 1), HasSubstr("column 60001"));
}

TEST_F(FileTools, ReadCountsTheNulsOfASparseFile) {
  write(root_ / "sparse", "text\n" + std::string(10'000, '\n'));
  std::filesystem::resize_file(root_ / "sparse", 50'000);
  EXPECT_THAT(read("sparse", 10'002), HasSubstr("10002\t[500 NUL bytes]... [cut: the line has 39995 bytes"));
}

TEST_F(FileTools, GrepShowsThePartOfALineThatMatches) {  // [TLS-16]
  write(root_ / "users.json", std::string(5'000, 'a') + "Zoe" + std::string(5'000, 'b') + "\n");
  auto zoe = found("Zoe", "users.json");
  EXPECT_THAT(zoe, HasSubstr("users.json:1\t...aaa"));
  EXPECT_THAT(zoe, HasSubstr("aZoeb"));
  EXPECT_THAT(zoe,
              HasSubstr("bbb... [cut: the line has 10003 bytes; read_file shows more with offset 1 and column 4876]"));
  EXPECT_LT(zoe.size(), 700u);
}

TEST_F(FileTools, NamesWithLineBreaksAreOneLine) {
  write(root_ / "a\nb", "two\n");
  EXPECT_THAT(list_dir({}, root_.string()), HasSubstr("\"a\\nb\"\n"));
  EXPECT_EQ(find_files({"a?b", {}}, root_.string()), "\"a\\nb\"\n");
  EXPECT_EQ(found("two", "a\nb"), "\"a\\nb\":1\ttwo\n");
  write(root_ / "caf\xe9", "");
  EXPECT_THAT(list_dir({}, root_.string()), HasSubstr("[1 name has bytes that are no UTF-8"));
}

TEST_F(FileTools, FindLinksByName) {  // [TLS-16]
  std::filesystem::create_symlink("a.txt", root_ / "link.txt");
  std::filesystem::create_directory_symlink("src", root_ / "sources");
  EXPECT_EQ(find_files({"link.txt", {}}, root_.string()), "link.txt\n[1 link to a directory is not followed]\n");
  EXPECT_THAT(find_files({"sources", {}}, root_.string()), ::testing::StartsWith("sources/\n"));
  EXPECT_THAT(found("one", {}, "link.*"), HasSubstr("link.txt:1\tone"));
}

// "Nothing" is a claim.
TEST_F(FileTools, SayWhyTheyFoundNothing) {
  EXPECT_EQ(found("two", {}, "*.rs"), "[no file fits, so nothing was searched]\n");
  EXPECT_EQ(found("one", "a.txt", "*.rs"), "a.txt:1\tone\n") << "a file that is named needs to fit no glob";
  EXPECT_THAT(found("one\\ntwo"), HasSubstr("one at a time"));
  EXPECT_EQ(find_files({"src", {}}, root_.string()),
            "[1 directory fits the pattern; list_dir shows its entries]\n[no file matches]\n");
  std::filesystem::create_directories(root_ / ".git");
  write(root_ / ".git" / "config", "needle\n");
  EXPECT_THAT(found("needle"), HasSubstr(".git was passed over"));
  EXPECT_THAT(find_files({"config", {}}, root_.string()), HasSubstr(".git was passed over"));
  EXPECT_THAT(found("needle", ".git"), HasSubstr(".git/config:1\tneedle"));
}

TEST_F(FileTools, SearchesStopWhenNobodyWaits) {
  std::stop_source nobody;
  nobody.request_stop();
  EXPECT_THROW((void)grep({"x", {}, "*.nothing", {}, {}}, root_.string(), nobody.get_token()), Error);
  EXPECT_THROW((void)find_files({"*.nothing", {}}, root_.string(), nobody.get_token()), Error);
}

TEST_F(FileTools, SeeFilesOfTheRootOfAll) {
  EXPECT_THAT(read_file({(root_ / "a.txt").string(), {}, {}, {}}, "/").text, HasSubstr("one"));
  EXPECT_THAT(find_files({"a.txt", root_.string()}, "/"), ::testing::EndsWith("root/a.txt\n"));
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

TEST_F(FileTools, SaysOfGrepsOlderOperatorsThatTheyAreCharacters) {
  for (const char* pattern : {"one\\|two", "\\(one\\)", "on\\+e", "e\\{2\\}"})
    EXPECT_THAT(grep({pattern, {}, {}, {}, {}}, root_.string()), HasSubstr("leave out the backslash")) << pattern;
  EXPECT_THAT(grep({"x\\|y\\|\\(z", {}, {}, {}, {}}, root_.string()), HasSubstr("meant by \\| \\( here"));
  EXPECT_EQ(grep({"absent\\\\|gone\\.", "a.txt", {}, {}, {}}, root_.string()), "[no line matches]\n");
  EXPECT_EQ(grep({"^tw(\\||o)", "a.txt", {}, {}, {}}, root_.string()), "a.txt:2\ttwo\n") << "something was found";
}

TEST_F(FileTools, GrepSaysWhichLettersItDoesNotKnow) {  // [TLS-16]
  write(root_ / "letters.txt", "\xc3\xa9lan vital\n");
  for (const char* pattern : {"\\b\u00e9lan\\b", "^\\w+ vital", "^[[:alpha:]]+ vital"})
    EXPECT_THAT(grep({pattern, "letters.txt", {}, {}, {}}, root_.string()), HasSubstr("\\pL is any letter")) << pattern;
  EXPECT_EQ(grep({"absent", "letters.txt", {}, {}, {}}, root_.string()), "[no line matches]\n");
  EXPECT_EQ(grep({"\\bgone\\b", "a.txt", {}, {}, {}}, root_.string()), "[no line matches]\n") << "all is ASCII there";
  EXPECT_EQ(grep({"\\bvital", "letters.txt", {}, {}, {}}, root_.string()), "letters.txt:1\t\xc3\xa9lan vital\n");
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

// The number that follows `words`; 0: there is none.
std::int64_t number_behind(const std::string& answer, const std::string& words) {
  auto at = answer.find(words);
  return at == std::string::npos ? 0 : std::stoll(answer.substr(at + words.size()));
}

// The place that grep tells to read on from, as an argument of read_file.
std::int64_t column_said(const std::string& answer) { return number_behind(answer, "column "); }

TEST_F(FileTools, GrepSaysHowToReachWhatItDidNotSearch) {  // [TLS-16]
  write(root_ / "long", "first\n" + std::string(TextLines::kLongestLine, 'x') + "needle\n");
  auto answer = found("needle", "long");
  EXPECT_THAT(answer,
              HasSubstr("[of line 2 of long only the first 1048576 bytes were searched; for the rest, and a match "
                        "that begins before it, use read_file with path long, offset 2 and column 1048076]\n"
                        "[no line matches]"));
  EXPECT_THAT(piece("long", 2, column_said(answer)), HasSubstr("xneedle\n"));
}

TEST_F(FileTools, GrepShowsTheWayToAMatchAcrossTheEndOfWhatItSearched) {  // [TLS-16]
  write(root_ / "long", std::string(TextLines::kLongestLine - 3, 'x') + "needle\n");
  auto answer = found("needle", "long");
  EXPECT_THAT(answer, HasSubstr("[no line matches]"));
  EXPECT_THAT(piece("long", 1, column_said(answer)), HasSubstr("xneedle\n"));
}

TEST_F(FileTools, GrepSaysHowToReachTheRestOfALineThatIsNoUtf8) {  // [TLS-16]
  write(root_ / "strange", "\xef\xbb\xbf" + std::string(TextLines::kLongestLine / 2, '\xff') + "needle\n");
  auto answer = found(std::string(".{50}?needle"), "strange");
  auto searched = number_behind(answer, "only the first ");
  ASSERT_GT(searched, 0);
  EXPECT_LE(column_said(answer), searched / 3 + 4) << "each byte of the file was searched as three, or is shown";
  EXPECT_THAT(piece("strange", 1, column_said(answer)), HasSubstr("go on with offset 1 and column"));
}

TEST_F(FileTools, GrepNamesTheFirstLinesThatAreTooLongAndCountsTheOthers) {
  for (int i = 1; i <= 7; ++i)
    write(root_ / ("long" + std::to_string(i)), std::string(TextLines::kLongestLine + 9, 'x'));
  auto answer = found("needle", {}, "long*");
  EXPECT_THAT(answer, HasSubstr("[of line 1 of long5 only"));
  EXPECT_THAT(answer, Not(HasSubstr("of long6")));
  EXPECT_THAT(answer, HasSubstr("[so it is with 2 more long lines; search their files one at a time]"));
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
