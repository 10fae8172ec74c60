#include "cli/input/size.hpp"

#include <charconv>
#include <string>

namespace executus::cli {

std::optional<std::uint64_t> parse_size(std::string_view text) {
  constexpr std::string_view kUnits = "KMG";
  std::uint64_t unit = 1;
  auto at = text.empty() ? std::string_view::npos : kUnits.find(text.back());
  if (at != std::string_view::npos) {
    unit <<= 10 * (at + 1);
    text.remove_suffix(1);
  }
  std::uint64_t count = 0, size = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  bool whole = error == std::errc() && end == text.data() + text.size();
  if (!whole || __builtin_mul_overflow(count, unit, &size)) return std::nullopt;
  return size;
}

}  // namespace executus::cli
