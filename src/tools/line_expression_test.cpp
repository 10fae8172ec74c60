#include "tools/line_expression.hpp"

#include <gtest/gtest.h>

namespace executus::tools {
namespace {

bool fits(const std::string& pattern, std::string_view line, LetterCase letters = LetterCase::counts) {
  return LineExpression(pattern, letters).matches(line);
}

TEST(LineExpression, CountsCharactersNotBytes) {
  EXPECT_TRUE(fits("gr.?ße", "viele grüße"));
  EXPECT_TRUE(fits("^.{5}$", "grüße"));
  EXPECT_TRUE(fits("^[äü]$", "ü"));
  EXPECT_FALSE(fits("^[äü]$", "ö")) << "which shares its first byte";
  EXPECT_TRUE(fits("GRÜSSE", "grüsse", LetterCase::ignored));
}

TEST(LineExpression, LooksBehindANulByte) { EXPECT_TRUE(fits("b$", std::string_view("a\0b", 3))); }

}  // namespace
}  // namespace executus::tools
