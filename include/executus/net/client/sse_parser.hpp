// Server-Sent Events from bytes that arrive in pieces of any size. Bytes are passed on as they are. Reading::standard
// is as WHATWG has them, but for the end: the last event counts without its blank line too. Reading::lenient reads
// events of JSON from servers that leave things out as well:
//
//   data: {...} twice          a line of data after data that is a whole value begins another event; so does `event`
//   error: WORDS               is an event named "error"
//   event: error               is an event also without data
//   {...}                      a line that begins as JSON does is an event, of the name that came before it
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <executus/base/clock.hpp>
#include <executus/base/json_scan.hpp>

namespace executus::net {

struct SseEvent {
  std::string event;  // "message" when the server names none
  std::string data;   // the data lines, joined with \n
  std::string id;     // the last one sent, also with an earlier event

  friend bool operator==(const SseEvent&, const SseEvent&) = default;
};

class SseParser final {
 public:
  enum class Reading { standard, lenient };

  explicit SseParser(std::size_t max_event_bytes = std::size_t{16} * 1024 * 1024, Reading reading = Reading::standard)
      : max_bytes_(max_event_bytes), lenient_(reading == Reading::lenient) {}

  // The events that `chunk` completes. Throws Error "net.too_large" when one event exceeds the limit; the parser is of
  // no use after that.
  [[nodiscard]] std::vector<SseEvent> feed(std::string_view chunk);

  // What the end of the stream completes: an event without a blank line behind it, even without a line end. Whether its
  // data is whole is the caller's to see. Once.
  [[nodiscard]] std::vector<SseEvent> finish();

  // Where a reader of this stream goes on after it broke: the id as of the last blank line, also one that ended an
  // event without data. Empty: the server gave none, or took it back.
  [[nodiscard]] const std::string& last_id() const noexcept { return last_id_; }

  // How long the server wants a reader to wait before it comes back; nullopt: it never said so. A line that holds
  // anything but digits, or more than 24 days, counts for nothing.
  [[nodiscard]] std::optional<Milliseconds> retry() const noexcept { return retry_; }

  // A line was read that can be one of a stream of events.
  [[nodiscard]] bool saw_field() const noexcept { return saw_field_; }

 private:
  void take_line(std::vector<SseEvent>& events);
  void take_field(std::string_view name, std::string_view value, std::vector<SseEvent>& events);
  void add_data(std::string_view value);
  void dispatch(std::vector<SseEvent>& events);

  std::size_t max_bytes_;
  bool lenient_;
  std::string line_;
  std::string event_;
  std::string data_;  // every line with a \n behind it
  std::string id_;
  std::string last_id_;
  std::optional<Milliseconds> retry_;
  JsonScan scan_;  // of data_
  bool saw_field_ = false;
  bool first_line_ = true;
  bool after_cr_ = false;  // a \n that comes next belongs to it
};

}  // namespace executus::net
