// One request of a tool, with its answer as far as it is passed on.
#pragma once

#include <executus/net/client/http_client.hpp>

#include "base/secrets/secrets.hpp"
#include "tools/http/http_answer.hpp"

namespace executus::tools {

// A body that is too long is cut: the status tells the outcome without the rest. `http` outlives the task. Throws
// HttpError.
[[nodiscard]] Task<HttpAnswer> exchange(net::HttpClient& http, net::HttpRequest request, Secrets secrets);

// Fills in what all requests of tools have: the longest body, and no compression, since a compressed body may be cut
// and look whole to libcurl. One that comes all the same is unpacked by read_answer().
void complete_request(net::HttpRequest& request);

}  // namespace executus::tools
