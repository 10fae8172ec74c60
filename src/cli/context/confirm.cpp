#include "cli/context/confirm.hpp"

#include <iostream>

namespace executus::cli {

bool confirm(const CommandContext& context, const std::string& question, Consent consent) {
  if (consent == Consent::given || !context.terminal().in_is_terminal || !context.terminal().out_is_terminal)
    return true;
  write_err(question + " [y/N] ");
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "y" || answer == "Y" || answer == "yes";
}

}  // namespace executus::cli
