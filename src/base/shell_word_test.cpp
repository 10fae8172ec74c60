#include "base/shell_word.hpp"

#include <gtest/gtest.h>

namespace executus {
namespace {

TEST(ShellWord, IsQuotedWhereItMust) {
  EXPECT_EQ(shell_word("call_1"), "call_1");
  EXPECT_EQ(shell_word("it's"), "'it'\\''s'");
  EXPECT_EQ(shell_word("x; rm -r ~"), "'x; rm -r ~'");
  EXPECT_EQ(shell_word(""), "''");
}

}  // namespace
}  // namespace executus
