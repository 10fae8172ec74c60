// Servers that refuse the form in which an answer is asked for, and what the models of an endpoint were seen to take.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include <executus/llm/kit/answer_form.hpp>

namespace executus::llm {

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
