#include "llm/event_parser.hpp"

#include <utility>

namespace executus::llm {

bool EventParser::choose(std::string_view content_type) {
  bool lines = content_type.starts_with("application/x-ndjson") || content_type.starts_with("application/jsonl");
  if (lines) parser_.emplace<net::NdjsonParser>();
  return lines || content_type.starts_with("text/event-stream");
}

std::vector<std::string> EventParser::feed(std::string_view bytes) {
  if (auto* lines = std::get_if<net::NdjsonParser>(&parser_)) return lines->feed(bytes);
  std::vector<std::string> events;
  for (auto& event : std::get<net::SseParser>(parser_).feed(bytes)) events.push_back(std::move(event.data));
  return events;
}

std::vector<std::string> EventParser::rest() {
  auto* lines = std::get_if<net::NdjsonParser>(&parser_);
  return lines ? lines->finish() : std::vector<std::string>();
}

}  // namespace executus::llm
