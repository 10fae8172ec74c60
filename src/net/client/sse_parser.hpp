// Server-Sent Events as WHATWG has them, from bytes that arrive in pieces of any size. Bytes are passed on as they are;
// `retry` lines are ignored.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace executus::net {

struct SseEvent {
  std::string event;  // "message" when the server names none
  std::string data;   // the data lines, joined with \n
  std::string id;     // the last one sent, also with an earlier event

  friend bool operator==(const SseEvent&, const SseEvent&) = default;
};

class SseParser final {
 public:
  // `truncated`: the stream broke off inside an event, which was dropped.
  enum class End { complete, truncated };

  explicit SseParser(std::size_t max_event_bytes = std::size_t{16} * 1024 * 1024) : max_bytes_(max_event_bytes) {}

  // The events that `chunk` completes. Throws Error "net.too_large" when one event exceeds the limit; the parser is of
  // no use after that.
  [[nodiscard]] std::vector<SseEvent> feed(std::string_view chunk);

  // To be asked when the stream has ended.
  [[nodiscard]] End finish() const noexcept;

 private:
  void take_line(std::vector<SseEvent>& events);
  void take_field(std::string_view name, std::string_view value);
  void dispatch(std::vector<SseEvent>& events);

  std::size_t max_bytes_;
  std::string line_;
  std::string event_;
  std::string data_;  // every line with a \n behind it
  std::string id_;
  bool first_line_ = true;
  bool after_cr_ = false;  // a \n that comes next belongs to it
};

}  // namespace executus::net
