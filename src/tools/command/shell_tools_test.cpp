#include "tools/command/shell_tools.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/async/root_group.hpp>
#include <executus/testing/temporary_folder.hpp>
#include <executus/tool/invoke.hpp>

#include "tools/declared.hpp"

namespace executus::tools {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
namespace fs = std::filesystem;

class ShellTools : public ::testing::Test {
 protected:
  ShellTools() { fs::create_directory(root_); }

  std::string call(const std::string& name, boost::json::object arguments, ProgramPlace place) {
    tool::Call call{*RunId::parse("run"), "call", "key", std::move(arguments), root_.string()};
    auto outcome = block_on(*loop_, tool::invoke(*shell_tool(name, std::move(place), environment_), std::move(call)));
    if (auto* failed = std::get_if<tool::Failed>(&outcome)) return "failed: " + failed->message;
    if (auto* unknown = std::get_if<tool::Unknown>(&outcome)) return "unknown: " + unknown->reason;
    return std::get<tool::Done>(outcome).text;
  }
  std::string call(const std::string& name, boost::json::object arguments) {
    return call(name, std::move(arguments), {programs_, &sandbox_, {}});
  }
  std::string run(const std::string& command) { return call("run_command", {{"command", command}}); }
  void git(const std::string& arguments) const {
    auto command = "cd " + root_.string() +
                   " && HOME=/nonexistent git -c init.defaultBranch=main -c user.name=ada -c user.email=a " +
                   arguments + " > /dev/null 2>&1";
    ASSERT_EQ(std::system(command.c_str()), 0) << command;
  }
  // A repository with a commit, and a change since.
  void make_repository() const {
    git("init -q .");
    std::ofstream(root_ / "a") << "one\n";
    git("add a");
    git("commit -qm first");
    std::ofstream(root_ / "a") << "two\n";
  }

