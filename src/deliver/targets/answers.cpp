#include "deliver/targets/answers.hpp"

#include <array>
#include <utility>

#include "base/among.hpp"
#include "llm/answer/retry_after.hpp"

namespace executus::deliver {
namespace {

constexpr std::array kMayHeal{408, 425, 429};

std::optional<Milliseconds> asked_for(int status, const net::HttpHeaders& headers, WallTime now) {
  auto value = net::find_header(headers, "Retry-After");
  if (!value || (status != 429 && status != 503)) return std::nullopt;
  auto pause = llm::parse_retry_after(*value, now);
  return pause && *pause > Milliseconds(0) ? pause : std::nullopt;  // a time that is over is none
}

}  // namespace

Error refused(std::string why) { return failed(std::string(kDeliveryRefused), std::move(why)); }

Error not_delivered(std::string why) { return {ErrorKind::disconnected, "delivery.failed", std::move(why)}; }

void require_taken(int status, const net::HttpHeaders& headers, WallTime now) {
  if (status >= 200 && status < 300) return;
  auto said = "the server answered with status " + std::to_string(status);
  if (auto pause = asked_for(status, headers, now)) throw DeliverLater(said + ", and asks to try again later", *pause);
  if (status >= 300 && status < 400)
    throw not_delivered(said + ", a redirect, which is not followed; put the address that it leads to into 'webhook'");
  bool may_heal = status < 400 || status >= 500 || is_among(status, kMayHeal);
  if (may_heal) throw not_delivered(said);
  throw refused(said + (status == 410 ? ": the target is gone" : ", so it is not tried again"));
}

}  // namespace executus::deliver
