#include "base/shell_word.hpp"

#include <algorithm>

#include "base/ascii.hpp"

namespace executus {
namespace {

bool is_plain_in_shell(char c) {
  return is_ascii_alphanumeric(c) || std::string_view("._-/:=@%+,").find(c) != std::string_view::npos;
}

}  // namespace

std::string shell_word(std::string_view word) {
  if (!word.empty() && std::ranges::all_of(word, is_plain_in_shell)) return std::string(word);
  std::string quoted = "'";
  for (char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

}  // namespace executus
