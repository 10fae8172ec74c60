#include "run/record/signal_name.hpp"

#include <algorithm>

#include "base/ascii.hpp"

namespace executus::run {
namespace {

constexpr std::size_t kLongestName = 64;

bool is_legal(char c) { return is_ascii_alphanumeric(c) || c == '.' || c == '_' || c == '-'; }

}  // namespace

std::optional<Error> wrong_signal_name(std::string_view name) {
  if (!name.empty() && name.size() <= kLongestName && std::ranges::all_of(name, is_legal)) return std::nullopt;
  auto shown =
      name.size() <= kLongestName ? "'" + std::string(name) + "'" : "of " + std::to_string(name.size()) + " characters";
  return failed("signal.name", "no signal can be named " + shown +
                                   ": a name has 1 to 64 characters, of them letters, digits, '.', '_' and '-'");
}

}  // namespace executus::run
