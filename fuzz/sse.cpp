// Server-sent events: what comes out does not depend on how the bytes were cut, and is what the standard says.
#include <optional>

#include <executus/net/client/sse_parser.hpp>

#include "fuzz/cuts.hpp"
#include "fuzz/fed.hpp"
#include "fuzz/property.hpp"

namespace executus::fuzz {
namespace {

using net::SseEvent;
using net::SseParser;

struct SseOutcome {
  std::vector<SseEvent> events;
  std::string last_id;
  std::optional<Milliseconds> retry;
  std::vector<SseEvent> rest;  // what only the end of the bytes completes
  bool operator==(const SseOutcome&) const = default;
};

// Nothing: an event was too long.
std::optional<SseOutcome> parsed(const Pieces& pieces, std::size_t limit,
                                 SseParser::Reading reading = SseParser::Reading::standard) {
  SseParser parser(limit, reading);
  SseOutcome outcome;
  if (!fed(parser, pieces, outcome.events)) return std::nullopt;
  outcome.last_id = parser.last_id();
  outcome.retry = parser.retry();
  outcome.rest = parser.finish();
  return outcome;
}

std::vector<std::string> lines_of(std::string_view bytes) {
  std::vector<std::string> lines(1);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (bytes[i] == '\n' && i > 0 && bytes[i - 1] == '\r') continue;
    if (bytes[i] == '\r' || bytes[i] == '\n')
      lines.emplace_back();
    else
      lines.back() += bytes[i];
  }
  lines.pop_back();  // has no end
  return lines;
}

// The standard ("9.2.6 Interpreting an event stream") word for word, on bytes that are all there.
std::vector<SseEvent> by_the_standard(std::string_view bytes) {
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  std::vector<SseEvent> events;
  std::string type, data, id;
  for (const auto& line : lines_of(bytes)) {
    if (line.empty()) {
      if (!data.empty()) events.push_back({type.empty() ? "message" : type, data.substr(0, data.size() - 1), id});
      type.clear();
      data.clear();
      continue;
    }
    auto colon = line.find(':');
    auto field = line.substr(0, colon);
    auto value = colon == std::string::npos ? std::string() : line.substr(colon + 1);
    if (value.starts_with(' ')) value.erase(0, 1);
    if (field == "event") type = value;
    if (field == "data") data += value + "\n";
    if (field == "id" && value.find('\0') == std::string::npos) id = value;
  }
  return events;
}

void check_limit(std::string_view bytes, std::size_t limit) {
  auto whole = parsed({bytes}, limit);
  auto lenient = parsed({bytes}, limit, SseParser::Reading::lenient);
  for_each_cut(bytes, [&](const Pieces& pieces) {
    expect(parsed(pieces, limit) == whole, "events do not depend on how the bytes were cut");
    expect(parsed(pieces, limit, SseParser::Reading::lenient) == lenient, "nor do those that are read leniently");
  });
  if (!whole) return;
  for (const auto& event : whole->events) expect(event.data.size() <= limit, "no event is longer than the limit");
}

}  // namespace
}  // namespace executus::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace executus::fuzz;
  auto bytes = text_of(data, size);
  check_limit(bytes, 32);
  check_limit(bytes, size + 1);
  expect(parsed({bytes}, size + 1)->events == by_the_standard(bytes), "events are what the standard says");
  return 0;
}
