#include "tool/command_line.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace executus::tool {
namespace {

using ::testing::ElementsAre;

std::vector<CommandWords> commands(std::string_view text) {
  auto line = read_command_line(text);
  return line ? line->commands : std::vector<CommandWords>{{"unknown"}};
}

TEST(CommandLine, IsReadIntoWords) {  // [DUR-36]
  EXPECT_THAT(commands(" git  log\t-n1 HEAD~2\n"), ElementsAre(CommandWords{"git", "log", "-n1", "HEAD~2"}));
  EXPECT_THAT(commands(R"(echo 'a "b" $c; d' "e \" \$ f" g\ h''i "")"),
              ElementsAre(CommandWords{"echo", "a \"b\" $c; d", "e \" $ f", "g hi", ""}));
  EXPECT_TRUE(read_command_line("make all")->is_one);
}

TEST(CommandLine, IsSplitWhereACommandEnds) {  // [DUR-36]
  CommandWords a{"a"}, b{"b", "c"};
  for (const char* text : {"a; b c", "a && b c", "a || b c", "a | b c", "a & b c", "a\nb c", "a;b c;", "a|\n b c"}) {
    EXPECT_THAT(commands(text), ElementsAre(a, b)) << text;
    EXPECT_FALSE(read_command_line(text)->is_one) << text;
  }
  for (const char* text : {"a;", "a &", "\\a &"}) EXPECT_FALSE(read_command_line(text)->is_one) << text;
  EXPECT_EQ(commands("echo 'a; b' \"c && d\" e\\;f").size(), 1u);
}

TEST(CommandLine, IsUnknownWhereShWouldMakeMoreOfIt) {  // [DUR-36]
  for (const char* text :
       {"",           " \n",        "a $(b)",     "a `b`",       "a $b",      "a \"$b\"", "a \"`b`\"", "a > b",
        "a < b",      "a >> b",     "a 2>&1",     "(a)",         "{ a; }",    "a {b,c}",  "a *",       "a b?",
        "a [b]",      "a ~/b",      "a b:~/c",    "a # b",       "B=c a",     "B=$'c' a", "! a",       "if a",
        "for a in b", "while a",    "function a", "time a",      "a 'b",      "a \"b",    "a \\",      "a \\\nb",
        "a \"b\\c\"", ";",          "a ;; b",     "a && ",       "a |",       "| a",      "a || | b",  "a & & b",
        "a\rb",       "a \xc3\xa9", "a !b",       "a <<b\nc\nb", "a() { b; }"})
    EXPECT_FALSE(read_command_line(text)) << text;
  EXPECT_FALSE(read_command_line(std::string_view("a\0b", 3)));
  EXPECT_FALSE(read_command_line(std::string_view("a '\0'", 5)));
  EXPECT_TRUE(read_command_line("a '\xc3\xa9' if=b 'if' \"!\"")) << "quoted, or not where a command begins";
  EXPECT_TRUE(read_command_line("'if' a"));
  EXPECT_TRUE(read_command_line("./a=b"));
}

TEST(CommandLine, IsUnknownWhereAWordIsRunOnceItIsRead) {  // [DUR-36]
  for (const char* name : {"printf -v", "test -v", "unset", "read", "let", "declare", "typeset", "export"})
    for (const char* word : {" 'a[$(b)]'", " 'a[`b`]'", " \"a[\\$(b)]\"", " c 'a[ $(b)]'"})
      EXPECT_FALSE(read_command_line(std::string(name) + word)) << name << word;
  for (const char* text :
       {"git -c alias.x=!rm x", "git -C a -c b=c x", "git --no-pager -c b=c x", "/usr/bin/git -c b=c x",
        "git --config-env=a.b=C x", "git --git-dir a -c b=c x", "a; git -c b=c x", "git -c b=c x; a"})
    EXPECT_FALSE(read_command_line(text)) << text;
  for (const char* text : {"git switch -c a", "git -C -c log", "git", "printf '%s[1]'", "grep '[$(]' a", "read a"})
    EXPECT_TRUE(read_command_line(text)) << text;
}

TEST(CommandLine, KnowsProgramsThatRunOthers) {  // [DUR-36]
  for (const char* name : {"time", "coproc", "toybox", "flock", "taskset", "chrt", "setarch", "setpriv", "runuser",
                           "prlimit", "pkexec", "hash", "mapfile", "readarray", "linux32"})
    EXPECT_TRUE(runs_others({name, "x"})) << name;
  for (const char* text : {"\\time rm x", "'time' rm x", "t\"im\"e rm x"})
    EXPECT_TRUE(runs_others(read_command_line(text)->commands.front())) << text;
  for (const char* name : {"sh", "/bin/bash", "env", "xargs", "python3.11", "find", "."})
    EXPECT_TRUE(runs_others({name, "x"})) << name;
  for (const char* name : {"git", "shred", "/usr/bin/make"}) EXPECT_FALSE(runs_others({name})) << name;
}

}  // namespace
}  // namespace executus::tool
