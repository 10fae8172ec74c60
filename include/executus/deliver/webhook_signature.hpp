// Signatures of webhooks, in the manner of Standard Webhooks (standardwebhooks.com): the sender signs id, time and body
// with a secret that both sides know, and a receiver that checks it knows that the request is the sender's, unchanged
// and new. Libraries for receivers in other languages exist under that name.
//
//   webhook-id: msg_...            the same for each attempt: drop what you have seen
//   webhook-timestamp: 1674087231  seconds since 1970, of this attempt
//   webhook-signature: v1,BASE64   HMAC-SHA256 of "ID.TIMESTAMP.BODY"; several are separated by blanks
//
// Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include <executus/base/clock.hpp>
#include <executus/base/result.hpp>

namespace executus::deliver {

class WebhookSecret final {
 public:
  // "whsec_" and 24 to 64 bytes in base64; the prefix may be left out. Error deliver.secret, which does not show it.
  [[nodiscard]] static Result<WebhookSecret> parse(std::string_view text);

  // "v1,BASE64". Throws Error base.crypto.
  [[nodiscard]] std::string sign(std::string_view id, std::string_view timestamp, std::string_view body) const;

 private:
  explicit WebhookSecret(std::string key) : key_(std::move(key)) {}
  std::string key_;
};

// The values of the three headers.
struct WebhookHeaders {
  std::string id;
  std::string timestamp;
  std::string signature;
};

// Of an attempt that is made at `now`. `id` holds no '.'.
[[nodiscard]] WebhookHeaders sign_webhook(const WebhookSecret& secret, std::string id, std::string_view body,
                                          WallTime now);

// forged: not signed with this secret, or changed on its way. stale: signed, and too long ago, or in the future: it may
// be one that somebody recorded and sends again.
enum class WebhookCheck { genuine, forged, stale };

inline constexpr Milliseconds kReplayWindow = std::chrono::minutes(5);

// For receivers: `body` byte for byte as it came, before anything parses it. Whether an id was seen before is the
// receiver's to remember, for as long as the window.
[[nodiscard]] WebhookCheck check_webhook(const WebhookSecret& secret, const WebhookHeaders& headers,
                                         std::string_view body, WallTime now, Milliseconds window = kReplayWindow);

}  // namespace executus::deliver
