// What a line of a conversation asks for. Pure.
#pragma once

#include <string>
#include <string_view>

namespace executus::cli {

struct ChatLine {
  enum What { say, steer, approve, reject, cancel, tools, cost, help, quit, unknown };
  What what = say;
  std::string text = {};  // what follows the command; of say: the message; of unknown: the command
};

// A line that begins with a slash is a command; with two of them it is a message that begins with one.
[[nodiscard]] ChatLine chat_line(std::string_view line);

[[nodiscard]] std::string_view chat_help();

}  // namespace executus::cli
