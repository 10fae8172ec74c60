// What a person can do about a run that did not simply end: the commands, ready to be pasted. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <executus/journal/status.hpp>
#include <executus/run/outcome.hpp>

namespace executus::cli {

// A call that needs a decision.
struct OpenCall {
  std::string call_id;
  std::string tool;
  std::string arguments;
};

struct Stuck {
  std::string run;
  RunStatus status = RunStatus::waiting;
  std::string reason;
  std::vector<OpenCall> calls;           // those in doubt
  std::vector<OpenCall> approvals = {};  // those that wait for one
  std::string options = {};              // of the commands that drive the run on: " --record F"
};

// What a person has to replace in the commands; `runs resolve` refuses them as they are.
inline constexpr std::string_view kResultPlaceholder = "<result>";
inline constexpr std::string_view kReasonPlaceholder = "<reason>";

// The calls of `outcome` that are in doubt, without their arguments.
[[nodiscard]] Stuck stuck(const RunOutcome& outcome);

// One command per line; empty when there is nothing to do.
[[nodiscard]] std::vector<std::string> next_commands(const Stuck& run);

// `word` as one word of a shell.
[[nodiscard]] std::string shell_word(const std::string& word);

}  // namespace executus::cli
