// From libcurl's result to the error that our callers see.
#pragma once

#include <cstddef>
#include <string>

#include <executus/net/client/http_error.hpp>

namespace executus::net {

struct TransferFailure {
  int curl_code = 0;             // CURLcode
  std::string detail;            // libcurl's own words
  bool began = false;            // a connection was ready and the request was handed to it, now or on an earlier hop
  bool address_refused = false;  // Network::public_only met a private address
  bool body_too_large = false;
  std::size_t max_body = 0;
  int proxy_status = 0;  // what a proxy answered to the last CONNECT
};

// `request`: as describe_request() names it.
[[nodiscard]] HttpError transfer_error(const std::string& request, const TransferFailure& failure);

// The request's time ran out while it waited for a connection; all of them were in use.
[[nodiscard]] HttpError no_connection_in_time(const std::string& request);

// The client ends a transfer without having been asked to.
[[nodiscard]] HttpError client_closed(const std::string& request, Sent sent);

}  // namespace executus::net
