#include "cli/output/terminal.hpp"

#include <gtest/gtest.h>

#include "cli/output/table.hpp"

namespace executus::cli {
namespace {

TEST(Printable, LetsNothingDriveTheTerminal) {
  EXPECT_EQ(printable("a\x1b[31mb\r\n\tc"), "a\xEF\xBF\xBD[31mb\xEF\xBF\xBD\n\tc");
  EXPECT_EQ(printable("\xC2\x9B"
                      "31m"),
            "\xEF\xBF\xBD"
            "31m");
  EXPECT_EQ(printable("gr\xC3\xBC\xC3\x9F"), "gr\xC3\xBC\xC3\x9F");
  EXPECT_EQ(printable_line("a\nb"), "a b");
}

TEST(Printable, SaysWhereALineIsCut) {
  EXPECT_EQ(printable_line("12345", 5), "12345");
  EXPECT_EQ(printable_line("123456", 5), "12...");
  EXPECT_EQ(printable_line("gr\xC3\xBC\xC3\x9F dich", 5), "gr...");
}

TEST(Styled, IsPlainWithoutColour) {
  EXPECT_EQ(styled("x", Style::red, false), "x");
  EXPECT_EQ(styled("x", Style::red, true), "\x1b[31mx\x1b[0m");
}

TEST(Table, AlignsColumns) { EXPECT_EQ(table({{"A", "B"}, {"long", "x"}}), "A     B\nlong  x\n"); }

}  // namespace
}  // namespace executus::cli
