// Puts a streamed answer together. Pure: events go in, text to show and in the end a Response come out. The stream ends
// with message_stop, or with an error event; what it does not know, it ignores.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include "llm/anthropic/response.hpp"
#include "llm/protocol.hpp"

namespace executus::llm::anthropic {

class MessagesReader final : public AnswerReader {
 public:
  explicit MessagesReader(Asked asked) : asked_(std::move(asked)) {}

  [[nodiscard]] Response whole(std::string_view body) override { return read_response(body, std::move(asked_)); }
  [[nodiscard]] std::string add(std::string_view event) override;
  [[nodiscard]] bool done() const noexcept override { return done_; }

  // Truncated: no message_stop was seen.
  [[nodiscard]] Response finish() override;

 private:
  [[nodiscard]] std::string take(std::string_view type, const boost::json::object& event);
  [[nodiscard]] std::string begin(const boost::json::object& event);
  [[nodiscard]] std::string grow(const boost::json::object& event);
  [[nodiscard]] std::string end(const boost::json::object& event);
  void count(const boost::json::object& holder);

  Asked asked_;
  std::map<std::int64_t, Block> blocks_;  // by their place in the content
  Answer answer_;                         // but for the blocks
  bool shown_ = false;                    // any text was
  bool done_ = false;
};

}  // namespace executus::llm::anthropic
