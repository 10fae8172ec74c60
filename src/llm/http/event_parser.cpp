#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include <boost/json.hpp>

#include <executus/base/json.hpp>
#include <executus/base/json_scan.hpp>
#include <executus/llm/kit/answer_errors.hpp>
#include <executus/llm/kit/event_parser.hpp>

#include "base/ascii.hpp"
#include "base/text.hpp"
#include "llm/answer/error_fields.hpp"

namespace executus::llm {
namespace {

namespace json = boost::json;

constexpr std::size_t kLongestEvent = std::size_t{16} * 1024 * 1024;
constexpr std::size_t kShownOfNoAnswer = std::size_t{64} * 1024;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool is_type_of_lines(std::string_view content_type) {
  std::string type = lowered(trim(content_type.substr(0, content_type.find(';'))));
  constexpr std::array<std::string_view, 6> types{"application/x-ndjson",    "application/ndjson",
                                                  "application/nd-json",     "application/jsonl",
                                                  "application/x-jsonlines", "application/jsonlines"};
  return std::ranges::find(types, type) != types.end();
}

// "data:" alone, data: {}, data: null, and a ping that says anything but JSON.
bool is_heartbeat(const net::SseEvent& event) {
  auto data = trim(event.data);
  if (data.empty() || data == "{}" || data == "null" || data == "\"\"") return event.event != "error";
  bool is_ping =
      event.event == "ping" || event.event == "heartbeat" || event.event == "keepalive" || event.event == "keep-alive";
  return is_ping && !data.starts_with('{');
}

// Vendors that name an event so say it in the data as well; others do not, and some say nothing else.
std::string of_error_event(std::string data) {
  auto value = parse_tolerant_json(data);
  const auto* object = value ? error_body(*value) : nullptr;
  if (object && reports_error(*object)) return data;
  bool says = value ? tells_of_an_error(*value) : !trim(data).empty();
  if (!says) return write_json(json::object{{"error", "it gave no reason"}});
  if (object) return write_json(json::object{{"error", *object}});
  return write_json(json::object{{"error", repair_utf8(data)}});
}

// The line of an event that names it an error.
bool names_error(std::string_view line) {
  constexpr std::string_view field = "event:";
  return line.starts_with(field) && trim(line.substr(field.size())) == "error";
}

// The last event of a body, which may have been cut.
bool is_cut(const std::string& data) {
  JsonScan scan;
  (void)scan.feed(data);
  return scan.state() == JsonScan::State::open || scan.state() == JsonScan::State::blank;
}

// From its first byte on that is neither white space nor of a byte order mark, in whatever order these stand.
std::string_view without_what_says_nothing(std::string_view begin) {
  for (;;) {
    begin.remove_prefix(std::min(begin.find_first_not_of(" \t\r\n"), begin.size()));
    if (!begin.starts_with(kByteOrderMark)) return begin;
    begin.remove_prefix(kByteOrderMark.size());
  }
}

void append_data(std::vector<std::string>& data, std::vector<net::SseEvent> events) {
  for (auto& event : events)
    if (!is_heartbeat(event))
      data.push_back(event.event == "error" ? of_error_event(std::move(event.data)) : std::move(event.data));
}

}  // namespace

EventParser::EventParser(std::string_view content_type) : lines_(is_type_of_lines(content_type)) {}

// False: no byte yet tells.
bool EventParser::choose(std::string_view bytes) {
  begin_ += bytes;
  auto begin = without_what_says_nothing(begin_);
  begin_.erase(0, begin_.size() - begin.size());  // line ends may keep a connection alive for long
  if (kByteOrderMark.starts_with(begin_)) return false;
  bool is_json = begin_[0] == '{' || begin_[0] == '[';
  if (is_json)
    parser_.emplace<JsonValues>();
  else
    parser_.emplace<net::SseParser>(kLongestEvent, net::SseParser::Reading::lenient);
  is_stream_ = is_json && lines_;
  return true;
}

std::vector<std::string> EventParser::feed(std::string_view bytes) {
  bool chosen = !std::holds_alternative<std::monostate>(parser_);
  if (!chosen && !choose(bytes)) return {};
  std::string all = chosen ? std::string() : begin_;
  auto fresh = chosen ? bytes : std::string_view(all);
  if (std::holds_alternative<JsonValues>(parser_)) {
    begin_.clear();
    return values(fresh);
  }
  if (chosen && !is_stream_) begin_ += bytes.substr(0, kShownOfNoAnswer - std::min(begin_.size(), kShownOfNoAnswer));
  return events(fresh);
}

std::vector<std::string> EventParser::values(std::string_view bytes) {
  auto found = with_errors(std::get<JsonValues>(parser_).feed(bytes));
  if (is_stream_ || found.empty()) return found;
  std::vector<std::string> all;
  if (first_) all.push_back(*std::exchange(first_, {}));
  all.insert(all.end(), std::make_move_iterator(found.begin()), std::make_move_iterator(found.end()));
  is_stream_ = all.size() > 1;
  if (is_stream_) return all;
  first_ = std::move(all.front());
  return {};
}

std::vector<std::string> EventParser::events(std::string_view bytes) {
  auto& parser = std::get<net::SseParser>(parser_);
  std::vector<std::string> data;
  append_data(data, parser.feed(bytes));
  is_stream_ = parser.saw_field();
  if (is_stream_) begin_.clear();
  return data;
}

// What follows a line that names an event an error is one, and so is a line of that name.
std::vector<std::string> EventParser::with_errors(std::vector<std::string> values) {
  constexpr std::string_view field = "error:";
  std::vector<std::string> all;
  for (auto& value : values) {
    bool is_name = names_error(value), is_next = std::exchange(error_is_next_, is_name);
    if (is_name && !is_next) continue;
    if (value.starts_with(field)) value.erase(0, field.size()), is_next = true;
    all.push_back(is_next ? of_error_event(is_name ? std::string() : std::move(value)) : std::move(value));
  }
  return all;
}

// A value that another one follows was no whole answer, also where the other one is cut.
std::vector<std::string> EventParser::rest_of_values() {
  auto pending = trim(std::get<JsonValues>(parser_).pending());
  bool is_name = names_error(pending), is_error = is_name || std::exchange(error_is_next_, false);
  bool goes_on = is_error || (first_ && !pending.empty());
  if (!goes_on) return {};
  is_stream_ = true;
  std::vector<std::string> all;
  if (first_) all.push_back(*std::exchange(first_, {}));
  if (is_error) all.push_back(of_error_event(is_name ? std::string() : std::string(pending)));
  return all;
}

std::vector<std::string> EventParser::rest() {
  if (std::holds_alternative<JsonValues>(parser_)) return rest_of_values();
  auto* parser = std::get_if<net::SseParser>(&parser_);
  if (!parser) return {};
  std::vector<std::string> data;
  append_data(data, parser->finish());
  is_stream_ = is_stream_ || parser->saw_field();
  std::erase_if(data, is_cut);
  return data;
}

const std::string* EventParser::only_value() const {
  const auto* parser = std::get_if<JsonValues>(&parser_);
  return parser && first_ && !is_stream_ && !error_is_next_ && trim(parser->pending()).empty() ? &*first_ : nullptr;
}

std::optional<std::string> EventParser::whole() {
  if (is_stream_) return std::nullopt;
  if (first_) return std::exchange(first_, {});
  if (auto* parser = std::get_if<JsonValues>(&parser_)) return parser->pending();
  return begin_.empty() ? std::nullopt : std::optional(std::exchange(begin_, {}));
}

}  // namespace executus::llm
