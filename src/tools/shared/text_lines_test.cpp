#include "tools/shared/text_lines.hpp"

#include <fstream>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>

#include <executus/base/error.hpp>
#include <executus/testing/temporary_folder.hpp>

namespace executus::tools {
namespace {

class LinesOfFile : public ::testing::Test {
 protected:
  TextLines open(const std::string& text, std::stop_token stop = {}) {
    auto path = folder_ / "file";
    std::ofstream(path, std::ios::binary) << text;
    return TextLines(FileDescriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC)), "file", std::move(stop));
  }
  std::vector<std::string> all(const std::string& text) {
    auto lines = open(text);
    std::vector<std::string> all;
    while (auto line = lines.next()) all.emplace_back(*line);
    return all;
  }
  testing::TemporaryFolder folder_;
};

using Lines = std::vector<std::string>;

TEST_F(LinesOfFile, EndWithTheirLineBreak) {
  EXPECT_EQ(all(""), Lines{});
  EXPECT_EQ(all("a\nb\n"), (Lines{"a", "b"})) << "the last line break begins no line";
  EXPECT_EQ(all("a\nb"), (Lines{"a", "b"}));
  EXPECT_EQ(all("\n\n"), (Lines{"", ""}));
}

// Around the size of what is read at once.
TEST_F(LinesOfFile, AreWholeWhereverTheyAreReadInTwo) {
  for (std::size_t size = 65'534; size <= 65'538; ++size) {
    std::string first(size, 'x');
    EXPECT_EQ(all(first + "\nü\n"), (Lines{first, "ü"})) << size;
  }
  std::string umlauts;
  for (int i = 0; i < 70'000; ++i) umlauts += "ü";
  EXPECT_EQ(all("x" + umlauts + "\n"), Lines{"x" + umlauts});
}

TEST_F(LinesOfFile, AreCutWhenTooLongToBeKept) {
  auto lines = open("x" + std::string(TextLines::kLongestLine, 'y') + "\nnext\n");
  EXPECT_EQ(lines.next().value_or("").size(), TextLines::kLongestLine);
  EXPECT_TRUE(lines.last_was_cut());
  EXPECT_EQ(lines.next(), "next");
  EXPECT_FALSE(lines.last_was_cut());
}

TEST_F(LinesOfFile, EndInNoLineBreakWhereTheyAreCut) {
  auto lines = open(std::string(TextLines::kLongestLine - 1, 'y') + "\rnext\nlast\r\n");
  EXPECT_EQ(lines.next().value_or("").back(), '\r');
  EXPECT_FALSE(lines.last_ends_in_crlf());
  EXPECT_EQ(lines.last_bare().size(), TextLines::kLongestLine);
  EXPECT_EQ(lines.next(), "last\r");
  EXPECT_TRUE(lines.last_ends_in_crlf());
}

TEST_F(LinesOfFile, EndWhenNobodyWaitsForThem) {
  std::stop_source nobody;
  auto lines = open(std::string(100'000, '\n'), nobody.get_token());
  nobody.request_stop();
  EXPECT_THROW(while (lines.next()){}, Error);
}

}  // namespace
}  // namespace executus::tools
