// Puts a streamed answer together. Pure: events go in, text to show and in the end a Response come out.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/json/object.hpp>

#include <executus/llm/kit/protocol.hpp>

#include "llm/openai/chat/response.hpp"

namespace executus::llm::openai {

// Each piece of a call is looked for among all of them.
inline constexpr std::size_t kMostStreamedCalls = 1024;

class ChatReader final : public AnswerReader {
 public:
  explicit ChatReader(Asked asked) : asked_(std::move(asked)) {}

  [[nodiscard]] Response whole(std::string_view body) override;
  [[nodiscard]] std::string add(std::string_view event) override;
  [[nodiscard]] std::vector<Aside> asides() override { return std::exchange(asides_, {}); }

  // [DONE] was seen.
  [[nodiscard]] bool done() const noexcept override { return done_; }

  // A finish reason came, one only, and nothing of the answer with it or since, or the usage behind it, or it is that
  // of a whole "chat.completion": some servers say a reason with each piece, and the first of them is no end.
  [[nodiscard]] bool ended() const noexcept override { return done_ || (ends_ == 1 && closed_ && !goes_on_); }

  // A "chat.completion" with a finish reason.
  [[nodiscard]] bool is_ended_body(const boost::json::object& body) const override;

  [[nodiscard]] Usage used() const override { return answer_.usage; }

  // Truncated: neither [DONE] nor a finish reason was seen. Broken: [DONE] came without one.
  [[nodiscard]] Response finish() override;

 private:
  std::string add_chunk(const boost::json::object& chunk);
  void add_other(const boost::json::object& chunk);
  std::string add_choice(const boost::json::object& choice, bool is_whole);
  [[nodiscard]] const boost::json::object* piece_of(const boost::json::object& choice, const boost::json::object* delta,
                                                    const boost::json::object* message);
  std::string add_delta(const boost::json::object& delta);
  std::string take_whole(const boost::json::object& choice, const boost::json::object& message);
  void take_whole_calls(std::vector<ToolCall> calls);
  [[nodiscard]] bool lay_over_pieces(std::vector<ToolCall>& calls);
  void add_call(CallFragment fragment, const boost::json::object& from);
  void assemble_calls();

  Asked asked_;
  Answer answer_;  // but for its calls
  CallAssembly calls_;
  std::vector<Aside> asides_;
  std::optional<std::int64_t> choice_;  // the index of the choice that is read
  std::string shown_;
  bool said_in_deltas_ = false;
  bool passed_over_ = false;  // a message beside a delta
  bool old_form_ = false;     // its call is a "function_call"; beside "tool_calls" that says the same again
  bool done_ = false;
  int ends_ = 0;          // how often a finish reason was said
  bool grew_ = false;     // by the chunk that was read last, and so by what else it says
  bool said_ = false;     // something of the answer came
  bool closed_ = false;   // a finish reason came by itself, or usage behind one
  bool goes_on_ = false;  // something of the answer came behind one
  bool any_ = false;      // a chunk of the answer was seen
};

}  // namespace executus::llm::openai
