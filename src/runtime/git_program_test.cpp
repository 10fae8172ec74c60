// Packs from real git repositories, through the real program.
#include "runtime/git_program.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <executus/testing/temporary_folder.hpp>

namespace executus {
namespace {

namespace fs = std::filesystem;
using skillpack::MissingFile;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

void write(const fs::path& path, std::string_view bytes) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << bytes;
}

// A repository with one skill, and what fetches from it. The user's and the machine's configuration are not read.
class GitPack : public ::testing::Test {
 protected:
  GitPack() {
    fs::create_directories(temporary_);
    ::setenv("TMPDIR", temporary_.c_str(), 1);  // of this test alone: others clone at the same time
    configure(
        "[user]\n\tname = a\n\temail = a@example.org\n[init]\n\tdefaultBranch = main\n"
        "[uploadpack]\n\tallowFilter = true\n");
    repository_ = (folder_ / "repository").string();
    git({"init", "--quiet", "--", repository_});
    write(path("pdf/SKILL.md"), "---\nname: pdf\ndescription: Does pdf.\n---\nBody.\n");
    write(path("other/large"), "not wanted");
  }

  ~GitPack() override {
    if (had_)
      ::setenv("TMPDIR", had_->c_str(), 1);
    else
      ::unsetenv("TMPDIR");
  }

  fs::path path(const std::string& name) const { return fs::path(repository_) / name; }
  std::string url() const { return "file://" + repository_; }

  void configure(const std::string& more) {
    configuration_ += more;
    write(home_ / ".gitconfig", configuration_);
  }

  void git(std::vector<std::string> arguments) {
    auto end = git_.run(std::move(arguments), Milliseconds(20'000));
    ASSERT_EQ(end.code, 0) << end.problem;
  }
  void in_repository(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"-C", repository_});
    git(std::move(arguments));
  }
  std::string commit() {
    in_repository({"add", "--all"});
    in_repository({"commit", "--quiet", "-m", "x"});
    auto end = git_.run({"-C", repository_, "rev-parse", "HEAD"}, Milliseconds(20'000));
    return end.output.substr(0, end.output.find('\n'));
  }

  skillpack::Fetched fetch(const std::string& ref = "", const std::string& below = "pdf") {
    return make_fetcher(git_, system_clock())->fetch({skillpack::Source::Kind::git, url(), ref, below});
  }
  std::string refusal(skillpack::Source source) {
    try {
      (void)make_fetcher(git_, system_clock())->fetch(source);
    } catch (const Error& error) {
      return error.code() + ": " + error.message();
    }
    return "nothing was refused";
  }
  std::vector<std::string> left_over() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(temporary_)) names.push_back(entry.path().string());
    return names;
  }

