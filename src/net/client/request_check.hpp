// What can be said about a request before anything is sent: whether it is one, and how to name it in messages.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <executus/net/client/http_client.hpp>

namespace executus::net {

// A method, or the name of a header (RFC 9110, 5.6.2).
[[nodiscard]] bool is_token(std::string_view text);

// What may be sent as the value of a header: no control character but the tab.
[[nodiscard]] bool is_header_value(std::string_view text);

// Why no request can go to `url`; nothing when one can.
[[nodiscard]] std::optional<std::string> url_fault(const std::string& url);

// Throws HttpError net.bad_url or net.bad_request (Sent::no).
void check_request(const HttpRequest& request);

// "POST https://host/path": without credentials, query and fragment. Of a URL that does not parse, only what is certain
// to be none of these.
[[nodiscard]] std::string describe_request(const HttpRequest& request);

// "https://host:443": what connections are counted by.
[[nodiscard]] std::string origin_of(const std::string& url);

// Whether an origin is named as this machine: localhost, or a loopback address.
[[nodiscard]] bool is_this_machine(std::string_view origin);

}  // namespace executus::net
