// Puts a streamed answer together. Pure: events go in, text to show and in the end a Response come out.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include "llm/openai/response.hpp"

namespace executus::llm::openai {

class StreamReader final {
 public:
  explicit StreamReader(Asked asked) : asked_(std::move(asked)) {}

  // The data of one server-sent event; returns the text it adds. Throws ModelError: model.malformed, or what an error
  // object says. What comes after the end is ignored.
  std::string add(std::string_view data);

  // [DONE] was seen.
  [[nodiscard]] bool done() const noexcept { return done_; }

  // The stream has ended. Throws ModelError model.truncated when it ended before the answer did: neither [DONE] nor a
  // finish reason was seen. Once.
  [[nodiscard]] Response finish();

 private:
  std::string add_delta(const boost::json::object& delta);
  void add_call(const boost::json::object& fragment);
  ToolCall& call_for(const boost::json::object& fragment);

  Asked asked_;
  Answer answer_;
  std::vector<std::int64_t> indices_;  // of answer_.calls, as the server counts them
  bool done_ = false;
  bool any_ = false;  // a chunk of the answer was seen
};

}  // namespace executus::llm::openai