  testing::TemporaryFolder folder_;
  fs::path home_ = folder_ / "home", temporary_ = folder_ / "temporary";
  std::optional<std::string> had_ =
      std::getenv("TMPDIR") ? std::optional<std::string>(std::getenv("TMPDIR")) : std::nullopt;
  FixedEnvironment environment_{
      {{"PATH", std::getenv("PATH")}, {"HOME", home_.string()}, {"GIT_CONFIG_NOSYSTEM", "1"}, {"GIT_DIR", "/nowhere"}}};
  tools::Guard guard_;
  GitProgram git_{environment_, guard_};
  std::string repository_, configuration_;
};

TEST_F(GitPack, BringsAFolderWithItsRunBits) {  // [SKP-04]
  write(path("pdf/scripts/a.sh"), "#!/bin/sh\n");
  ::chmod(path("pdf/scripts/a.sh").c_str(), 0755);
  auto id = commit();
  auto fetched = fetch();
  EXPECT_EQ(fetched.revision, id);
  ASSERT_EQ(fetched.tree.files.size(), 2u);
  EXPECT_EQ(fetched.tree.files[0].path, "SKILL.md");
  EXPECT_FALSE(fetched.tree.files[0].runs);
  EXPECT_EQ(fetched.tree.files[1], (skillpack::PackFile{"scripts/a.sh", true, "#!/bin/sh\n"}));
  EXPECT_THAT(left_over(), IsEmpty());
}

TEST_F(GitPack, IsTheSameAsItsFolder) {  // [SKP-03]
  write(path("pdf/a.txt"), "one\r\ntwo\n$Id$\n");
  write(path("pdf/.gitattributes"), "*.txt text eol=crlf ident\n*.md filter=evil\n");
  configure("[filter \"evil\"]\n\tsmudge = rm -rf\n[core]\n\tautocrlf = true\n");
  write(path(".git/info/attributes"), "* -text -ident -filter\n");
  commit();
  auto direct = make_fetcher(git_, system_clock())->fetch({skillpack::Source::Kind::folder, path("pdf").string()});
  EXPECT_EQ(digest_of(fetch().tree), digest_of(direct.tree));
}

TEST_F(GitPack, ComesFromABranchATagOrACommit) {  // [SKP-04]
  auto first = commit();
  in_repository({"tag", "v1"});
  in_repository({"checkout", "--quiet", "-b", "side/x"});
  write(path("pdf/SKILL.md"), "changed");
  auto second = commit();
  in_repository({"checkout", "--quiet", "main"});
  EXPECT_EQ(fetch().revision, first);
  EXPECT_EQ(fetch("v1").revision, first);
  EXPECT_EQ(fetch("side/x").revision, second);
  EXPECT_EQ(fetch(second).revision, second);
  EXPECT_EQ(fetch(second).tree.files[0].bytes, "changed");
  EXPECT_THAT(refusal({skillpack::Source::Kind::git, url(), "v2", ""}),
              HasSubstr("skillpack.git: " + url() + " has no branch, tag or commit 'v2'"));
}

TEST_F(GitPack, FetchesNoContentsItDoesNotNeed) {  // [SKP-04]
  commit();
  auto trace = (folder_ / "trace").string();
  FixedEnvironment traced({{"PATH", std::getenv("PATH")}, {"HOME", home_.string()}, {"GIT_TRACE", trace}});
  GitProgram git(traced, guard_);
  auto fetched = make_fetcher(git, system_clock())->fetch({skillpack::Source::Kind::git, url(), "", "pdf"});
  EXPECT_EQ(fetched.tree.files.size(), 1u);
  std::ifstream file(trace);
  std::string text(std::istreambuf_iterator<char>(file), {});
  EXPECT_THAT(text, HasSubstr("clone --quiet --filter=blob:none --no-checkout --template= -- file://"));
}

TEST_F(GitPack, NamesLinksSubmodulesAndPointersAsMissing) {  // [SKP-06]
  fs::create_symlink("/etc", path("pdf/etc"));
  write(path("pdf/big.bin"), "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n");
  auto id = commit();
  in_repository({"update-index", "--add", "--cacheinfo", "160000," + id + ",pdf/sub"});
  in_repository({"commit", "--quiet", "-m", "x"});
  auto fetched = fetch();
  EXPECT_THAT(fetched.tree.missing,
              ElementsAre(MissingFile{"big.bin", "a Git LFS pointer"}, MissingFile{"etc", "a symbolic link"},
                          MissingFile{"sub", "a submodule"}));
  EXPECT_EQ(fetched.tree.files.size(), 1u);
}

TEST_F(GitPack, GoesThroughNoLinkOfTheRepository) {  // [SKP-06]
  fs::create_symlink("/etc", path("link"));
  commit();
  EXPECT_THAT(refusal({skillpack::Source::Kind::git, url(), "", "link/ssh"}), HasSubstr("skillpack."));
  EXPECT_THAT(refusal({skillpack::Source::Kind::git, url(), "", "link"}), HasSubstr("behind a symbolic link"));
}

TEST_F(GitPack, RunsNoHookOfTheUser) {  // [SKP-05]
  commit();
  auto mark = (folder_ / "ran").string();
  write(home_ / "hooks/post-checkout", "#!/bin/sh\ntouch " + mark + "\n");
  ::chmod((home_ / "hooks/post-checkout").c_str(), 0755);
  configure("[core]\n\thooksPath = " + (home_ / "hooks").string() + "\n");
  EXPECT_EQ(fetch().tree.files.size(), 1u);
  EXPECT_FALSE(fs::exists(mark));
}

TEST_F(GitPack, UsesNoOtherTransportWhateverTheUserAllows) {  // [SKP-05]
  commit();
  auto mark = (folder_ / "ran").string();
  configure("[protocol]\n\tallow = always\n[protocol \"ext\"]\n\tallow = always\n[url \"ext::touch " + mark +
            " \"]\n\tinsteadOf = " + url() + "\n");
  EXPECT_THAT(refusal({skillpack::Source::Kind::git, url(), "", "pdf"}), HasSubstr("transport 'ext' not allowed"));
  EXPECT_FALSE(fs::exists(mark));
}

TEST_F(GitPack, TakesLinksForLinksWhateverTheUserSets) {  // [SKP-06]
  fs::create_symlink("/etc", path("pdf/etc"));
  auto ran = (folder_ / "ran").string();
  write(home_ / "monitor", "#!/bin/sh\ntouch " + ran + "\n");
  ::chmod((home_ / "monitor").c_str(), 0755);
  commit();
  configure("[core]\n\tsymlinks = false\n\tfsmonitor = " + (home_ / "monitor").string() + "\n");
  EXPECT_THAT(fetch().tree.missing, ElementsAre(MissingFile{"etc", "a symbolic link"}));
  EXPECT_FALSE(fs::exists(ran));
}

TEST_F(GitPack, TakesAPathForAName) {  // [SKP-06]
  write(path("pdf*/SKILL.md"), "Star.");
  write(path("pdf/line\nbreak"), "x");
  commit();
  auto star = fetch("", "pdf*").tree;
  ASSERT_EQ(star.files.size(), 1u);
  EXPECT_EQ(star.files[0].bytes, "Star.");
  EXPECT_EQ(fetch().tree.files[1].path, "line\nbreak");
  EXPECT_THAT(refusal({skillpack::Source::Kind::git, url(), "", ":(top)pdf"}), HasSubstr("has no folder"));
}

// A server that takes the connection, and says nothing.
TEST_F(GitPack, EndsWithItsDeadlineWhereAServerIsSilent) {  // [SKP-04]
  int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(::bind(listener, reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(::listen(listener, 1), 0);
  ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  auto silent = "git://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/a";
  try {
    (void)make_fetcher(git_, system_clock(), Milliseconds(100))->fetch({skillpack::Source::Kind::git, silent, "", ""});
    ADD_FAILURE() << "it was fetched";
  } catch (const Error& error) {
    EXPECT_THAT(error.message(), HasSubstr(silent + " could not be cloned: git was not done in time, and was ended"));
  }
  ::close(listener);
  EXPECT_THAT(left_over(), IsEmpty());
}

TEST_F(GitPack, KeepsNothingOfAFailure) {  // [SKP-04]
  EXPECT_THAT(refusal({skillpack::Source::Kind::git, "file:///nowhere/at/all", "", ""}),
              HasSubstr("skillpack.git: file:///nowhere/at/all could not be cloned"));
  commit();
  EXPECT_THAT(refusal({skillpack::Source::Kind::git, url(), "", "absent"}),
              HasSubstr("skillpack.source: " + url() + " has no folder 'absent'"));
  EXPECT_THAT(left_over(), IsEmpty());
}

TEST_F(GitPack, EndsWithItsDeadline) {  // [SKP-04]
  FixedEnvironment slow({{"PATH", folder_.path().string()}, {"HOME", home_.string()}});
  write(folder_ / "git", "#!/bin/sh\nexec /bin/sleep 600\n");
  ::chmod((folder_ / "git").c_str(), 0755);
  GitProgram git(slow, guard_);
  try {
    (void)make_fetcher(git, system_clock(), Milliseconds(50))->fetch({skillpack::Source::Kind::git, url(), "", ""});
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.message(), HasSubstr("was not done in time"));
  }
}

TEST_F(GitPack, AsksNobodyAndUsesStoredCredentials) {  // [SKP-04]
  write(folder_ / "git", "#!/bin/sh\nenv > " + (folder_ / "env").string() + "\nexit 1\n");
  ::chmod((folder_ / "git").c_str(), 0755);
  FixedEnvironment given({{"PATH", folder_.path().string() + ":/usr/bin:/bin"},
                          {"HOME", home_.string()},
                          {"SSH_AUTH_SOCK", "/run/agent"},
                          {"GIT_ASKPASS", "/usr/bin/window"}});
  EXPECT_EQ(GitProgram(given, guard_).run({"clone"}, Milliseconds(20'000)).code, 1);
  std::ifstream file(folder_ / "env");
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  EXPECT_THAT(lines, Contains("GIT_TERMINAL_PROMPT=0"));
  for (const char* set : {"GIT_ASKPASS=", "SSH_ASKPASS=", "SSH_ASKPASS_REQUIRE=never", "GCM_INTERACTIVE=never",
                          "GIT_ALLOW_PROTOCOL=https:ssh:git:file", "GIT_LFS_SKIP_SMUDGE=1", "LC_ALL=C"})
    EXPECT_THAT(lines, Contains(set));
  EXPECT_THAT(lines, Contains("HOME=" + home_.string())) << "where credential helpers are configured";
  EXPECT_THAT(lines, Contains("SSH_AUTH_SOCK=/run/agent"));
}

TEST_F(GitPack, NamesAGitThatIsNotThere) {  // [SKP-04]
  FixedEnvironment bare({{"PATH", home_.string()}, {"HOME", home_.string()}});
  EXPECT_THAT(GitProgram(bare, guard_).run({"version"}, Milliseconds(1'000)).problem,
              HasSubstr("the program git cannot be run"));
}

}  // namespace
}  // namespace executus