  testing::TemporaryFolder base_;
  const fs::path root_ = base_.path() / "root";
  FixedEnvironment environment_{{{"PATH", "/usr/bin:/bin"}}};
  Guard guard_;
  Programs programs_{guard_};
  Sandbox sandbox_{guard_, programs_, environment_};
  std::unique_ptr<Loop> loop_ = make_loop(1);
};

TEST_F(ShellTools, RunCommandsAndTellWhatCame) {  // [TLS-16]
  EXPECT_EQ(run("echo out; echo err >&2; pwd"), "exit code 0\nout\nerr\n" + fs::canonical(root_).string() + "\n");
  EXPECT_EQ(run("exit 7"), "exit code 7") << "a result: a test that fails is what the model wants to see";
  EXPECT_EQ(
      call("run_command", {{"command", "sleep 100"}, {"timeout_seconds", 1}, {"cwd", "."}}, {programs_, nullptr, {}}),
      "ended after its time of 1 s, with all that it started");
  EXPECT_THAT(call("run_command", {{"command", "true"}, {"cwd", "none"}}), HasSubstr("failed: "));
}

TEST_F(ShellTools, RunCommandsInTheSandbox) {  // [SBX-01] [TLS-16]
  std::ofstream(base_.path() / "secret") << "a secret\n";
  EXPECT_THAT(run("cat ../secret"), Not(HasSubstr("a secret")));
  EXPECT_THAT(call("run_command", {{"command", "cat ../secret"}}, {programs_, nullptr, {}}), HasSubstr("a secret"))
      << "as it was told to";
}

TEST_F(ShellTools, ShowTheBeginningAndTheEndOfAFlood) {  // [SBX-01]
  auto said = run("yes line | head -n 600000; echo the end");
  EXPECT_LT(said.size(), std::size_t{1'100'000});
  EXPECT_THAT(said, HasSubstr("[cut: the output has 3000008 bytes]\n[its end:]\n"));
  EXPECT_TRUE(said.ends_with("line\nthe end\n"));
}

TEST_F(ShellTools, ShowWhatGitKnows) {  // [TLS-16]
  make_repository();
  EXPECT_THAT(call("git_diff", {}), HasSubstr("-one\n+two\n"));
  EXPECT_EQ(call("git_diff", {{"staged", true}}), "[nothing]");
  EXPECT_EQ(call("git_diff", {{"from", "HEAD"}, {"paths", {"other"}}}), "[nothing]");
  EXPECT_THAT(call("git_diff", {{"paths", {"a"}}}), HasSubstr("-one\n+two\n"));
  for (const char* pattern : {"*", "?", ":(glob)a", ":a"})
    EXPECT_EQ(call("git_diff", {{"from", "HEAD"}, {"paths", {pattern}}}), "[nothing]") << pattern;
  EXPECT_THAT(call("git_log", {}), HasSubstr("first"));
  EXPECT_THAT(call("git_log", {{"patch", true}, {"max_count", 1}}), HasSubstr("+one"));
  EXPECT_THAT(call("git_log", {{"revision", "none"}}), HasSubstr("failed: 'git' ended with exit code 128"));
}

TEST_F(ShellTools, NeverRunWhatAnAgentPlantedInARepository) {  // [SBX-01]
  make_repository();
  auto mark = (root_ / "planted").string(), outside = (base_.path() / "planted").string();
  auto plant = "sh -c \"touch " + mark + " " + outside + "; cat\"";
  git("config core.fsmonitor '" + plant + "'");
  git("config filter.x.clean '" + plant + "'");
  git("config diff.external '" + plant + "'");
  git("config diff.x.textconv '" + plant + "'");
  std::ofstream(root_ / ".gitattributes") << "* filter=x diff=x\n";
  EXPECT_THAT(call("git_diff", {}), HasSubstr("-one\n+two\n"));
  EXPECT_THAT(call("git_log", {{"patch", true}}), HasSubstr("+one"));
  EXPECT_FALSE(fs::exists(mark) || fs::exists(outside));
}

TEST(GitCommands, TakeNoOptionForARevision) {  // [SBX-01]
  EXPECT_THROW((void)git_command(GitDiffArgs{"--output=x", {}, {}, {}}), Error);
  EXPECT_THROW((void)git_command(GitLogArgs{"-p", {}, {}, {}}), Error);
  EXPECT_THROW((void)git_command(GitDiffArgs{{}, "main", {}, {}}), Error);
  auto command = git_command(GitDiffArgs{"a", "b", {}, std::vector<std::string>{"--x"}});
  command.erase(command.begin(), command.end() - 4);
  EXPECT_THAT(command, ElementsAre("a", "b", "--", "--x"));
}

TEST(GitCommands, TakeNoPathThatLeavesTheRoot) {  // [SBX-01]
  for (const char* path : {"/dev/null", "../x", "a/../../x", "..", ""}) {
    EXPECT_THROW((void)git_command(GitDiffArgs{{}, {}, {}, std::vector<std::string>{path}}), Error) << path;
    EXPECT_THROW((void)git_command(GitLogArgs{{}, {}, {}, std::vector<std::string>{"a", path}}), Error) << path;
  }
}

TEST_F(ShellTools, AreIrreversibleWhereACommandMayDoAnything) {  // [SBX-01]
  for (const auto& tool : shell_tools({programs_, &sandbox_, {}}, environment_))
    EXPECT_EQ(tool->info().effect,
              tool->info().spec.name == "run_command" ? tool::Effect::irreversible : tool::Effect::pure);
  EXPECT_EQ(shell_tool("grep", {programs_}, environment_), nullptr);
}

TEST_F(ShellTools, LackASandboxUnlessTheyAreToGoWithoutOne) {  // [SBX-02]
  FixedEnvironment nowhere{{{"PATH", "/nonexistent"}}};
  Sandbox none(guard_, programs_, nowhere);
  for (const char* name : {"run_command", "git_diff", "git_log"}) {
    EXPECT_THAT(shell_tool(name, {programs_, &none, {}}, nowhere)->missing(),
                ElementsAre(HasSubstr("there is no bubblewrap")));
    EXPECT_THAT(shell_tool(name, {programs_, &sandbox_, {}}, environment_)->missing(), IsEmpty());
  }
  EXPECT_THAT(shell_tool("run_command", {programs_}, nowhere)->missing(), IsEmpty());
  EXPECT_THAT(call("run_command", {{"command", "touch ran"}}, {programs_, &none, {}}),
              HasSubstr("there is no bubblewrap"));
  EXPECT_FALSE(fs::exists(root_ / "ran"));
}

TEST_F(ShellTools, OfGitNeverGoWithoutASandbox) {  // [SBX-01] [SBX-02]
  make_repository();
  EXPECT_THAT(call("git_diff", {}, {programs_, nullptr, {}}), HasSubstr("run in a sandbox only"));
  auto http = net::make_http_client(*loop_, {});
  FixedEnvironment nowhere{{{"PATH", "/nonexistent"}}};
  Sandbox none(guard_, programs_, nowhere);
  auto missing = [&](const char* kind) {
    return make_declared_tool({{"kind", kind}, {"sandbox", "off"}}, {*http, nowhere, programs_, &none})
        .value()
        ->missing();
  };
  EXPECT_THAT(missing("git_log"), ElementsAre(HasSubstr("there is no bubblewrap"))) << "off does not hold for it";
  EXPECT_THAT(missing("run_command"), IsEmpty());
}

TEST_F(ShellTools, AreDeclaredWithTheSandboxThatAnAgentGivesThem) {  // [SBX-01] [SBX-02]
  auto http = net::make_http_client(*loop_, {});
  auto made = [&](boost::json::object declaration) {
    auto tool = make_declared_tool(declaration, {*http, environment_, programs_, &sandbox_}).value();
    tool::Call call{*RunId::parse("run"), "call", "key", {{"command", "touch made || ls /home"}}, root_.string()};
    return std::get<tool::Done>(block_on(*loop_, tool::invoke(*tool, std::move(call)))).text;
  };
  EXPECT_THAT(made({{"kind", "run_command"}}), HasSubstr("exit code 0"));
  EXPECT_THAT(made({{"kind", "run_command"}, {"sandbox", {{"root", "read"}}}}),
              ::testing::AllOf(HasSubstr("Read-only file system"), HasSubstr("'/home': No such file")));
  EXPECT_THAT(made({{"kind", "run_command"}, {"sandbox", "off"}}), HasSubstr("exit code 0"));
  EXPECT_FALSE(
      make_declared_tool({{"kind", "run_command"}, {"sandbox", 7}}, {*http, environment_, programs_, &sandbox_}).ok());
}

TEST_F(ShellTools, ACommandToolMayAskForASandbox) {  // [SBX-01]
  auto http = net::make_http_client(*loop_, {});
  boost::json::object lint{{"kind", "command"},
                           {"name", "lint"},
                           {"effect", "pure"},
                           {"parameters", {{"type", "object"}}},
                           {"command", {"sh", "-c", "cat; ls /home; echo \" $HOME\""}},
                           {"sandbox", boost::json::object{}}};
  tool::Call call{*RunId::parse("run"), "call", "key", {{"a", 1}}, root_.string()};
  auto tool = make_declared_tool(lint, {*http, environment_, programs_, &sandbox_}).value();
  EXPECT_EQ(std::get<tool::Done>(block_on(*loop_, tool::invoke(*tool, std::move(call)))).text, "{\"a\":1} /tmp\n");
}

}  // namespace
}  // namespace executus::tools
