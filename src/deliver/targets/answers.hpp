// What a target's answer means for a delivery: taken, to be tried again, or refused for good. Pure.
#pragma once

#include <string>

#include <executus/net/client/http_client.hpp>
#include <executus/run/delivery.hpp>

namespace executus::deliver {

// The target will never take it.
[[nodiscard]] Error refused(std::string why);
// It did not take it this time.
[[nodiscard]] Error not_delivered(std::string why);

// Returns for 2xx. Throws DeliverLater where the server names a time to come (Retry-After of 429, 503); not_delivered()
// for what may heal: redirects, which are not followed, 408, 425, 429 and 5xx; refused() for any other 4xx, 410 among
// them.
void require_taken(int status, const net::HttpHeaders& headers, WallTime now);

}  // namespace executus::deliver
