// How long a server wants us to wait before we ask it again. Pure. At most a day; nothing where the answer says nothing
// readable.
#pragma once

#include <optional>
#include <string_view>

#include <boost/json/object.hpp>

#include <executus/base/clock.hpp>
#include <executus/net/client/http_client.hpp>

namespace executus::llm {

// The value of a Retry-After header (RFC 9110): seconds, or a date.
[[nodiscard]] std::optional<Milliseconds> parse_retry_after(std::string_view value, WallTime now);

// Google's way, also behind its OpenAI-compatible API: the retryDelay ("34.4s") of a google.rpc.RetryInfo among the
// details of an error object.
[[nodiscard]] std::optional<Milliseconds> retry_delay_in(const boost::json::object& error);

// What an answer says that is no success: the header retry-after-ms (OpenAI's), Retry-After, or the body.
[[nodiscard]] std::optional<Milliseconds> retry_after_of(const net::HttpHeaders& headers, std::string_view body,
                                                         WallTime now);

}  // namespace executus::llm
