#include "tools/edits/patch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/base/error.hpp>

namespace executus::tools {
namespace {

using ::testing::HasSubstr;

std::string patched(std::string_view bytes, std::string_view patch) {
  try {
    return with_hunks(bytes, parse_hunks(patch, "x"));
  } catch (const Error& error) {
    return "error: " + error.message();
  }
}

std::string why_refused(std::string_view patch) {
  try {
    (void)parse_patch(patch);
  } catch (const Error& error) {
    return error.message();
  }
  return "it was understood";
}

TEST(Patch, ChangesLines) {  // [TLS-16]
  EXPECT_EQ(patched("a\nb\nc\n", "@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n"), "a\nB\nc\n");
  EXPECT_EQ(patched("a\nb\nc\n", "--- a/x\n+++ b/x\n@@ -1,2 +1,3 @@\n a\n+new\n b\n@@ -3 +4 @@\n-c\n"), "a\nnew\nb\n");
  EXPECT_EQ(patched("-- x\n", "@@ -1 +1 @@\n--- x\n+++ y\n"), "++ y\n") << "lines that look like a file's head";
}

TEST(Patch, FindsAHunkWhoseNumbersAreWrong) {  // [TLS-16]
  EXPECT_EQ(patched("1\n2\n3\n4\n", "@@ -1,2 +1,2 @@\n 3\n-4\n+four\n"), "1\n2\n3\nfour\n");
  EXPECT_EQ(patched("1\n2\n3\n", "@@ @@\n 2\n-3\n"), "1\n2\n");
  EXPECT_EQ(patched("a\n\nb\n", "@@ -1,9 +1,7 @@\n a\n\n-b\n+c\n\n"), "a\n\nc\n") << "an empty line lost its space";
}

TEST(Patch, NeverGuessesAPlace) {  // [TLS-16]
  EXPECT_THAT(patched("x\n1\nx\n", "@@ @@\n-x\n+y\n"), HasSubstr("hunk 1 fits at line 1 and at line 3"));
  EXPECT_EQ(patched("x\n1\nx\n", "@@ -3 +3 @@\n-x\n+y\n"), "x\n1\ny\n");
  EXPECT_THAT(patched("a\nb\nx\nx\n", "@@ -1 +1 @@\n-b\n+c\n@@ -3 +3 @@\n-x\n+y\n"),
              HasSubstr("hunk 2 fits at line 3 and at line 4"))
      << "the numbers are of another file";
  EXPECT_THAT(patched("a\n", "@@ -1 +1 @@\n-b\n+c\n"), HasSubstr("hunk 1 does not fit"));
  EXPECT_THAT(patched("a\n", "@@ -1,0 +2 @@\n+c\n"), HasSubstr("only lines that come"));
  EXPECT_THAT(patched("a\nb\n", "@@ -2 +2 @@\n-b\n+B\n@@ -1 +1 @@\n-a\n+A\n"), HasSubstr("hunk 2 does not fit"));
}

TEST(Patch, KeepsBytesOutsideOfItsLines) {  // [TLS-16]
  EXPECT_EQ(patched("\xef\xbb\xbf"
                    "a\r\nb\rc\nd",
                    "@@ -1,4 +1,4 @@\n a\n-b\n+B\n c\n d\n"),
            "\xef\xbb\xbf"
            "a\r\nB\rc\nd");
  EXPECT_EQ(patched("a\r\nb\r\n", "@@ -1,2 +1,3 @@\n a\n+x\n b\n"), "a\r\nx\r\nb\r\n");
}

TEST(Patch, TreatsTheEndOfTheLastLineWithCare) {  // [TLS-16]
  EXPECT_EQ(patched("a\nb", "@@ -1,2 +1,2 @@\n a\n-b\n+c\n"), "a\nc") << "it had none";
  EXPECT_EQ(patched("a\nb", "@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+b\n"), "a\nb\n");
  EXPECT_EQ(patched("a\nb\n", "@@ -1,2 +1,2 @@\n a\n-b\n+b\n\\ No newline at end of file\n"), "a\nb");
  EXPECT_EQ(patched("a\r\nb", "@@ -1,2 +1,3 @@\n a\n b\n+c\n"), "a\r\nb\r\nc\r\n") << "a line behind an open one";
}

TEST(Patch, NamesFilesThatAreMadeAndDeleted) {  // [TLS-16]
  auto files = parse_patch(
      "diff --git a/x b/x\nindex 1..2 100644\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\ndiff --git a/n b/n\nnew file mode "
      "100644\n--- /dev/null\n+++ b/n\n@@ -0,0 +1,2 @@\n+one\n+two\n--- a/old\n+++ /dev/null\n@@ -1 +0,0 @@\n-gone\n-- "
      "\n2.39\n");
  ASSERT_EQ(files.size(), 3u);
  EXPECT_EQ(files[0].path, "x");
  EXPECT_EQ(files[1].what, FilePatch::What::create);
  EXPECT_EQ(with_hunks("", files[1].hunks), "one\ntwo\n");
  EXPECT_EQ(files[2].what, FilePatch::What::remove);
  EXPECT_EQ(with_hunks("gone\n", files[2].hunks), "");
}

TEST(Patch, DropsNoLine) {  // [TLS-16]
  EXPECT_THAT(patched("a\nb\nc\nd\n", "@@ -1,4 +1,4 @@\n a\n-b\n+B\nc\n-d\n+D\n"),
              HasSubstr("line 5 of the patch, 'c', is of no hunk"));
  EXPECT_THAT(patched("a\nb\n", "@@ -1 +1 @@\n-a\n+A\n...\n@@ -2 +2 @@\n-b\n+B\n"), HasSubstr("'...', is of no hunk"));
  EXPECT_THAT(why_refused("--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\nand then\n"), HasSubstr("'and then', is of no hunk"));
  EXPECT_THAT(patched("a\n", "@@ -1 +1 @@\n-a\n+A\n--- a/y\n+++ b/y\n@@ -1 +1 @@\n-b\n+B\n"),
              HasSubstr("behind the hunks stands '--- a/y'"));
  EXPECT_THAT(
      why_refused("diff --git a/e b/e\nnew file mode 100644\nindex 0..e\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n"
                  "diff --git a/n b/n\nnew file mode 100644\nindex 0..e\n"),
      HasSubstr("'diff --git a/n b/n' has no hunk"));
  EXPECT_EQ(patched("-\n- \nb\n", "@@ -1 +1 @@\n--\n-- \n+c\n b\n"), "c\nb\n") << "no signature";
}

TEST(Patch, KeepsReturnsInsideOfItsLines) {  // [TLS-16]
  EXPECT_EQ(patched("a\nb\n", "@@ -1,2 +1,3 @@\r\n-a\r\n+x\ry\r\n+z\r\n b\r\n"), "x\ry\nz\nb\n");
}

TEST(Patch, BeginsAFileAtItsHeadWhateverTheHunkBeforeCounts) {  // [TLS-16]
  auto files = parse_patch("--- a/x\n+++ b/x\n@@ -1,9 +1,9 @@\n-a\n+b\n--- a/y\n+++ b/y\n@@ -1 +1 @@\n-c\n+d\n");
  ASSERT_EQ(files.size(), 2u);
  EXPECT_EQ(with_hunks("a\n", files[0].hunks) + with_hunks("c\n", files[1].hunks), "b\nd\n");
}

TEST(Patch, IsOfTheFileThatItNames) {  // [TLS-16]
  auto of = [](const std::string& name, const std::string& path) {
    try {
      return parse_hunks("--- a/" + name + "\n+++ b/" + name + "\n@@ -1 +1 @@\n-a\n+b\n", path).size();
    } catch (const Error&) {
      return std::size_t{0};
    }
  };
  EXPECT_EQ(of("src/x", "src/x") + of("src/x", "./src/x") + of("src/x", "/app/src/x") + of("x", "src/x"), 4u);
  EXPECT_EQ(of("src/y", "src/x") + of("lib/x", "src/x") + of("x", "src/ax"), 0u);
}

TEST(Patch, RefusesWhatIsNotCarriedOut) {  // [TLS-16]
  EXPECT_THAT(why_refused("*** Begin Patch\n"), HasSubstr("no unified diff"));
  EXPECT_THAT(why_refused("diff --git a/x b/y\nrename from x\nrename to y\n"), HasSubstr("'rename from x'"));
  EXPECT_THAT(why_refused("diff --git a/x b/x\nnew file mode 100755\n"), HasSubstr("'new file mode 100755'"));
  EXPECT_THAT(why_refused("--- a/x\n+++ b/y\n@@ -1 +1 @@\n-a\n+b\n"), HasSubstr("not renamed"));
  EXPECT_THAT(why_refused("--- a/x\n+++ b/x\n@@ -1 +0,0 @@\n-a\n--- a/x\n+++ b/x\n@@ -1 +0,0 @@\n-a\n"),
              HasSubstr("twice"));
  EXPECT_THAT(why_refused("--- \"a/\\303\"\n+++ \"b/\\303\"\n@@ -1 +1 @@\n-a\n"), HasSubstr("quoted name"));
  EXPECT_THAT(why_refused("--- a/x\n+++ b/x\n@@ -1 +1 @@\n"), HasSubstr("has no lines"));
  EXPECT_THAT(why_refused("@@ -1 +1 @@\n-a\n+b\n"), HasSubstr("names no file"));
}

}  // namespace
}  // namespace executus::tools
