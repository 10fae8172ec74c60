#include "llm/event_parser.hpp"

#include <cctype>
#include <utility>

#include "base/text.hpp"

namespace executus::llm {

bool EventParser::choose(std::string_view content_type) {
  std::string type(trim(content_type.substr(0, content_type.find(';'))));
  for (char& c : type) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  bool lines = type == "application/x-ndjson" || type == "application/ndjson" || type == "application/jsonl" ||
               type == "application/x-jsonlines" || type == "application/jsonlines";
  if (lines) parser_.emplace<net::NdjsonParser>();
  return lines || type == "text/event-stream";
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
