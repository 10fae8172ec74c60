// Reads an answer of /api/chat however it came: lines of JSON, one object over many lines, or server-sent events.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <executus/llm/kit/protocol.hpp>

#include "llm/ollama/line_joiner.hpp"
#include "llm/ollama/response.hpp"

namespace executus::llm::ollama {

class ChatReader final : public AnswerReader {
 public:
  explicit ChatReader(Asked asked) : asked_(std::move(asked)) {}

  // Also a stream that came under a wrong content type.
  [[nodiscard]] Response whole(std::string_view body) override;

  [[nodiscard]] std::string add(std::string_view event) override;
  [[nodiscard]] std::vector<Aside> asides() override { return std::exchange(asides_, {}); }

  // "done": true was seen.
  [[nodiscard]] bool done() const noexcept override { return done_; }

  // Whether the body has "done": true and a reason for it.
  [[nodiscard]] bool is_ended_body(const boost::json::object& body) const override;

  [[nodiscard]] Usage used() const override { return answer_.usage; }

  // Truncated: no object said that it is the last one. Broken: that one did not say why.
  [[nodiscard]] Response finish() override;

 private:
  std::string add_object(const boost::json::object& chunk);
  [[nodiscard]] Response respond();

  Asked asked_;
  LineJoiner lines_;
  Answer answer_;
  std::vector<Aside> asides_;
  int objects_ = 0;
  bool any_ = false;  // a message was seen
  bool done_ = false;
  bool goes_on_ = false;  // the last object said that it is not the last one
};

}  // namespace executus::llm::ollama
