// JSON values from lines: one in each line of a stream, but a server that buffers its answer may spread one object over
// many lines and still call it a stream.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <boost/json/stream_parser.hpp>

#include <executus/base/result.hpp>

#include "base/json/json_mend.hpp"

namespace executus::llm::ollama {

class LineJoiner final {
 public:
  LineJoiner();

  // The value that `line` completes; nothing when it goes on in the next line. Error json.malformed: no line can mend
  // it. Time is linear in what was added.
  [[nodiscard]] Result<std::optional<boost::json::value>> add(std::string_view line);

  // A value was begun and not completed.
  [[nodiscard]] bool pending() const noexcept { return !text_.empty(); }

 private:
  [[nodiscard]] bool goes_on(std::string_view piece);

  std::string text_;                   // of the value that is not complete
  boost::json::stream_parser checks_;  // reads text_ as it grows
  ControlEscaper controls_;            // a line may end within a string
};

}  // namespace executus::llm::ollama
