// Puts a streamed answer together. Pure: events go in, text to show and in the end a Response come out.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include "llm/openai/response.hpp"
#include "llm/protocol.hpp"

namespace executus::llm::openai {

class ChatReader final : public AnswerReader {
 public:
  explicit ChatReader(Asked asked) : asked_(std::move(asked)) {}

  [[nodiscard]] Response whole(std::string_view body) override { return read_response(body, std::move(asked_)); }
  [[nodiscard]] std::string add(std::string_view event) override;

  // [DONE] was seen.
  [[nodiscard]] bool done() const noexcept override { return done_; }

  // Truncated: neither [DONE] nor a finish reason was seen.
  [[nodiscard]] Response finish() override;

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
