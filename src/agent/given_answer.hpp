// The answer that a conversation ends with, where it has to be a value. All of it follows from the conversation, so
// that a resumed run judges, and counts, as the uninterrupted one. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <boost/json/value.hpp>

#include <executus/llm/conversation.hpp>

#include "agent/answer_form.hpp"

namespace executus::agent {

// How often a model is asked again for an answer that did not fit.
inline constexpr int kMostRepairs = 2;

struct Given {
  enum class Is {
    none,    // there was no step yet, or the last one asked for other tools, or something was said since
    value,   // handed in, or said as text
    unfit,   // handed in and not accepted, or text that is no such value
    cut,     // by the output limit: also what looks whole is none
    refused  // by the model
  };
  Is is = Is::none;
  boost::json::value value = {};
  std::vector<std::string> findings = {};  // of unfit
  bool told = false;                       // of unfit: the model has been told, by the tool's result
};
[[nodiscard]] Given given_answer(const llm::Conversation& conversation, const AnswerForm& form);

// How many answers of this conversation, the last one included, were unfit. Messages before `from` do not count.
[[nodiscard]] int failed_answers(const llm::Conversation& conversation, const AnswerForm& form, std::size_t from = 0);

// The value as JSON text. Nothing: the conversation does not end with one.
[[nodiscard]] std::optional<std::string> given_value(const llm::Conversation& conversation, const AnswerForm& form);

// The message that asks for the answer again. It tells the schema: some servers pass over the one they are sent.
[[nodiscard]] std::string repair_text(const std::vector<std::string>& findings, const AnswerForm& form);

}  // namespace executus::agent
