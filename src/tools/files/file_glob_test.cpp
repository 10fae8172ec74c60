#include "tools/files/file_glob.hpp"

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

TEST(FileGlob, KnowsClassesOfCharacters) {
  EXPECT_TRUE(fits("log[[:digit:]].txt", "log7.txt"));
  EXPECT_FALSE(fits("log[[:digit:]].txt", "logd.txt"));
  EXPECT_FALSE(fits("log[[:digit:]].txt", "log:].txt"));
  EXPECT_TRUE(fits("[[:upper:]_]*", "_a"));
  EXPECT_TRUE(fits("[![:digit:]]*", "a7"));
  EXPECT_FALSE(fits("[![:digit:]]7", "77"));
  EXPECT_TRUE(fits("[]a]", "]"));
  for (const char* glob : {"[!]a]", "[^]a]"}) {
    EXPECT_TRUE(fits(glob, "b"));
    EXPECT_FALSE(fits(glob, "]"));
  }
  EXPECT_TRUE(fits("[[:a]", ":")) << "which is no class";
}

TEST(FileGlob, KnowsGroupsOfShells) {
  EXPECT_TRUE(fits("*.@(c|h)", "a.h"));
  EXPECT_FALSE(fits("*.@(c|h)", "a.hpp"));
  EXPECT_TRUE(fits("a?(b).c", "a.c"));
  EXPECT_TRUE(fits("+(ab|c).c", "abcab.c"));
  EXPECT_FALSE(fits("+(ab|c).c", ".c"));
  EXPECT_TRUE(fits("*(ab).c", ".c"));
  EXPECT_TRUE(fits("@(a|@(b|c)d)", "cd"));
  EXPECT_TRUE(fits("@(a,b|c)", "a,b"));
  EXPECT_TRUE(fits("{x,@(y|z)}", "z"));
  EXPECT_TRUE(fits("**(ab)c", "xyc"));
  for (const char* path : {"x/y/a.c", "a.c", "b.c"}) EXPECT_TRUE(fits("@(**/a|**/b).c", path)) << path;
  EXPECT_TRUE(fits("@[x](a|b)", "@xa")) << "a sign stands right before its parenthesis";
  EXPECT_TRUE(fits("(a|b)@(c|d)", "(a|b)c")) << "without a sign before it a parenthesis is none";
}

TEST(FileGlob, KnowsListsWhoseGlobsAreOfPaths) {
  for (const char* path : {"src/a.c", "test/b.c"}) {
    EXPECT_TRUE(fits("./src/*.c,./test/*.c", path)) << path;
    EXPECT_TRUE(fits("/work/tree/src/*.c, /work/link//test/*.c", path)) << path;
    EXPECT_TRUE(fits("src/,test/", path)) << path;
    EXPECT_TRUE(fits("src/ | ./test/.", path)) << path;
    EXPECT_TRUE(fits("src/*.c test/*.c", path)) << path;
    EXPECT_TRUE(fits(",src/,,/work/tree,", path)) << "the root itself";
    EXPECT_FALSE(fits("./srcs/*.c,/test/", "b.c")) << path;
  }
  EXPECT_FALSE(fits("src/,test/", "lib/a.c"));
  EXPECT_FALSE(fits("a.c,", "lib/b.c")) << "nothing is no glob of a list";
  EXPECT_TRUE(fits("*.c|*.h", "a.h"));
  EXPECT_TRUE(fits("*.c *.h", "a.c"));
  EXPECT_FALSE(fits("* copy*.c", "b.c")) << "names have blanks";
  EXPECT_TRUE(fits("* copy*.c", "b copy.c"));
  EXPECT_TRUE(fits("a|b *.c", "a|b x.c"));
  EXPECT_TRUE(fits("x.c, a|?", "a|b"));
  EXPECT_FALSE(fits("read.me b.c", "b.c"));
  EXPECT_FALSE(fits("{a,b}", "b}")) << "a choice is no list";
}

TEST(FileGlob, KnowsPathsInChoices) {
  EXPECT_TRUE(fits("{*.c,src/}", "src/x.h"));
  EXPECT_FALSE(fits("{*.c,src/}", "x.h"));
  for (const char* glob :
       {"{./src,./test}/**", "{/work/tree/src,/work/link/test}/*", "{./{src,./test},x}/*", "@(./src|/work/tree/test)/*",
        "(./src|test/)/*", "{src/,test/}*", "{src/,test}/*", "./{/src,test}/./*", "{src/,./test/.}", "{src,test}/",
        "{x/{a,b},{test,src}/}", "+(src/|test/)"}) {
    EXPECT_TRUE(fits(glob, "src/a.c")) << glob;
    EXPECT_TRUE(fits(glob, "test/a.c")) << glob;
    EXPECT_FALSE(fits(glob, "lib/a.c")) << glob;
  }
  for (const char* glob : {"{.,src}/a.c", "{/work/tree,src}/a.c", "{,src}/a.c", "{,./src/}a.c", "@(.|src)/a.c",
                           "src/{,x}/a.c", "src/{.,x}/a.c", "src/{./,x/}a.c", "{**,x}/src/a.c", "src{/,/x/}a.c",
                           "{x,src/.}/a.c", "{x,{y,.}}/src/a.c", "@(x|@(y|.))/src/a.c"})
    EXPECT_TRUE(fits(glob, "src/a.c")) << glob;
  for (const char* glob : {"{src,.}/**/*.c", "{.,src}/**/*.c", "{/work/tree,src}/**/*.c", "{src,}/**/*.c",
                           "@(src|.)/**/*.c", "{src,{.,x}}/**/**/*.c", "./{src,.}/**/*.c"})
    for (const char* path : {"src/a.c", "src/x/a.c", "a.c", "x/a.c"}) EXPECT_TRUE(fits(glob, path)) << glob << path;
  EXPECT_FALSE(fits("{src,.}/**/b/*.c", "src/ab/a.c"));
  EXPECT_TRUE(fits("{/work/tree,src}/a.c", "a.c"));
  EXPECT_TRUE(fits("src/{/work/tree/a.c,x}", "src/work/tree/a.c")) << "which does not begin with the root's name";
  EXPECT_FALSE(fits("src/{/work/tree/a.c,x}", "src/a.c"));
  EXPECT_TRUE(fits("src/.{git,hub}", "src/.git"));
  EXPECT_TRUE(fits("\\[/{./a,b}]", "[/a]"));
  EXPECT_TRUE(fits("src/{,x/}", "src/y/a.c"));
  EXPECT_FALSE(fits("{a,}", "src/a.c2")) << "nothing is no path";
  EXPECT_TRUE(fits("x{./a,b}.c", "x./a.c")) << "a folder of this name";
  EXPECT_TRUE(fits("src/.{git,hub}/@(.a|b)", "src/.git/.a"));
  EXPECT_TRUE(fits("*.{c, h}", "a.h"));
  EXPECT_TRUE(fits("*.{c, h}", "a. h"));
}

