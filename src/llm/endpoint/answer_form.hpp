// In which form an answer is asked for. A stream is better even when no observer watches: gateways cut connections on
// which nothing moves for a minute. Some servers refuse streams, or refuse them of some models.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace executus::llm {

// streamed: with all that the API offers for streams, such as the usage at their end. plainly_streamed: without that,
// for servers that refuse it. whole: in one piece.
enum class AnswerForm { whole, streamed, plainly_streamed };

[[nodiscard]] inline bool is_streamed(AnswerForm form) { return form != AnswerForm::whole; }

// What to ask for in place of `refused` when an answer with `status` and `body` refuses that; nothing when it is about
// something else. Pure.
[[nodiscard]] std::optional<AnswerForm> form_instead_of(AnswerForm refused, int status, std::string_view body);

// What an endpoint's models have been seen to take. Threads: any.
class TakenForms final {
 public:
  // Nothing: not asked yet.
  [[nodiscard]] std::optional<AnswerForm> of(const std::string& model) const;

  // Whether a refusal with `status` tells how the model is to be asked from now on: a server that broke on one stream,
  // and took others before, may have broken on something else.
  [[nodiscard]] bool lasts(const std::string& model, int status) const;
  void learn(const std::string& model, AnswerForm taken);

 private:
  mutable std::mutex mutex_;
  std::map<std::string, AnswerForm> by_model_;
};

}  // namespace executus::llm
