#include "llm/cassette/json_difference.hpp"

#include <algorithm>

#include <boost/json.hpp>

#include <executus/base/json.hpp>

#include "base/text.hpp"

namespace executus::llm {
namespace {

namespace json = boost::json;

constexpr std::size_t kShown = 80;    // characters of a value
constexpr std::size_t kContext = 20;  // bytes of what two texts have in common, before they part

// `text` from a little before byte `parts_at` on.
std::string shown_text(std::string_view text, std::size_t parts_at) {
  std::size_t start = parts_at > kContext ? parts_at - kContext : 0;
  while (start > 0 && (static_cast<unsigned char>(text[start]) & 0xC0U) == 0x80U) --start;
  auto rest = text.substr(start);
  auto clipped = clip(rest, kShown);
  return (start > 0 ? "..." : "") + write_json(json::string(clipped)) + (clipped.size() < rest.size() ? "..." : "");
}

std::string shown_value(const json::value& value) {
  auto text = write_json(value);
  auto clipped = clip(text, kShown);
  return std::string(clipped) + (clipped.size() < text.size() ? "..." : "");
}

JsonDifference differing(std::string path, const json::value* before, const json::value* now) {
  if (before && now && before->is_string() && now->is_string()) {
    std::string_view a = before->get_string();
    std::string_view b = now->get_string();
    auto parts = static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
    return {std::move(path), shown_text(a, parts), shown_text(b, parts)};
  }
  return {std::move(path), before ? shown_value(*before) : "nothing", now ? shown_value(*now) : "nothing"};
}

std::optional<JsonDifference> compare(const std::string& path, const json::value& before, const json::value& now);

std::optional<JsonDifference> compare_objects(const std::string& path, const json::object& before,
                                              const json::object& now) {
  for (const auto& [key, value] : before) {
    const auto* other = now.if_contains(key);
    if (!other) return differing(pointer_to(path, key), &value, nullptr);
    if (auto found = compare(pointer_to(path, key), value, *other)) return found;
  }
  for (const auto& [key, value] : now)
    if (!before.contains(key)) return differing(pointer_to(path, key), nullptr, &value);
  return std::nullopt;
}

std::optional<JsonDifference> compare_arrays(const std::string& path, const json::array& before,
                                             const json::array& now) {
  for (std::size_t i = 0; i < std::max(before.size(), now.size()); ++i) {
    const auto* a = i < before.size() ? &before[i] : nullptr;
    const auto* b = i < now.size() ? &now[i] : nullptr;
    if (!a || !b) return differing(pointer_to(path, i), a, b);
    if (auto found = compare(pointer_to(path, i), *a, *b)) return found;
  }
  return std::nullopt;
}

std::optional<JsonDifference> compare(const std::string& path, const json::value& before, const json::value& now) {
  if (before.is_object() && now.is_object()) return compare_objects(path, before.get_object(), now.get_object());
  if (before.is_array() && now.is_array()) return compare_arrays(path, before.get_array(), now.get_array());
  if (canonical_json(before) == canonical_json(now)) return std::nullopt;  // 1 and 1.0 are the same
  return differing(path, &before, &now);
}

}  // namespace

std::optional<JsonDifference> first_difference(const json::value& before, const json::value& now) {
  return compare("", before, now);
}

}  // namespace executus::llm
