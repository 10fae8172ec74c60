// Puts a streamed answer together. Pure: events go in, text to show and in the end a Response come out.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <executus/llm/kit/protocol.hpp>

#include "llm/google/response.hpp"

namespace executus::llm::google {

class ContentReader final : public AnswerReader {
 public:
  explicit ContentReader(Asked asked) : asked_(std::move(asked)) {}

  [[nodiscard]] Response whole(std::string_view body) override;
  [[nodiscard]] std::string add(std::string_view event) override;
  [[nodiscard]] std::vector<Aside> asides() override { return std::exchange(answer_.asides, {}); }

  // Never: a stream has no last event. It ends with its connection.
  [[nodiscard]] bool done() const noexcept override { return false; }

  [[nodiscard]] Usage used() const override { return usage_of(answer_.usage); }

  // Truncated: neither a finish reason nor a blocked prompt was seen.
  [[nodiscard]] Response finish() override;

 private:
  Asked asked_;
  Answer answer_;
};

}  // namespace executus::llm::google
