#include "cli/input/attempts_limit.hpp"

#include <charconv>

#include <executus/base/error.hpp>

namespace executus::cli {

std::optional<int> attempts_limit(const std::string& text) {
  if (text == "unlimited") return std::nullopt;
  int limit = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
  if (error != std::errc() || end != text.data() + text.size() || limit < 1)
    throw failed("cli.usage", "--max-attempts has to be a number from 1, or 'unlimited'");
  return limit;
}

}  // namespace executus::cli
