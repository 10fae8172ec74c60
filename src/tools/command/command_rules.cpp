#include "tools/command/command_rules.hpp"

#include "base/text.hpp"

namespace executus::tools {

std::optional<std::string> variable_problem(std::string_view name) {
  std::string quoted = "'" + std::string(clip(name, 80)) + "'";
  if (name == kKeyVariable)
    return "variable " + quoted +
           " is set by executus, to a key of its own for each call; a fixed one would make the program drop calls";
  constexpr std::string_view kForbidden("=\0", 2);
  if (name.empty() || name.find_first_of(kForbidden) != name.npos)
    return quoted + " is no name of a variable; it is not empty and has no '='";
  return std::nullopt;
}

}  // namespace executus::tools
