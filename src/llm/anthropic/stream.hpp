// Puts a streamed answer together. Pure: events go in, text to show and in the end a Response come out. The stream ends
// with message_stop or an error event, and of servers that leave message_stop out with its body, once a stop reason was
// said. What it does not know, it ignores.
//
// Blocks are known by their index. One that begins at an index that is taken is a block of its own, behind the others;
// of calls that is so only once the one before it has its arguments, or has stopped. A piece goes to the last block of
// its index, where that is of its kind; else text and thinking go to the last block when that is of their kind, and
// begin one otherwise, and arguments go on with the open call (executus/llm/kit/call_assembly.hpp).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/json/object.hpp>

#include <executus/llm/kit/call_assembly.hpp>
#include <executus/llm/kit/protocol.hpp>

#include "llm/anthropic/response.hpp"

namespace executus::llm::anthropic {

class MessagesReader final : public AnswerReader {
 public:
  explicit MessagesReader(Asked asked) : asked_(std::move(asked)) {}

  [[nodiscard]] Response whole(std::string_view body) override;
  [[nodiscard]] std::string add(std::string_view event) override;
  [[nodiscard]] std::vector<Aside> asides() override { return std::exchange(asides_, {}); }
  [[nodiscard]] bool done() const noexcept override { return done_; }

  // There are blocks, all of them have stopped, and a stop reason came with no piece after it. Some servers send a stop
  // reason with each block.
  [[nodiscard]] bool ended() const noexcept override;

  // A "message" with a stop reason.
  [[nodiscard]] bool is_ended_body(const boost::json::object& body) const override;

  [[nodiscard]] Usage used() const override { return usage_of(answer_.usage); }

  // Truncated: neither message_stop nor a stop reason was seen. Broken: message_stop came without one.
  [[nodiscard]] Response finish() override;

 private:
  struct Open {
    std::int64_t index = 0;
    Block block;
    std::size_t call = CallAssembly::kNone;  // its place, of a tool_use
    bool stopped = false;
  };

  [[nodiscard]] std::string take(std::string_view type, const boost::json::object& event);
  [[nodiscard]] std::string begin(const boost::json::object& event);
  [[nodiscard]] std::string grow(const boost::json::object& event);
  [[nodiscard]] std::string end(const boost::json::object& event);
  [[nodiscard]] std::string take_whole(const boost::json::object& message);
  void stop(const boost::json::object& event);
  void count(const boost::json::object& holder);
  void begin_call(Open& open);
  void grow_call(std::int64_t index, std::string_view arguments);
  void grow_unnamed_call(std::string_view arguments);
  [[nodiscard]] bool has_stopped(std::size_t call) const;
  [[nodiscard]] std::int64_t index_of(const boost::json::object& event) const;
  [[nodiscard]] Open* last_at(std::int64_t index);
  [[nodiscard]] Open& block_for(std::int64_t index, std::string_view type);
  void sort_by_index();
  [[nodiscard]] std::vector<Block> assembled();

  Asked asked_;
  std::vector<Open> blocks_;  // as they came
  CallAssembly calls_;
  std::vector<Aside> asides_;
  std::vector<std::string> inputs_;  // of the calls, as their blocks began with
  Answer answer_;                    // but for the blocks
  std::string shown_;
  bool goes_on_ = false;  // a piece came behind a stop reason
  bool done_ = false;
};

}  // namespace executus::llm::anthropic
