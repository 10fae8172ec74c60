// The events of a streamed answer, whichever framing the server chose: server-sent events or lines of JSON.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "net/client/ndjson_parser.hpp"
#include "net/client/sse_parser.hpp"

namespace executus::llm {

class EventParser final {
 public:
  // False: a body of this content type is no stream.
  [[nodiscard]] bool choose(std::string_view content_type);

  // The data of the events that `bytes` completes. Throws Error when one of them is too long.
  [[nodiscard]] std::vector<std::string> feed(std::string_view bytes);

  // What the end of the body completes: a last line without a line end.
  [[nodiscard]] std::vector<std::string> rest();

 private:
  std::variant<net::SseParser, net::NdjsonParser> parser_;
};

}  // namespace executus::llm
