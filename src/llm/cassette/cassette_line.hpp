// The lines of a cassette. Frozen: cassettes are kept beside tests for years.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include <boost/json/value.hpp>

#include <executus/base/result.hpp>
#include <executus/llm/model.hpp>

namespace executus::llm {

// {"v":1,"target":...,"request":{...},"response":{...}} or "error" in place of "response".
struct Exchange {
  std::string target;  // that was asked; another one may have answered
  boost::json::value request;
  std::variant<Response, ModelError> answer;
};

// {"v":1,"resolved":{"name":...,"spec":...,"target":...,...}}: a model as it was found.
struct Resolution {
  std::string name;
  std::string spec;
  std::string target;
  int context_tokens = 0;
  Capabilities capabilities = {};
};

using CassetteLine = std::variant<Exchange, Resolution>;

// What decides about the answer: not whose request it is, nor whether the raw answer is wanted. Images are their
// digest. Valid UTF-8 in canonical order.
[[nodiscard]] boost::json::value request_json(const Request& request);

// Without the line's end.
[[nodiscard]] std::string to_text(const CassetteLine& line);

// Error cassette.malformed, which says what is wrong, not where.
[[nodiscard]] Result<CassetteLine> read_cassette_line(std::string_view text);

}  // namespace executus::llm
