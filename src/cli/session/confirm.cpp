#include "cli/session/confirm.hpp"

#include <iostream>

namespace executus::cli {

bool confirm(const Session& session, const std::string& question, Consent consent) {
  if (consent == Consent::given || !session.terminal().in_is_terminal || !session.terminal().out_is_terminal)
    return true;
  write_err(question + " [y/N] ");
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "y" || answer == "Y" || answer == "yes";
}

}  // namespace executus::cli
