#include "tools/shared/shown_text.hpp"

#include <gtest/gtest.h>

namespace executus::tools {
namespace {

TEST(ShownName, IsOneLine) {
  EXPECT_EQ(shown_name("grüße, \"x\".txt"), "grüße, \"x\".txt");
  EXPECT_EQ(shown_name("a\nb"), "\"a\\nb\"");
  EXPECT_EQ(shown_name("a\x1b[2J"), "\"a\\u001b[2J\"");
  EXPECT_EQ(shown_name("caf\xe9"), "caf\ufffd");
}

TEST(ShownLine, CountsNuls) {
  EXPECT_EQ(shown_line(std::string_view("a\0b", 3)), "a[1 NUL byte]b");
  EXPECT_EQ(shown_line(std::string(4096, '\0') + "end"), "[4096 NUL bytes]end");
  EXPECT_EQ(shown_line("caf\xe9"), "caf\ufffd");
  EXPECT_EQ(shown_line(""), "");
}

TEST(PartOfALine, HoldsWhatWasFound) {
  std::string line = std::string(1000, 'a') + "found" + std::string(1000, 'b');
  auto middle = around(line, 1000, 100);
  EXPECT_EQ(middle.text, std::string(25, 'a') + "found" + std::string(70, 'b'));
  EXPECT_EQ(middle.begin, 975u);
  EXPECT_EQ(around(line, 0, 100).begin, 0u);
  auto end = around(line, 2003, 100);
  EXPECT_EQ(end.text.size(), 100u) << "near the end more of what stands before";
  EXPECT_EQ(end.begin, line.size() - 100);
  EXPECT_EQ(around("short", 3, 100).text, "short");
}

TEST(PartOfALine, CountsCharacters) {
  std::string line;
  for (int i = 0; i < 500; ++i) line += "ü";
  EXPECT_EQ(around(line, 500, 100).text.size(), 200u);
}

}  // namespace
}  // namespace executus::tools
