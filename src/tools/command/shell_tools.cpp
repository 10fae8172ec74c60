#include "tools/command/shell_tools.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

#include <executus/base/error.hpp>
#include <executus/tool/typed_tool.hpp>

#include "tool/chosen_by_name.hpp"
#include "tools/program/program_environment.hpp"
#include "tools/program/program_outcome.hpp"
#include "tools/shared/capped_text.hpp"

namespace executus::tools {
namespace {

using How = ProgramEnd::How;
using tool::Call;
using tool::Outcome;

constexpr int kDefaultSeconds = 120;
constexpr int kMostSeconds = 600;
constexpr int kDefaultCommits = 20;
constexpr int kMostCommits = 1000;
constexpr const char* kGitNeedsSandbox =
    "git_diff and git_log run in a sandbox only: git runs what a repository says; use run_command for git without one";

std::string seconds_of(Milliseconds time) { return std::to_string(time.count() / 1000) + " s"; }

// All of it, or its beginning and its end.
std::string shown_output(const KeptOutput& output) {
  std::string size = "the output has " + std::to_string(output.bytes()) + " bytes";
  if (output.is_whole()) return capped_text(output.beginning(), Part::whole, kMaxResult, size);
  auto begin = capped_text(output.beginning(), Part::beginning, kMaxResult - KeptOutput::kEnd, size);
  auto end = output.end();
  return begin + "\n[its end:]\n" +
         capped_text(end.substr(end.size() - KeptOutput::kEnd), Part::whole, kMaxResult, size);
}

// bubblewrap writes to the standard error that commands do not have.
bool is_of_sandbox(const ProgramEnd& end) { return end.errors.beginning().starts_with("bwrap: "); }

// A command that failed, or took too long, is a result: the model asked to see what it does.
Outcome outcome_of_command(const ProgramEnd& end, Milliseconds timeout) {
  auto output = [&] { return end.output.bytes() == 0 ? std::string() : "\n" + shown_output(end.output); };
  if (end.how == How::exited && is_of_sandbox(end))
    return tool::Failed{"the command was not started: " + std::string(end.errors.beginning())};
  if (end.how == How::exited) return tool::Done{"exit code " + std::to_string(end.code) + output()};
  if (end.how == How::timed_out)
    return tool::Done{"ended after its time of " + seconds_of(timeout) + ", with all that it started" + output()};
  return outcome_of_program("sh", timeout, end, {});
}

Milliseconds time_of(const RunCommandArgs& args) {
  return std::chrono::seconds(std::clamp(args.timeout_seconds.value_or(kDefaultSeconds), 1, kMostSeconds));
}

ProgramSpec spec_for(const Call& call, std::vector<std::string> argv, const std::string& cwd,
                     const Environment& environment, Milliseconds timeout) {
  ProgramSpec spec;
  spec.argv = std::move(argv);
  spec.environment = program_environment(environment, {}, {{"GIT_OPTIONAL_LOCKS", "0"}, {"GIT_TERMINAL_PROMPT", "0"}});
  spec.directory = cwd.starts_with('/') ? cwd : call.root + "/" + cwd;
  spec.timeout = timeout;
  return spec;
}

Task<Outcome> run_command(ProgramPlace place, const Environment& environment, RunCommandArgs args, Call call) {
  auto timeout = time_of(args);
  std::vector<std::string> argv{"/bin/sh", "-c", "exec 2>&1; exec /bin/sh -c \"$1\"", "sh", args.command};
  auto spec = spec_for(call, std::move(argv), args.cwd.value_or("."), environment, timeout);
  auto ran = place.run(call.root, std::move(spec), call.permit);
  ProgramEnd end = co_await std::move(ran);
  co_return outcome_of_command(end, timeout);
}

Task<Outcome> run_git(ProgramPlace place, const Environment& environment, std::vector<std::string> argv, Call call) {
  if (!place.sandbox) throw failed("sandbox.unavailable", kGitNeedsSandbox);
  Milliseconds timeout = std::chrono::seconds(60);
  auto spec = spec_for(call, std::move(argv), ".", environment, timeout);
  auto ran = place.run(call.root, std::move(spec), call.permit);
  ProgramEnd end = co_await std::move(ran);
  if (end.how == How::exited && end.code == 0 && end.output.bytes() == 0) co_return tool::Done{"[nothing]"};
  co_return outcome_of_program("git", timeout, end, {});
}

// Nothing that a repository configures is run by git itself; what it runs all the same is in the sandbox. Paths are
// what they say, as the agent's permissions read them.
std::vector<std::string> git() {
  return {"git",
          "--no-pager",
          "--literal-pathspecs",
          "-c",
          "core.fsmonitor=false",
          "-c",
          "core.hooksPath=/dev/null",
          "-c",
          "safe.directory=*",
          "-c",
          "safe.bareRepository=explicit",
          "-c",
          "color.ui=never"};
}

std::string revision(const std::string& text) {
  if (text.empty() || text.starts_with('-'))
    throw failed("tool.arguments", "'" + text + "' is no revision; give a commit, a branch, or such as HEAD~2");
  return text;
}

// git would compare files that are not of the repository.
std::string path_below(const std::string& path) {
  auto parts = std::filesystem::path(path);
  if (path.empty() || parts.is_absolute() || std::ranges::find(parts, "..") != parts.end())
    throw failed("tool.arguments", "'" + path + "' is no path below the root; give one that is relative, without '..'");
  return path;
}

void add_paths(std::vector<std::string>& command, const std::optional<std::vector<std::string>>& paths) {
  command.emplace_back("--");
  if (!paths) return;
  for (const auto& path : *paths) command.push_back(path_below(path));
}

tool::ToolInfo info_of(std::string name, std::string description, tool::Effect effect) {
  tool::ToolInfo info;
  info.spec.name = std::move(name);
  info.spec.description = std::move(description);
  info.effect = effect;
  info.begins = tool::Begins::in_turn;
  info.timeout = std::chrono::seconds(kMostSeconds);
  info.kind = tool::kShellKind;
  info.categories = {"commands"};
  return info;
}

// A typed tool that says what its place lacks.
class PlacedTool final : public tool::Tool {
 public:
  PlacedTool(std::shared_ptr<tool::Tool> tool, ProgramPlace place) : tool_(std::move(tool)), place_(std::move(place)) {}
  const tool::ToolInfo& info() const override { return tool_->info(); }
  Task<Outcome> call(Call call) override { return tool_->call(std::move(call)); }
  std::vector<std::string> missing() const override {
    std::vector<std::string> missing;
    place_.add_missing_to(missing);
    return missing;
  }

