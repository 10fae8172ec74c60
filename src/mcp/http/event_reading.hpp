// Messages from a stream of server-sent events.
#pragma once

#include <functional>
#include <memory>

#include <executus/async/task.hpp>
#include <executus/net/client/http_client.hpp>

#include "mcp/http/resumption.hpp"
#include "mcp/wire/json_rpc.hpp"

namespace executus::mcp {

// What comes of a message; stop: no more is wanted of this stream.
enum class Then { go_on, stop };
using Hears = std::function<Then(Message message)>;

// Reads to the end of the stream, or until no more is wanted; then the connection is left to others. `place` keeps
// where it got to. Throws Error: HttpError when the stream breaks off, net.too_large for an event of more than 32 MiB.
[[nodiscard]] Task<Then> read_events(std::unique_ptr<net::HttpBody> body, Resumption& place, Hears hears);

// The messages of one text, as read_messages has them.
[[nodiscard]] Then hear_text(std::string_view text, const Hears& hears);

}  // namespace executus::mcp
