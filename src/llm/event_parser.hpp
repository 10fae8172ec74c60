// The events of a streamed answer, whichever framing the server chose: server-sent events or lines of JSON.
#pragma once

#include <optional>
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

  // At the end of the body: the body, when it was no stream at all but JSON. Servers that refuse a request early may
  // keep the content type that was asked for.
  [[nodiscard]] std::optional<std::string> whole();

 private:
  void keep(std::string_view bytes);

  std::variant<net::SseParser, net::NdjsonParser> parser_;
  std::string unparsed_;  // the body so far, while it may be JSON
  bool may_be_json_ = true;
};

}  // namespace executus::llm
