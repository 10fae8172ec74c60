#include "llm/answer/retry_after.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <ctime>
#include <string>

#include <boost/json.hpp>

#include <executus/base/json.hpp>
#include <executus/llm/kit/answer_errors.hpp>
#include <executus/llm/kit/wire.hpp>

#include "base/text.hpp"

namespace executus::llm {
namespace {

namespace json = boost::json;

constexpr Milliseconds kLongestWait = std::chrono::hours(24);

std::optional<Milliseconds> http_date_wait(const std::string& value, WallTime now) {
  std::tm date{};
  const char* end = ::strptime(value.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &date);
  if (!end || *end != '\0') return std::nullopt;
  WallTime when{std::chrono::seconds(::timegm(&date))};
  return std::clamp(when - now, Milliseconds(0), kLongestWait);
}

// A decimal number of `unit`s.
std::optional<Milliseconds> wait_of(std::string_view number, Milliseconds unit) {
  double count = 0;
  auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), count);
  if (error != std::errc() || end != number.data() + number.size()) return std::nullopt;
  if (!std::isfinite(count) || count < 0) return std::nullopt;
  auto milliseconds = std::ceil(count * static_cast<double>(unit.count()));
  return Milliseconds(static_cast<std::int64_t>(std::min(milliseconds, static_cast<double>(kLongestWait.count()))));
}

}  // namespace

std::optional<Milliseconds> parse_retry_after(std::string_view value, WallTime now) {
  auto wait = wait_of(trim(value), std::chrono::seconds(1));
  return wait ? wait : http_date_wait(std::string(trim(value)), now);
}

std::optional<Milliseconds> retry_delay_in(const json::object& error) {
  const auto* details = array_in(error, "details");
  if (!details) return std::nullopt;
  for (const auto& detail : *details) {
    const auto* object = detail.if_object();
    if (!object || !text_in(*object, "@type").ends_with("google.rpc.RetryInfo")) continue;
    auto delay = text_in(*object, "retryDelay");
    return delay.ends_with('s') ? wait_of(std::string_view(delay).substr(0, delay.size() - 1), std::chrono::seconds(1))
                                : std::nullopt;
  }
  return std::nullopt;
}

std::optional<Milliseconds> retry_after_of(const net::HttpHeaders& headers, std::string_view body, WallTime now) {
  if (auto exact = net::find_header(headers, "retry-after-ms"))
    if (auto wait = wait_of(trim(*exact), Milliseconds(1))) return wait;
  if (auto header = net::find_header(headers, "retry-after"))
    if (auto wait = parse_retry_after(*header, now)) return wait;
  auto parsed = parse_tolerant_json(body);
  const auto* whole = parsed ? error_body(*parsed) : nullptr;
  const auto* error = whole ? object_in(*whole, "error") : nullptr;
  return error ? retry_delay_in(*error) : std::nullopt;
}

}  // namespace executus::llm
