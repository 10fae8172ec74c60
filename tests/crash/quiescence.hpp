// When a server has seen the last of its dead clients.
#pragma once

#include <executus/testing/http_server.hpp>

namespace executus::crash {

// Blocks until everything is handled that clients sent before this call. They have to be dead: it waits for the end of
// their connections.
void wait_until_quiet(const testing::HttpServer& server);

}  // namespace executus::crash
