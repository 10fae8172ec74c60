// How an HTTP answer that is no success is told apart, for every vendor that speaks HTTP.
#pragma once

#include <string>
#include <string_view>

#include <executus/llm/model.hpp>

namespace executus::llm {

// 408, 409 (a lock that was held), 425, 429 and 5xx are transient; every other 4xx is permanent, and so is every
// redirect, since no call follows one. Any other status is unknown.
[[nodiscard]] Failure failure_of_status(int status);

// Stable error code of a status: model.redirected, model.rejected, model.unauthorized, model.no_credit,
// model.not_found, model.request_too_large, model.overloaded, model.unavailable.
[[nodiscard]] std::string_view code_of_status(int status);

// A provider's own words fit to be shown: `secret` (base/secrets/secrets.hpp) and whatever looks like a key
// (base/known_keys.hpp) masked, one line of valid UTF-8, clipped.
[[nodiscard]] std::string quotable(std::string_view text, std::string_view secret);

}  // namespace executus::llm
