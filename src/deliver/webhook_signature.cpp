#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include <executus/base/hmac.hpp>
#include <executus/deliver/webhook_signature.hpp>

#include "base/base64.hpp"
#include "base/text.hpp"

namespace executus::deliver {
namespace {

constexpr std::string_view kPrefix = "whsec_";
constexpr std::size_t kShortest = 24, kLongest = 64;  // as Standard Webhooks asks

std::optional<std::int64_t> whole_seconds(std::string_view text) {
  std::int64_t seconds = 0;
  auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  bool is_number = problem == std::errc() && end == text.data() + text.size();
  return is_number && seconds >= 0 ? std::optional(seconds) : std::nullopt;
}

std::int64_t seconds_of(WallTime time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

}  // namespace

Result<WebhookSecret> WebhookSecret::parse(std::string_view text) {
  if (text.starts_with(kPrefix)) text.remove_prefix(kPrefix.size());
  auto key = base64_decode(text);
  if (key && key->size() >= kShortest && key->size() <= kLongest) return WebhookSecret(std::move(*key));
  return failed("deliver.secret",
                "the secret of a webhook is 'whsec_' and 24 to 64 bytes in base64; make one with "
                "`echo whsec_$(openssl rand -base64 32)` and give it to the receiver");
}

std::string WebhookSecret::sign(std::string_view id, std::string_view timestamp, std::string_view body) const {
  std::string signed_text;
  signed_text.append(id).append(".").append(timestamp).append(".").append(body);
  return "v1," + base64_encode(hmac_sha256(key_, signed_text));
}

WebhookHeaders sign_webhook(const WebhookSecret& secret, std::string id, std::string_view body, WallTime now) {
  auto timestamp = std::to_string(seconds_of(now));
  auto signature = secret.sign(id, timestamp, body);
  return {std::move(id), std::move(timestamp), std::move(signature)};
}

WebhookCheck check_webhook(const WebhookSecret& secret, const WebhookHeaders& headers, std::string_view body,
                           WallTime now, Milliseconds window) {
  auto expected = secret.sign(headers.id, headers.timestamp, body);
  auto signatures = split(headers.signature, ' ');
  bool is_signed = std::ranges::any_of(signatures, [&](auto each) { return same_secret(each, expected); });
  auto seconds = whole_seconds(headers.timestamp);
  if (!is_signed || !seconds) return WebhookCheck::forged;
  auto limit = std::chrono::floor<std::chrono::seconds>(window).count();
  auto early = seconds_of(now) - limit, late = seconds_of(now) + limit;
  return *seconds >= early && *seconds <= late ? WebhookCheck::genuine : WebhookCheck::stale;
}

}  // namespace executus::deliver
