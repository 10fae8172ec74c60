#include <algorithm>
#include <charconv>
#include <cstdint>
#include <utility>

#include <executus/base/error.hpp>
#include <executus/net/client/sse_parser.hpp>

#include "base/ascii.hpp"

namespace executus::net {
namespace {

std::optional<Milliseconds> milliseconds_in(std::string_view digits) {
  std::int32_t count = 0;
  const char* end = digits.data() + digits.size();
  if (!std::ranges::all_of(digits, is_ascii_digit)) return std::nullopt;
  if (auto read = std::from_chars(digits.data(), end, count); read.ec != std::errc() || read.ptr != end)
    return std::nullopt;
  return Milliseconds(count);
}

}  // namespace

std::vector<SseEvent> SseParser::feed(std::string_view chunk) {
  std::vector<SseEvent> events;
  while (!chunk.empty()) {
    if (std::exchange(after_cr_, false) && chunk.front() == '\n') {
      chunk.remove_prefix(1);
      continue;
    }
    std::size_t end = chunk.find_first_of("\r\n");
    line_ += chunk.substr(0, end);
    if (line_.size() + data_.size() > max_bytes_)
      throw failed("net.too_large", "the server sent an event of more than " + std::to_string(max_bytes_) +
                                        " bytes; raise the limit or ask for less");
    if (end == std::string_view::npos) break;
    after_cr_ = chunk[end] == '\r';
    chunk.remove_prefix(end + 1);
    take_line(events);
  }
  return events;
}

std::vector<SseEvent> SseParser::finish() {
  std::vector<SseEvent> events;
  if (!line_.empty()) take_line(events);
  dispatch(events);
  return events;
}

void SseParser::take_line(std::vector<SseEvent>& events) {
  std::string whole = std::exchange(line_, {});
  std::string_view line = whole;
  if (std::exchange(first_line_, false) && line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
  if (line.empty()) return dispatch(events);
  if (lenient_ && line.front() == '{') {
    saw_field_ = true;
    std::string name = data_.empty() ? std::exchange(event_, {}) : std::string();
    dispatch(events);
    events.push_back({name.empty() ? "message" : std::move(name), std::string(line), id_});
    return;
  }
  std::size_t colon = line.find(':');
  saw_field_ = saw_field_ || colon == 0;
  if (colon == 0) return;  // a comment
  if (colon == std::string_view::npos) return take_field(line, {}, events);
  std::string_view value = line.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  take_field(line.substr(0, colon), value, events);
}

void SseParser::take_field(std::string_view name, std::string_view value, std::vector<SseEvent>& events) {
  bool is_error = lenient_ && name == "error";
  bool begins_another = lenient_ && (name == "data" || name == "event") && scan_.state() == JsonScan::State::whole;
  if (is_error || begins_another) dispatch(events);
  saw_field_ = saw_field_ || is_error || name == "event" || name == "data" || name == "id" || name == "retry";
  if (name == "event" || is_error) event_ = is_error ? name : value;
  if (name == "data" || is_error) add_data(value);
  if (is_error) dispatch(events);
  if (name == "retry")
    if (auto time = milliseconds_in(value)) retry_ = time;
  if (name == "id" && value.find('\0') == std::string_view::npos) id_ = value;
}

void SseParser::add_data(std::string_view value) {
  (data_ += value) += '\n';
  (void)scan_.feed(value);
  (void)scan_.feed("\n");
}

void SseParser::dispatch(std::vector<SseEvent>& events) {
  std::string name = std::exchange(event_, {});
  scan_ = {};
  last_id_ = id_;
  bool is_error = lenient_ && name == "error";
  if (data_.empty() && !is_error) return;
  if (!data_.empty()) data_.pop_back();
  events.push_back({name.empty() ? "message" : std::move(name), std::exchange(data_, {}), id_});
}

}  // namespace executus::net
