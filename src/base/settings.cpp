#include <array>
#include <charconv>
#include <utility>

#include <executus/base/settings.hpp>

#include "base/among.hpp"
#include "base/duration.hpp"

namespace executus {
namespace {

constexpr std::array<std::string_view, 4> kYes{"true", "yes", "on", "1"}, kNo{"false", "no", "off", "0"};

std::optional<std::string> set_value(const Environment* source, std::string_view name) {
  auto value = source ? source->get(name) : std::nullopt;
  return value && value->empty() ? std::nullopt : value;
}

Error no_setting(std::string_view name, const std::string& expected) {
  return failed("config.variable",
                "variable " + std::string(name) + " has to be " + expected + "; correct or unset it");
}

}  // namespace

std::string text_setting(const Environment* source, std::string_view name, std::string fallback) {
  return set_value(source, name).value_or(std::move(fallback));
}

std::int64_t integer_setting(const Environment* source, std::string_view name, std::int64_t fallback) {
  auto text = set_value(source, name);
  if (!text) return fallback;
  std::int64_t value = 0;
  auto [end, wrong] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (wrong != std::errc() || end != text->data() + text->size()) throw no_setting(name, "a whole number");
  return value;
}

Milliseconds duration_setting(const Environment* source, std::string_view name, Milliseconds fallback) {
  auto text = set_value(source, name);
  if (!text) return fallback;
  auto duration = parse_duration(*text);
  if (!duration.ok()) throw no_setting(name, "a duration such as 500ms, 60s, 5m or 2h");
  return *duration;
}

bool flag_setting(const Environment* source, std::string_view name, bool fallback) {
  auto text = set_value(source, name);
  if (!text) return fallback;
  if (is_among(*text, kYes)) return true;
  if (is_among(*text, kNo)) return false;
  throw no_setting(name, "true or false");
}

}  // namespace executus
