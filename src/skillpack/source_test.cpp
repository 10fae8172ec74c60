#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/skillpack/source.hpp>
#include <executus/testing/manual_loop.hpp>

namespace executus::skillpack {
namespace {

using ::testing::HasSubstr;

std::string said_of(std::string_view location, const std::string& ref = "", const std::string& below = "") {
  auto source = parse_source(location, ref, below);
  return source.ok() ? "taken: " + source->location : source.error().code() + ": " + source.error().message();
}

TEST(Source, IsAFolderOrARepository) {  // [SKP-04]
  auto folder = parse_source("skills/pdf/").value();
  EXPECT_EQ(folder.kind, Source::Kind::folder);
  EXPECT_EQ(folder.location, (std::filesystem::current_path() / "skills/pdf").string());
  auto git = parse_source("https://example.org/skills.git", "v1.2", "a/pdf/").value();
  EXPECT_EQ(git, (Source{Source::Kind::git, "https://example.org/skills.git", "v1.2", "a/pdf"}));
  EXPECT_EQ(shown(git), "https://example.org/skills.git, folder a/pdf, at v1.2");
  for (const char* url : {"ssh://git@example.org/a", "git://example.org/a", "file:///srv/a"})
    EXPECT_TRUE(parse_source(url).ok()) << url;
}

TEST(Source, TakesNothingForAnOption) {  // [SKP-05]
  EXPECT_THAT(said_of("--upload-pack=touch /tmp/x"), HasSubstr("skillpack.source: '--upload-pack"));
  EXPECT_THAT(said_of("-u"), HasSubstr("begins with '-'"));
  EXPECT_THAT(said_of("ssh://-oProxyCommand=touch/a"), HasSubstr("host or user that begins with '-'"));
  EXPECT_THAT(said_of("ssh://-l@example.org/a"), HasSubstr("host or user that begins with '-'"));
  EXPECT_THAT(said_of("https://example.org/a", "--exec=x"), HasSubstr("ref '--exec=x' begins with '-'"));
  EXPECT_THAT(said_of("https://example.org/a", "", "-x"), HasSubstr("folder '-x' begins with '-'"));
}

TEST(Source, TakesListedSchemesOnly) {  // [SKP-05]
  for (const char* url : {"http://example.org/a", "ext::sh -c touch% /tmp/x", "ext::ssh://x/y", "fd::17",
                          "ftp://example.org/a", "HTTPS://example.org/a", "://x", "https:///a", "file://host/a",
                          "https://example.org/a b", "https://example.org/\n"})
    EXPECT_THAT(said_of(url), HasSubstr("skillpack.source")) << url;
  EXPECT_THAT(said_of("http://example.org/a"), HasSubstr("https, ssh, git or file"));
  EXPECT_THAT(said_of("git@example.org:skills/a.git"), HasSubstr("write 'ssh://git@example.org/skills/a.git'"));
}

TEST(Source, TakesNoRefThatIsAnExpression) {  // [SKP-05]
  for (const char* ref : {"a..b", "HEAD^", "main~1", "@{u}", "a:b", "a b", "a\nb", "a*"})
    EXPECT_THAT(said_of("https://example.org/a", ref), HasSubstr("no name of a branch")) << ref;
}

TEST(Source, StaysInTheRepository) {  // [SKP-06]
  for (const char* below : {"..", "a/../../b", "/etc", "a//b", ".git", "a/.git/hooks"})
    EXPECT_THAT(said_of("https://example.org/a", "", below), HasSubstr("folder in the repository")) << below;
}

// A subscription is a file that others may have written.
TEST(Source, IsCheckedAgainWhenItIsFetched) {  // [SKP-05] [SKP-06]
  struct NoGit final : Git {
    GitEnd run(std::vector<std::string>, Milliseconds) override {
      ADD_FAILURE() << "git was run";
      return {};
    }
  } git;
  auto fetcher = make_fetcher(git, system_clock());
  for (const auto& source :
       {Source{Source::Kind::git, "ext::sh -c x", "", ""}, Source{Source::Kind::git, "--exec=x", "", ""},
        Source{Source::Kind::git, "https://example.org/a", "--exec=x", ""},
        Source{Source::Kind::git, "https://example.org/a", "", "../b"}, Source{Source::Kind::folder, "a", "", ""}})
    EXPECT_THROW((void)fetcher->fetch(source), Error) << shown(source);
}

TEST(Source, HasOneDeadlineForAllOfGitsRuns) {  // [SKP-04]
  struct SlowGit final : Git {
    GitEnd run(std::vector<std::string>, Milliseconds timeout) override {
      timeouts.push_back(timeout);
      clock.advance(Milliseconds(60));
      return {0, "ab", true, ""};
    }
    executus::testing::ManualClock clock;
    std::vector<Milliseconds> timeouts;
  } git;
  auto fetcher = make_fetcher(git, git.clock, Milliseconds(100));
  try {
    (void)fetcher->fetch({Source::Kind::git, "https://example.org/a", "", ""});
    ADD_FAILURE() << "it was fetched";
  } catch (const Error& error) {
    EXPECT_THAT(error.message(), HasSubstr("the time for it is up"));
  }
  EXPECT_THAT(git.timeouts, ::testing::ElementsAre(Milliseconds(100), Milliseconds(40)));
}

TEST(Source, KeepsNoPassword) {  // [SKP-05]
  auto said = said_of("https://me:hunter2@example.org/a");
  EXPECT_THAT(said, HasSubstr("git credential approve"));
  EXPECT_EQ(said.find("hunter2"), std::string::npos);
}

TEST(Source, SuggestsAName) {  // [SKP-09]
  auto name = [](std::string_view location, const std::string& below = "") {
    return suggested_name(parse_source(location, "", below).value());
  };
  EXPECT_EQ(name("https://example.org/My_Skills.git"), "my-skills");
  EXPECT_EQ(name("https://example.org/skills", "a/pdf"), "pdf");
  EXPECT_EQ(name("/srv/skills/Excel/"), "excel");
}

}  // namespace
}  // namespace executus::skillpack
