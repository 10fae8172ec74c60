#include "llm/tables/model_table.hpp"

#include <algorithm>

namespace executus::llm {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// "-2026-03-05", "-20251101", "-0613", "-001": a release of the same model. "-5" is a part of a model's own name.
bool is_version(std::string_view rest) {
  constexpr std::size_t fewest_digits = 3;
  if (rest == "-latest") return true;
  if (!rest.starts_with('-')) return false;
  rest.remove_prefix(1);
  auto first = std::find_if_not(rest.begin(), rest.end(), is_digit);
  bool plain = std::all_of(rest.begin(), rest.end(), [](char c) { return is_digit(c) || c == '-'; });
  return plain && static_cast<std::size_t>(first - rest.begin()) >= fewest_digits;
}

}  // namespace

std::optional<std::size_t> fit(std::string_view row, std::string_view target) {
  bool any = row.ends_with('*');
  auto said = any ? row.substr(0, row.size() - 1) : row;
  if (!target.starts_with(said)) return std::nullopt;
  auto rest = target.substr(said.size());
  if (any || rest.empty() || is_version(rest)) return 2 * said.size() + (any ? 0 : 1);
  return std::nullopt;
}

std::string likened(std::string_view target, const ProviderLikeness& like) {
  auto slash = target.find('/');
  if (slash == std::string_view::npos) return "";
  auto other = like.find(target.substr(0, slash));
  return other == like.end() ? "" : other->second + std::string(target.substr(slash));
}

}  // namespace executus::llm
