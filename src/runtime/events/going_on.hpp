// What lets a run that waits go on: the sentences and the commands of a shell. Event streams and the command line say
// them in the same words.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <executus/base/clock.hpp>

#include "base/shell_word.hpp"

namespace executus {

// What a person has to replace in them; `runs resolve` and `approve` refuse them as they are.
inline constexpr std::string_view kResultPlaceholder = "<result>";
inline constexpr std::string_view kReasonPlaceholder = "<reason>";
inline constexpr std::string_view kAnswerPlaceholder = "<answer>";

// `verb`: approve, reject or resolve. `call`: its id, where more than one call of the run asks; else empty.
[[nodiscard]] inline std::string answer_command(std::string_view verb, std::string_view run, const std::string& call) {
  std::string command = "executus runs " + std::string(verb) + " " + std::string(run);
  return call.empty() ? command : command + " --call " + shell_word(call);
}

[[nodiscard]] inline std::string completed_option() {
  return " --completed " + shell_word(std::string(kResultPlaceholder));
}
[[nodiscard]] inline std::string failed_option() { return " --failed " + shell_word(std::string(kReasonPlaceholder)); }

[[nodiscard]] inline std::string answer_option() { return " --answer " + shell_word(std::string(kAnswerPlaceholder)); }

[[nodiscard]] inline std::string signal_command(std::string_view run, std::string_view name) {
  return "executus runs signal " + std::string(run) + " " + std::string(name);
}
[[nodiscard]] inline std::string recover_command(std::string_view run) {
  return "executus recover " + std::string(run);
}

inline constexpr std::string_view kAllAnswered = "all it asked is answered";
inline constexpr std::string_view kNextRecovery = "; the next recovery goes on with it";

// "it waits for signal paid", "it waits for one of the signals paid, refused"; and when it goes on without one.
[[nodiscard]] std::string waits_for_signals(const std::vector<std::string>& signals);
[[nodiscard]] std::string is_due(WallTime when, const std::vector<std::string>& signals);

// The names, with a comma between them.
[[nodiscard]] std::string names_listed(const std::vector<std::string>& names);

}  // namespace executus
