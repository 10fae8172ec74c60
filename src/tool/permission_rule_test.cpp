#include "tool/permission_rule.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace executus::tool {
namespace {

PermissionRule rule(std::string_view text) { return permission_rule(text).value(); }

Fits some(std::string_view text, const boost::json::object& arguments, std::string_view caller = "") {
  return some_fits(rule(text), {"run_command", arguments, caller});
}
bool all(std::string_view text, const boost::json::object& arguments, std::string_view caller = "") {
  return all_fits(rule(text), {"run_command", arguments, caller});
}
Fits some_of(std::string_view pattern, std::string_view line) {
  return some("run_command(" + std::string(pattern) + ")", {{"command", line}});
}
bool all_of(std::string_view pattern, std::string_view line) {
  return all("run_command(" + std::string(pattern) + ")", {{"command", line}});
}

TEST(PermissionRule, IsReadFromText) {  // [DUR-36]
  EXPECT_EQ(rule("pay"), (PermissionRule{"pay"}));
  EXPECT_EQ(rule(" fs.* "), (PermissionRule{"fs.*"}));
  EXPECT_EQ(rule("run_command(git log *)"), (PermissionRule{"run_command", "command", "git log *"}));
  EXPECT_EQ(rule("read_file(path: a (b)) by team-*"), (PermissionRule{"read_file", "path", "a (b)", "team-*"}));
  EXPECT_EQ(rule("run_command(echo a: b)"), (PermissionRule{"run_command", "command", "echo a: b"}));
  EXPECT_EQ(rule("pay by ada"), (PermissionRule{"pay", "", "", "ada"}));
}

TEST(PermissionRule, SaysWhatIsWrong) {  // [DUR-36]
  for (const char* text : {"", "(git)", "pay()", "pay( )", "pay(git", "pay git)", "pay(a)b", "pay by", "pay by a b",
                           "pay(path: )", "pay)"}) {
    auto read = permission_rule(text);
    ASSERT_FALSE(read.ok()) << text;
    EXPECT_EQ(read.error().code(), "tool.permission");
  }
}

TEST(PermissionRule, AllowsOneCommandAndNoSecond) {  // [DUR-36]
  for (const char* line :
       {"git status", "git  'status'", "git log -n 3", "\tgit log\n", "git", "git commit -m 'a; rm b'"})
    EXPECT_TRUE(all_of("git *", line)) << line;
  for (const char* line : {"git status; rm -rf x",
                           "git status && rm x",
                           "git status || rm x",
                           "git status | sh",
                           "git status & rm x",
                           "git status\nrm x",
                           "git status $(rm x)",
                           "git status `rm x`",
                           "git status > x",
                           "git diff <(rm x)",
                           "gitx",
                           "GIT_PAGER=rm git log",
                           "git status;",
                           "git status &",
                           "/tmp/git status",
                           "./git status",
                           "git $X",
                           "git *",
                           "git \"$(rm x)\"",
                           "(git status)",
                           "git status # x\nrm x",
                           "git\\\nstatus",
                           "env git",
                           "",
                           "rm x",
                           "\"git status\""})
    EXPECT_FALSE(all_of("git *", line)) << line;
}

TEST(PermissionRule, FitsWordByWord) {  // [DUR-36]
  EXPECT_TRUE(all_of("git", "git"));
  EXPECT_FALSE(all_of("git", "git push"));
  EXPECT_TRUE(all_of("git * main", "git push main"));
  EXPECT_FALSE(all_of("git * main", "git push -f main"));
  EXPECT_TRUE(all_of("npm run test:*", "npm run test:unit"));
  EXPECT_FALSE(all_of("npm run test:*", "npm run test:unit -- x"));
  EXPECT_TRUE(all_of("make && make test", "make && make test")) << "written exactly so";
  EXPECT_FALSE(all_of("make && make test", "make && make test; x"));
}

TEST(PermissionRule, FindsACommandAmongOthers) {  // [DUR-36]
  for (const char* line :
       {"rm x", "ls; rm x", "ls && rm -rf /", "ls | rm x", "ls\nrm x", "/bin/rm x", "'rm' x", "r\\m x"})
    EXPECT_EQ(some_of("rm *", line), Fits::yes) << line;
  for (const char* line : {"ls", "ls; echo rm", "git rm x"}) EXPECT_EQ(some_of("rm *", line), Fits::no) << line;
  for (const char* line :
       {"$RM x", "ls $(rm x)", "sh -c 'rm x'", "ls | xargs rm", "A=b rm x", "find . -delete", "ls > x", "python3 -c x"})
    EXPECT_EQ(some_of("rm *", line), Fits::unclear) << line;
}

TEST(PermissionRule, ComparesMembers) {  // [DUR-36]
  EXPECT_TRUE(all("*(url: https://a.example/*)", {{"url", "https://a.example/x"}}));
  EXPECT_FALSE(all("*(url: https://a.example/*)", {{"url", "https://a.example.evil/x"}}));
  EXPECT_FALSE(all("*(url: *)", {})) << "it is not there";
  EXPECT_EQ(some("*(url: *)", {}), Fits::no);
  EXPECT_TRUE(all("*(count: 1?)", {{"count", 12}}));
  EXPECT_FALSE(all("*(tags: a*)", {{"tags", {"ab", "b"}}}));
  EXPECT_EQ(some("*(tags: a*)", {{"tags", {"b", "ab"}}}), Fits::yes);
  EXPECT_EQ(some("*(deep: a)", {{"deep", {{"a", 1}}}}), Fits::unclear);
  EXPECT_EQ(some("*(git *)", {{"command", {{"a", 1}}}}), Fits::unclear);
}

TEST(PermissionRule, ComparesPathsAsPlaces) {  // [DUR-36]
  for (const char* path : {"docs/a", "./docs/a", "docs//a", "x/../docs/a/"})
    EXPECT_TRUE(all("*(path: docs/*)", {{"path", path}})) << path;
  for (const char* path : {"docs/../a", "../docs/a", "/docs/a", "docs"})
    EXPECT_FALSE(all("*(path: docs/*)", {{"path", path}})) << path;
  EXPECT_EQ(some("*(path: docs/*)", {{"path", "/b/docs/a"}}), Fits::unclear);
  EXPECT_EQ(some("*(path: docs/*)", {{"path", "../b/docs/a"}}), Fits::unclear);
  EXPECT_EQ(some("*(paths: docs/*)", {{"paths", {"a", "b/../docs/c"}}}), Fits::yes);
}

TEST(PermissionRule, SeesWhatLooksThroughTheFolderOfAPath) {  // [DUR-36]
  for (const char* path : {"secrets", "secrets/", "./secrets", ".", "./", "", "a/..", "/"})
    EXPECT_EQ(some("*(path: secrets/*)", {{"path", path}}), Fits::unclear) << path;
  EXPECT_EQ(some("*(path: secrets/*)", {}), Fits::unclear) << "the tool may take the root";
  EXPECT_EQ(some("*(path: secrets/*)", {{"path", nullptr}}), Fits::unclear);
  EXPECT_EQ(some("*(paths: secrets/*)", {{"paths", boost::json::array()}}), Fits::unclear);
  EXPECT_EQ(some("*(paths: secrets/*)", {{"paths", {"docs", "secrets"}}}), Fits::unclear);
  EXPECT_EQ(some("*(path: a/b/*.key)", {{"path", "a"}}), Fits::unclear);
  EXPECT_EQ(some("*(path: a/b)", {{"path", "a"}}), Fits::unclear);
  EXPECT_EQ(some("*(path: /etc/*)", {{"path", "/"}}), Fits::unclear);
  EXPECT_EQ(some("*(path: *.key)", {{"path", "."}}), Fits::unclear);
  for (const char* path : {"secret", "secretss", "docs", "docs/secrets", "a", "secrets.txt"})
    EXPECT_EQ(some("*(path: secrets/*)", {{"path", path}}), Fits::no) << path;
  EXPECT_EQ(some("*(path: a/b)", {{"path", "a/bc"}}), Fits::no);
  EXPECT_FALSE(all("*(path: docs/*)", {})) << "nothing is allowed by a path that is not there";
  EXPECT_FALSE(all("*(paths: docs/*)", {{"paths", boost::json::array()}}));
}

TEST(PermissionRule, AllowsAddressesByTheirParts) {  // [DUR-36]
  auto fits = [](std::string pattern, const char* url) { return all("*(url: " + pattern + ")", {{"url", url}}); };
  for (const char* url : {"https://www.example.com/", "https://a.b.example.com/x?y", "HTTPS://WWW.Example.com:443/x",
                          "https://www.example.com", "https://www.example.com./x", "https://u:p@www.example.com/"})
    EXPECT_TRUE(fits("https://*.example.com/*", url)) << url;
  for (const char* url :
       {"https://evil.com/.example.com/", "https://evil.com?.example.com/", "https://evil.com#.example.com/",
        "https://evil.com\\.example.com/", "https://a.example.com@evil.com/", "https://evil.com:80@b@.example.com/",
        "http://www.example.com/", "https://www.example.com:8443/", "https://example.com/", "https://.example.com/",
        "https://evil.com/x.example.com/", " https://www.example.com/", "https:www.example.com/",
        "https://evil.com%2f.example.com/", "https://www.example.com:/ /", "https://www.example.com:99999/"})
    EXPECT_FALSE(fits("https://*.example.com/*", url)) << url;
  EXPECT_TRUE(fits("https://x.org/public/*", "https://x.org/public/a%20b"));
  for (const char* url : {"https://x.org/public/../a", "https://x.org/public/%2e%2e/a", "https://x.org/public//a",
                          "https://x.org/public/%2Fa", "https://x.org/public/..", "https://x.org/public/./a"})
    EXPECT_FALSE(fits("https://x.org/public/*", url)) << url;
  EXPECT_TRUE(fits("https://x.org/*", "https://x.org/a/../b"));
  EXPECT_TRUE(fits("https://x.org:8443/*", "https://x.org:8443/a"));
  EXPECT_TRUE(fits("http*://x.org/*", "http://x.org/a")) << "at the port of its scheme";
  EXPECT_TRUE(fits("https://[::1]/", "https://[::1]/")) << "written exactly so";
  EXPECT_TRUE(fits("*", "https://x.org/"));
  EXPECT_FALSE(fits("*.example.com/*", "https://evil.com/.example.com/"));
}

TEST(PermissionRule, FindsAddressesHoweverTheyAreWritten) {  // [DUR-36]
  auto fits = [](std::string pattern, const char* url) { return some("*(url: " + pattern + ")", {{"url", url}}); };
  for (const char* url : {"https://intra.example/x", "https://INTRA.example/x", "https://intra.example:443/x",
                          "https://intra.example:/x", "https://u@intra.example/x", "https://intra.example./x",
                          "https://intra.example", "https://intra.example?x", "https://intra.example#x"})
    EXPECT_EQ(fits("https://intra.example/*", url), Fits::yes) << url;
  for (const char* url : {"https://a.example/", "http://intra.example/x", "https://a.example/intra.example/",
                          "https://intra.example:8443/x"})
    EXPECT_EQ(fits("https://intra.example/*", url), Fits::no) << url;
  for (const char* url :
       {"https://intr%61.example/", "https:/intra.example/", " https://intra.example/", "https:\\\\intra.example/",
        "//intra.example/", "https://[::1]/", "https://127.1/", "https://2130706433/", "https://0x7f.0.0.1/",
        "https://\xc3\xa9.example/", "ftp://a.example/"})
    EXPECT_EQ(fits("https://intra.example/*", url), Fits::unclear) << url;
  EXPECT_EQ(fits("https://10.0.0.1/*", "https://10.0.0.1/x"), Fits::yes);
  EXPECT_EQ(fits("https://10.0.0.1/*", "https://10.0.0.01/x"), Fits::unclear);
  EXPECT_EQ(fits("https://intra.example*", "https://intra.example:8443/x"), Fits::yes);
  EXPECT_EQ(fits("*evil*", "https://a.example/?to=evil"), Fits::yes);
  EXPECT_EQ(fits("https://x.org/admin/*", "https://x.org/admin/a#b"), Fits::yes);
  EXPECT_EQ(fits("https://x.org/admin/*", "https://x.org/%61dmin/"), Fits::unclear);
  EXPECT_EQ(fits("https://x.org/admin/*", "https://x.org/a/../admin/"), Fits::unclear);
  EXPECT_EQ(fits("https://x.org/admin/*", "https://x.org/about"), Fits::no);
  EXPECT_EQ(fits("https://x.org/admin/*", "https://y.org/%61"), Fits::no);
}

TEST(PermissionRule, MayBeForSomeCallers) {  // [DUR-36]
  boost::json::object git{{"command", "git push"}};
  EXPECT_TRUE(all("run_command(git *) by team-*", git, "team-a"));
  EXPECT_FALSE(all("run_command(git *) by team-*", git, "ada"));
  EXPECT_EQ(some("run_command by ada", git, ""), Fits::no);
}

}  // namespace
}  // namespace executus::tool
