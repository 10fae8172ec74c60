#include "cli/chat/chat_line.hpp"

#include <array>
#include <utility>

#include "base/text.hpp"

namespace executus::cli {
namespace {

constexpr std::array<std::pair<std::string_view, ChatLine::What>, 9> kCommands{{{"/steer", ChatLine::steer},
                                                                                {"/approve", ChatLine::approve},
                                                                                {"/reject", ChatLine::reject},
                                                                                {"/cancel", ChatLine::cancel},
                                                                                {"/tools", ChatLine::tools},
                                                                                {"/cost", ChatLine::cost},
                                                                                {"/help", ChatLine::help},
                                                                                {"/quit", ChatLine::quit},
                                                                                {"/exit", ChatLine::quit}}};

}  // namespace

ChatLine chat_line(std::string_view line) {
  auto text = trim(line);
  if (!text.starts_with('/')) return {ChatLine::say, std::string(line)};
  if (text.starts_with("//")) return {ChatLine::say, std::string(text.substr(1))};
  auto end = std::min(text.find_first_of(" \t"), text.size());
  auto word = text.substr(0, end);
  for (const auto& [command, what] : kCommands)
    if (command == word) return {what, std::string(trim(text.substr(end)))};
  return {ChatLine::unknown, std::string(word)};
}

std::string_view chat_help() {
  return "  /steer TEXT       while an answer is made: say something before its next step\n"
         "  /approve          allow the call that waits\n"
         "  /reject [REASON]  refuse it\n"
         "  /cancel [REASON]  end the run that waits\n"
         "  /tools            what the agent may call\n"
         "  /cost             what this conversation used so far, and cost\n"
         "  /quit             leave; `executus chat --continue @last` goes on\n"
         "A line that ends with \\ goes on in the next one; // begins a message with a slash.\n"
         "Ctrl-C stops an answer, and what was shown of it stays.\n";
}

}  // namespace executus::cli
