#include "cli/output/unified_diff.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace executus::cli {
namespace {

using ::testing::StartsWith;

std::string diff(const std::string& a, const std::string& b) { return unified_diff(a, b, "old", "new"); }

TEST(UnifiedDiff, ShowsWhatChangedWithWhatIsAroundIt) {
  EXPECT_EQ(diff("a\nb\nc\nd\ne\nf\ng\n", "a\nb\nc\nd\nE\nf\ng\n"),
            "--- old\n+++ new\n@@ -2,6 +2,6 @@\n b\n c\n d\n-e\n+E\n f\n g\n");
  EXPECT_EQ(diff("a\n", "a\n"), "");
  EXPECT_EQ(diff("", "a\n"), "--- old\n+++ new\n@@ -0,0 +1,1 @@\n+a\n");
  EXPECT_EQ(diff("a\n", ""), "--- old\n+++ new\n@@ -1,1 +0,0 @@\n-a\n");
}

TEST(UnifiedDiff, KeepsTheLinesThatBothHave) {
  EXPECT_EQ(diff("a\nb\nc\n", "b\nc\nd\n"), "--- old\n+++ new\n@@ -1,3 +1,3 @@\n-a\n b\n c\n+d\n");
}

TEST(UnifiedDiff, PartsWhatIsFarApart) {
  std::string middle = "1\n2\n3\n4\n5\n6\n7\n";
  EXPECT_EQ(diff("a\n" + middle + "z\n", "A\n" + middle + "Z\n"),
            "--- old\n+++ new\n@@ -1,4 +1,4 @@\n-a\n+A\n 1\n 2\n 3\n@@ -6,4 +6,4 @@\n 5\n 6\n 7\n-z\n+Z\n");
  EXPECT_EQ(diff("a\n1\n2\n3\n4\n5\n6\nz\n", "A\n1\n2\n3\n4\n5\n6\nZ\n"),
            "--- old\n+++ new\n@@ -1,8 +1,8 @@\n-a\n+A\n 1\n 2\n 3\n 4\n 5\n 6\n-z\n+Z\n");
}

TEST(UnifiedDiff, SaysWhereALineFeedIsMissing) {
  EXPECT_EQ(diff("a", "a\n"), "--- old\n+++ new\n@@ -1,1 +1,1 @@\n-a\n\\ No newline at end of file\n+a\n");
}

TEST(UnifiedDiff, IsBoundedForLongTexts) {
  std::string a, b;
  for (int i = 0; i < 5'000; ++i) a += "a" + std::to_string(i) + "\n", b += "b" + std::to_string(i) + "\n";
  EXPECT_THAT(diff("x\n" + a, "x\n" + b), StartsWith("--- old\n+++ new\n@@ -1,5001 +1,5001 @@\n x\n-a0\n-a1\n"));
}

}  // namespace
}  // namespace executus::cli
