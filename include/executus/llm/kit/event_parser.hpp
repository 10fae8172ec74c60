// The events of an answer, in whatever framing the server sends: server-sent events, or JSON values, one or many. A
// body is known by its bytes, since servers and gateways send streams under any content type, or none.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <executus/llm/kit/json_values.hpp>
#include <executus/net/client/sse_parser.hpp>

namespace executus::llm {

class EventParser final {
 public:
  // `content_type`: with one of lines of JSON each value is an event as soon as it is there. Else a first value waits
  // for a second one, since it may be the whole answer.
  explicit EventParser(std::string_view content_type);

  // The data of the events that `bytes` completes, heartbeats left out. An event named "error" becomes
  // {"error": ITS DATA}, unless its data says so itself, whatever the framing, and also where it has no data. Throws
  // Error when one of them is too long.
  [[nodiscard]] std::vector<std::string> feed(std::string_view bytes);

  // What the end of the body completes: a last event without a blank line or a line end. One that is cut is left out,
  // and what came before it is no whole answer.
  [[nodiscard]] std::vector<std::string> rest();

  // At the end of the body, after rest(): the body, when it was no stream at all but one JSON value, or no answer.
  [[nodiscard]] std::optional<std::string> whole();

  // The one JSON value that has come, where nothing has followed it; null: it is not that.
  [[nodiscard]] const std::string* only_value() const;

 private:
  [[nodiscard]] bool choose(std::string_view bytes);
  [[nodiscard]] std::vector<std::string> values(std::string_view bytes);
  [[nodiscard]] std::vector<std::string> events(std::string_view bytes);
  [[nodiscard]] std::vector<std::string> with_errors(std::vector<std::string> values);
  [[nodiscard]] std::vector<std::string> rest_of_values();

  bool lines_;
  std::string begin_;  // the body so far, while it may be anything
  std::variant<std::monostate, net::SseParser, JsonValues> parser_;
  std::optional<std::string> first_;  // a value that may be the whole answer
  bool is_stream_ = false;
  bool error_is_next_ = false;  // the name of an event among JSON values said so
};

}  // namespace executus::llm