TEST(FileGlob, TakesParenthesesWithBarsForChoicesToo) {
  EXPECT_TRUE(fits("*.(ts|tsx)", "a.tsx"));
  EXPECT_FALSE(fits("*.(ts|tsx)", "a.tsy"));
  EXPECT_TRUE(fits("*.(ts|tsx)", "a.(ts|tsx)"));
  EXPECT_TRUE(fits("src/(a|(b|c)d).c", "src/cd.c"));
  EXPECT_TRUE(fits("(src|test)/*.@(c|h)", "src/a.h"));
  EXPECT_FALSE(fits("(src)", "src")) << "which is a name";
}

TEST(FileGlob, TakesNamesWithParenthesesForWhatTheyAre) {
  EXPECT_TRUE(fits("*(1).txt", "copy(1).txt"));
  EXPECT_TRUE(fits("app/(group)/page.tsx", "app/(group)/page.tsx"));
  EXPECT_TRUE(fits("a@(b", "a@(b"));
  EXPECT_TRUE(fits("a@(b[)]", "a@(b)"));
  EXPECT_TRUE(fits("\\@(a)", "@(a)"));
}

TEST(FileGlob, PassesOverWhatSaysNothingInAPath) {
  EXPECT_TRUE(fits("src//a.cpp", "src/a.cpp"));
  EXPECT_TRUE(fits("src/./*.cpp", "src/a.cpp"));
  EXPECT_TRUE(fits(".//src/././a.cpp", "src/a.cpp"));
  EXPECT_TRUE(fits("src/.", "src/x/a.cpp"));
  for (const char* all : {".", "./", "/", ""}) EXPECT_TRUE(fits(all, "src/a.cpp")) << all;
  EXPECT_TRUE(fits("/work//tree/src/a.cpp", "src/a.cpp"));
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
  EXPECT_FALSE(fits("/work/tree/a.c", "a.cpp"));
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

std::string refusal(std::string_view glob) {
  try {
    (void)FileGlob(glob, {"/"}, ".");
  } catch (const Error& error) {
    return error.message();
  }
  return "it was taken";
}

TEST(FileGlob, SaysWhatItDoesNotUnderstandAndWhatToWrite) {
  using ::testing::HasSubstr;
  EXPECT_THAT(refusal("!*.cpp"), HasSubstr("'!', which is not understood"));
  EXPECT_THAT(refusal("*.cpp, !a.cpp"), HasSubstr("the glob '!a.cpp' begins with '!'"));
  for (const char* glob : {"+(./a|b)", "*(.|a)/b", "?(.)/a", "+(/a|b)"})
    EXPECT_THAT(refusal(glob), HasSubstr("write a list such as src/*.c,*.h")) << glob;
  for (const char* glob : {"a+(/b)", "+(a)./b", "a[:odd:]", "*(.a|b)", "?(./)a", ".a/{.b,.c}"})
    EXPECT_EQ(refusal(glob), "it was taken") << glob;
  EXPECT_THAT(refusal(std::string(4097, 'a')), HasSubstr("is longer than any path; shorten it"));
  EXPECT_EQ(refusal(std::string(4096, 'a')), "it was taken");
  EXPECT_THAT(refusal("!(a|b)"), HasSubstr("say which files are wanted"));
  EXPECT_THAT(refusal("src/!(a|b).c"), HasSubstr("'!(', which is not understood"));
  for (const char* glob : {"..", "../a", "src/../a", "src/..", "{../a,b}", "@(x|..)/a"})
    EXPECT_THAT(refusal(glob), HasSubstr("write the path from the root on")) << glob;
  EXPECT_THAT(refusal("a{1..3}.txt"), HasSubstr("{1,2,3}"));
  EXPECT_THAT(refusal("[[:digits:]]"), HasSubstr("the class [:digits:], which is not known"));
  EXPECT_THAT(refusal("src\\main.cpp"), HasSubstr("write / between folders"));
  for (const char* glob : {"a..b", "...", "..a/b", "[..]", "\\!(a)", "a\\\\b", "{a..}", "[:odd:]"})
    EXPECT_EQ(refusal(glob), "it was taken") << glob;
}

}  // namespace
}  // namespace executus::tools