 private:
  const std::shared_ptr<tool::Tool> tool_;
  const ProgramPlace place_;
};

std::shared_ptr<tool::Tool> placed(const ProgramPlace& place, std::shared_ptr<tool::Tool> tool) {
  return std::make_shared<PlacedTool>(std::move(tool), place);
}

std::shared_ptr<tool::Tool> run_command_tool(const ProgramPlace& place, const Environment& environment) {
  auto info = info_of("run_command",
                      "Run a command line with sh in the root directory, without network. The result has the exit code "
                      "and what was written. What it leaves running is ended with it.",
                      tool::Effect::irreversible);
  auto run = [place, &environment](const RunCommandArgs& args, const Call& call) {
    return run_command(place, environment, args, call);
  };
  return placed(place, make_tool<RunCommandArgs>(std::move(info), std::move(run)));
}

template <class Args>
std::shared_ptr<tool::Tool> git_tool(std::string name, std::string description, ProgramPlace place,
                                     const Environment& environment) {
  place.policy.root_is_writable = false;
  auto& policy = place.policy;
  policy.read.insert(policy.read.end(), policy.write.begin(), policy.write.end());
  policy.write.clear();
  place.policy.git = SandboxPolicy::Git::read;
  auto info = info_of(std::move(name), std::move(description), tool::Effect::pure);
  auto run = [place, &environment](const Args& args, const Call& call) {
    return run_git(place, environment, git_command(args), call);
  };
  return placed(place, make_tool<Args>(std::move(info), std::move(run)));
}

}  // namespace

std::string_view describe_field(std::type_identity<RunCommandArgs>, std::string_view field) {
  if (field == "command") return "Command line for sh.";
  if (field == "cwd") return "Directory below the root; the root itself when left out.";
  return "After so many seconds it is ended; 120 when left out, 600 at most.";
}
std::string_view describe_field(std::type_identity<GitDiffArgs>, std::string_view field) {
  if (field == "from") return "Revision to compare with; the index when left out.";
  if (field == "to") return "Revision to compare; the files as they are when left out.";
  if (field == "staged") return "What is staged, in place of the files.";
  return "Only these files and directories.";
}
std::string_view describe_field(std::type_identity<GitLogArgs>, std::string_view field) {
  if (field == "revision") return "Where to begin, such as a branch, or a range (main..HEAD); HEAD when left out.";
  if (field == "max_count") return "How many commits to show; 20 when left out.";
  if (field == "patch") return "Show what each of them changed.";
  return "Only commits that changed these files and directories.";
}

std::vector<std::string> git_command(const GitDiffArgs& args) {
  auto command = git();
  command.insert(command.end(), {"diff", "--no-ext-diff", "--no-textconv", "--ignore-submodules=all"});
  if (args.staged.value_or(false)) command.emplace_back("--cached");
  if (args.to && !args.from) throw failed("tool.arguments", "give `from` too: the revision that `to` is compared with");
  if (args.from) command.push_back(revision(*args.from));
  if (args.to) command.push_back(revision(*args.to));
  add_paths(command, args.paths);
  return command;
}

std::vector<std::string> git_command(const GitLogArgs& args) {
  auto command = git();
  auto count = std::clamp(args.max_count.value_or(kDefaultCommits), 1, kMostCommits);
  command.insert(command.end(),
                 {"log", "--no-ext-diff", "--no-textconv", "--no-show-signature", "--ignore-submodules=all",
                  "--date=iso-strict", "--stat", "--max-count=" + std::to_string(count)});
  if (args.patch.value_or(false)) command.emplace_back("--patch");
  if (args.revision) command.push_back(revision(*args.revision));
  add_paths(command, args.paths);
  return command;
}

std::shared_ptr<tool::Tool> shell_tool(std::string_view name, ProgramPlace place, const Environment& environment) {
  if (name == "run_command") return run_command_tool(place, environment);
  if (name == "git_diff")
    return git_tool<GitDiffArgs>("git_diff", "Show what changed, as a unified diff.", std::move(place), environment);
  if (name == "git_log") return git_tool<GitLogArgs>("git_log", "Show commits.", std::move(place), environment);
  return nullptr;
}

std::vector<std::shared_ptr<tool::Tool>> shell_tools(const ProgramPlace& place, const Environment& environment) {
  std::vector<std::shared_ptr<tool::Tool>> tools;
  for (const char* name : {"run_command", "git_diff", "git_log"}) tools.push_back(shell_tool(name, place, environment));
  return tools;
}

}  // namespace executus::tools
