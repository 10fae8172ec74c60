// The completion scripts in real shells.
#include <cstdlib>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli_program.hpp"

namespace executus::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class CompletionCommand : public CliProgram {
 protected:
  CompletionCommand() {
    agent("triage", "  - text: hi\n");
    write("notes.txt", "");
    auto bin = std::filesystem::path(EXECUTUS_PROGRAM).parent_path().string();
    environment_["PATH"] = bin + ":" + environment_["PATH"];
  }
  static bool is_there(const std::string& shell) {
    return std::system(("command -v " + shell + " > /dev/null").c_str()) == 0;
  }
  std::string in_shell(std::vector<std::string> words) {
    std::vector<std::string> set;
    for (const auto& [name, value] : environment_) set.push_back(name + "=" + value);
    std::vector<char*> argv, envp;
    for (auto& word : words) argv.push_back(word.data());
    for (auto& variable : set) envp.push_back(variable.data());
    argv.push_back(nullptr), envp.push_back(nullptr);
    auto out = folder() / ".io/shell";
    pid_t pid = ::fork();
    if (pid == 0) {
      int file = ::open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
      if (file < 0 || ::dup2(file, 1) < 0 || ::chdir(folder().c_str()) != 0) ::_exit(126);
      ::execvpe(argv[0], argv.data(), envp.data());
      ::_exit(127);
    }
    int status = 0;
    ::waitpid(pid, &status, 0);
    return read(".io/shell");
  }
  // What bash offers for these words, the last of which is being typed.
  std::string bash(const std::string& words) {
    auto script = "source <(executus completion bash); COMP_WORDS=(executus " + words +
                  "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _executus; printf '%s\\n' \"${COMPREPLY[@]}\"";
    return in_shell({"bash", "-c", script});
  }
  std::string fish(const std::string& line) {
    return in_shell({"fish", "--no-config", "-c", "executus completion fish | source; complete -C '" + line + "'"});
  }
};

TEST_F(CompletionCommand, CompletesInBash) {
  EXPECT_EQ(bash("comp"), "completion\n");
  EXPECT_EQ(bash("runs ste"), "steer\n");
  EXPECT_EQ(bash("run --det"), "--detach\n");
  EXPECT_EQ(bash("run --durability = r"), "relaxed\n");
  EXPECT_THAT(bash("run tri"), HasSubstr("triage\n"));
  EXPECT_EQ(bash("run triage --image not"), "notes.txt\n");
  EXPECT_EQ(bash("worker --agent ''"), "triage\n") << "and no file";
  EXPECT_EQ(bash("nonsense ''"), "\n");
}

TEST_F(CompletionCommand, CompletesRunsAndMakesNoDatabase) {
  EXPECT_EQ(bash("runs show ''"), "\n");
  EXPECT_FALSE(std::filesystem::exists(folder() / "state.db"));
  ASSERT_EQ(run({"run", "triage", "hi", "--run-id", "r-17"}).exit, 0);
  EXPECT_EQ(bash("runs show r"), "r-17\n");
}

TEST_F(CompletionCommand, CompletesInFish) {
  if (!is_there("fish")) GTEST_SKIP() << "fish is not installed";
  EXPECT_THAT(fish("executus comp"), HasSubstr("completion\tHave a shell complete"));
  EXPECT_THAT(fish("executus runs "), AllOf(HasSubstr("approve\t"), Not(HasSubstr("words"))));
  EXPECT_THAT(fish("executus run triage --image not"), HasSubstr("notes.txt"));
}

// zsh completes on a terminal only.
TEST_F(CompletionCommand, CompletesInZsh) {
  if (!is_there("zsh")) GTEST_SKIP() << "zsh is not installed";
  auto script =
      "autoload -Uz compinit; compinit -u -D; source <(executus completion zsh); "
      "_describe() { print -rl -- ${(P)2} }; _files() { print files }; "
      "words=(executus runs ''); CURRENT=3; _executus; words=(executus run ''); CURRENT=3; _executus";
  EXPECT_THAT(in_shell({"zsh", "-f", "-c", script}),
              AllOf(HasSubstr("approve:Let a call happen"), HasSubstr("triage"), HasSubstr("files")));
}

TEST_F(CompletionCommand, PrintsTheScriptAsJson) {
  auto finished = run({"completion", "bash", "--json"});
  EXPECT_EQ(finished.json().at("shell"), "bash");
  EXPECT_EQ(run({"completion", "tcsh"}).exit, 2);
}

}  // namespace
}  // namespace executus::testing
