#include "tools/file_glob.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/base/error.hpp>

namespace executus::tools {
namespace {

bool fits(std::string_view glob, std::string_view path, std::string start = ".") {
  return FileGlob(glob, {"/work/link/", "/work/tree"}, std::move(start)).fits(path);
}

TEST(FileGlob, FitsThePathOrTheName) {  // [TLS-16]
  EXPECT_TRUE(fits("*.cpp", "src/a.cpp"));
  EXPECT_TRUE(fits("src/*_test.cpp", "src/a_test.cpp"));
  EXPECT_TRUE(fits("gr?ße.*", "sub/grüße.txt"));
  EXPECT_FALSE(fits("*.cpp", "a.cpp.orig"));
  EXPECT_FALSE(fits("a.cpp", "aXcpp"));
}

TEST(FileGlob, TwoStarsAreAlsoNoFolder) {  // [TLS-16]
  EXPECT_TRUE(fits("**/*.cpp", "top.cpp"));
  EXPECT_TRUE(fits("src/**/a.cpp", "src/a.cpp"));
  EXPECT_TRUE(fits("src/**/a.cpp", "src/x/y/a.cpp"));
  EXPECT_TRUE(fits("src/**", "src/x/y"));
  EXPECT_FALSE(fits("src/**/a.cpp", "src/xa.cpp"));
}

TEST(FileGlob, TakesChoicesSetsAndLists) {  // [TLS-16]
  EXPECT_TRUE(fits("*.{cpp,hpp}", "a.hpp"));
  EXPECT_FALSE(fits("*.{cpp,hpp}", "a.c"));
  EXPECT_TRUE(fits("{src,{lib,inc}/x}/**/*.c", "inc/x/a.c"));
  EXPECT_TRUE(fits("*.[ch]", "a.h"));
  EXPECT_FALSE(fits("*.[!ch]", "a.h"));
  EXPECT_TRUE(fits("*.cpp, *.h", "a.h"));
  EXPECT_TRUE(fits("a,b.txt", "a,b.txt"));
}

TEST(FileGlob, TakesNamesWithSuchCharactersForWhatTheyAre) {
  EXPECT_TRUE(fits("pages/[id].tsx", "pages/[id].tsx"));
  EXPECT_TRUE(fits("pages/[user-id]/*", "pages/[user-id]/x")) << "which is no range";
  EXPECT_TRUE(fits("[[...slug]].js", "[[...slug]].js"));
  EXPECT_TRUE(fits("a{b}c", "a{b}c"));
  EXPECT_TRUE(fits("a[b", "a[b"));
  EXPECT_TRUE(fits("what\\?", "what?"));
  EXPECT_TRUE(fits("<a>", "<a>"));
}

TEST(FileGlob, IsRelativeToRootOrStart) {  // [TLS-16]
  EXPECT_TRUE(fits("./src/a.cpp", "src/a.cpp"));
  EXPECT_TRUE(fits("/work/tree/src/*.cpp", "src/a.cpp"));
  EXPECT_TRUE(fits("/work/link/src/*.cpp", "src/a.cpp"));
  EXPECT_FALSE(fits("/work/treehouse/*.cpp", "src/a.cpp"));
  EXPECT_TRUE(fits("sub/*.cpp", "src/sub/a.cpp", "src"));
  EXPECT_TRUE(fits("src/", "src/x/a.cpp"));
}

TEST(FileGlob, CostsNoGlobMoreThanItIsWorth) {
  std::string stars, choices;
  for (int i = 0; i < 500; ++i) stars += "*a", choices += "{a,b}";
  EXPECT_FALSE(fits(stars + "b", std::string(4000, 'a')));
  EXPECT_TRUE(fits(choices, std::string(500, 'b')));
  EXPECT_THROW(FileGlob(std::string(100'000, '['), {"/"}, "."), Error);
}

TEST(FileGlob, SaysWhatItDoesNotUnderstand) {
  try {
    (void)FileGlob("!*.cpp", {"/"}, ".");
    FAIL() << "it was taken";
  } catch (const Error& error) {
    EXPECT_THAT(error.message(), ::testing::HasSubstr("'!', which is not understood"));
  }
}

}  // namespace
}  // namespace executus::tools
