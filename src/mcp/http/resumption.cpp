#include "mcp/http/resumption.hpp"

#include <algorithm>

namespace executus::mcp {
namespace {

constexpr int kMostTries = 10;
constexpr Milliseconds kShortestWait{50};
constexpr Milliseconds kFirstWait{1'000};
constexpr Milliseconds kLongestWait{30'000};

}  // namespace

void Resumption::read(const net::SseParser& parser, bool events_came) {
  if (!parser.last_id().empty()) last_id_ = parser.last_id();
  if (parser.retry()) retry_ = parser.retry();
  if (events_came) fruitless_ = 0;
}

std::optional<Milliseconds> Resumption::next_wait(Needs needs) {
  if (needs == Needs::an_id && last_id_.empty()) return std::nullopt;
  if (needs == Needs::an_id && fruitless_ == kMostTries) return std::nullopt;
  auto doubled = std::min(kLongestWait, kFirstWait * (1 << std::min(fruitless_++, 5)));
  return std::max(kShortestWait, retry_.value_or(doubled));
}

}  // namespace executus::mcp
