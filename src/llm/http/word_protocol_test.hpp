// A protocol for tests of HttpModel, whose answers are words.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <executus/llm/kit/answer_errors.hpp>
#include <executus/llm/kit/protocol.hpp>

namespace executus::llm {

inline Response response_of(std::string text) {
  Response response;
  response.message = assistant_message(std::move(text));
  return response;
}

// Every event is a word, "END" is the end mark, "stop" says that all was said.
class WordReader final : public AnswerReader {
 public:
  [[nodiscard]] Response whole(std::string_view body) override {
    words_ = body;
    if (body == "useless") throw broken_answer("lab/m", "it is useless");
    return response_of("whole: " + words_);
  }
  [[nodiscard]] std::string add(std::string_view event) override {
    if (done_) return {};
    if (event == "unreadable") throw malformed_answer("lab/m", "its last event was cut");
    done_ = event == "END";
    ended_ = ended_ || event == "stop";
    if (done_ || event == "stop") return {};
    words_ += event;
    return std::string(event);
  }
  [[nodiscard]] bool done() const noexcept override { return done_; }
  [[nodiscard]] bool ended() const noexcept override { return done_ || ended_; }
  [[nodiscard]] bool is_ended_body(const boost::json::object& body) const override { return body.contains("stop"); }
  [[nodiscard]] Response finish() override {
    if (!done_ && !ended_) throw truncated_answer("lab/m");
    auto response = response_of(words_);
    if (words_ == "refused") response.finish = FinishReason::refusal;
    if (words_ == "refused") response.message.tool_calls = {{"c1", "look", "{}"}};
    return response;
  }
  [[nodiscard]] Usage used() const override { return {.output = static_cast<std::int64_t>(words_.size())}; }

 private:
  std::string words_;
  bool done_ = false;
  bool ended_ = false;
};

class WordProtocol final : public Protocol {
 public:
  [[nodiscard]] WireRequest request(const Request&, const ToolNames&, AnswerForm form) const override {
    static const char* names[] = {"whole", "stream", "plain stream"};
    return {"/words", {}, names[static_cast<int>(form)]};
  }
  [[nodiscard]] std::unique_ptr<AnswerReader> reader(Asked) const override { return std::make_unique<WordReader>(); }
};

}  // namespace executus::llm
