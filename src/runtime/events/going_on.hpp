// The commands of a shell that answer what a run asks.
#pragma once

#include <string>
#include <string_view>

#include "base/shell_word.hpp"

namespace executus {

// What a person has to replace in them; `runs resolve` refuses them as they are.
inline constexpr std::string_view kResultPlaceholder = "<result>";
inline constexpr std::string_view kReasonPlaceholder = "<reason>";

// `verb`: approve, reject or resolve. `call`: its id, where more than one call of the run asks; else empty.
[[nodiscard]] inline std::string answer_command(std::string_view verb, std::string_view run, const std::string& call) {
  std::string command = "executus runs " + std::string(verb) + " " + std::string(run);
  return call.empty() ? command : command + " --call " + shell_word(call);
}

[[nodiscard]] inline std::string completed_option() {
  return " --completed " + shell_word(std::string(kResultPlaceholder));
}
[[nodiscard]] inline std::string failed_option() { return " --failed " + shell_word(std::string(kReasonPlaceholder)); }

}  // namespace executus
