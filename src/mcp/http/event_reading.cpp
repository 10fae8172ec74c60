#include "mcp/http/event_reading.hpp"

#include <cstddef>
#include <utility>
#include <vector>

#include <executus/net/client/sse_parser.hpp>

namespace executus::mcp {
namespace {

constexpr std::size_t kLongestEvent = std::size_t{32} * 1024 * 1024;

Then hear_events(const std::vector<net::SseEvent>& events, const Hears& hears) {
  for (const auto& event : events)
    if (event.event == "message" && !event.data.empty() && hear_text(event.data, hears) == Then::stop)
      return Then::stop;
  return Then::go_on;
}

}  // namespace

Then hear_text(std::string_view text, const Hears& hears) {
  auto read = read_messages(text);
  if (!read) return Then::go_on;
  auto then = Then::go_on;
  for (auto& message : read->messages)
    if (hears(std::move(message)) == Then::stop) then = Then::stop;
  return then;
}

Task<Then> read_events(std::unique_ptr<net::HttpBody> body, Resumption& place, Hears hears) {
  net::SseParser parser(kLongestEvent);
  while (auto bytes = co_await body->next()) {
    auto events = parser.feed(*bytes);
    place.read(parser, !events.empty());
    if (hear_events(events, hears) == Then::go_on) continue;
    body->discard();
    co_return Then::stop;
  }
  co_return hear_events(parser.finish(), hears);
}

}  // namespace executus::mcp
