#include "llm/event_parser.hpp"

#include <cctype>
#include <utility>

#include <executus/base/json.hpp>

#include "base/text.hpp"

namespace executus::llm {
namespace {

constexpr std::size_t kLongestUnparsed = std::size_t{1} * 1024 * 1024;

}  // namespace

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
  keep(bytes);
  for (auto& event : std::get<net::SseParser>(parser_).feed(bytes)) events.push_back(std::move(event.data));
  return events;
}

std::vector<std::string> EventParser::rest() {
  auto* lines = std::get_if<net::NdjsonParser>(&parser_);
  return lines ? lines->finish() : std::vector<std::string>();
}

// No line of a stream begins as JSON does.
void EventParser::keep(std::string_view bytes) {
  if (!may_be_json_) return;
  unparsed_ += bytes;
  auto begin = unparsed_.find_first_not_of(" \t\r\n");
  may_be_json_ = begin == std::string::npos || unparsed_[begin] == '{' || unparsed_[begin] == '[';
  may_be_json_ = may_be_json_ && unparsed_.size() <= kLongestUnparsed;
  if (!may_be_json_) unparsed_ = {};
}

std::optional<std::string> EventParser::whole() {
  if (unparsed_.empty() || !parse_json(unparsed_)) return std::nullopt;
  return std::move(unparsed_);
}

}  // namespace executus::llm
