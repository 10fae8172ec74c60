#include "agent/given_answer.hpp"

#include <algorithm>
#include <cstddef>

#include <executus/base/json.hpp>

namespace executus::agent {
namespace {

using Is = Given::Is;

bool is_cut(llm::FinishReason finish) {
  return finish == llm::FinishReason::length || finish == llm::FinishReason::other;
}

Given said(const llm::Conversation& conversation, const AnswerForm& form) {
  if (conversation.last_finish() == llm::FinishReason::refusal) return {Is::refused};
  if (is_cut(conversation.last_finish())) return {Is::cut};
  auto reading = form.of_text(conversation.transcript().back().text());
  if (!reading.value) return {Is::unfit, {}, std::move(reading.findings)};
  return {Is::value, std::move(*reading.value)};
}

bool is_submission(const llm::ToolResult& result) { return result.name == kSubmitTool; }
bool is_accepted(const llm::ToolResult& result) { return is_submission(result) && !result.is_error; }

// The arguments that call of the last response had: those of the model, or those the gate gave it.
std::string arguments_of(const llm::Conversation& conversation, std::size_t index) {
  llm::CallPosition position{conversation.responses() - 1, static_cast<std::uint32_t>(index)};
  const auto* call = conversation.find_call(position);
  return call ? call->call.arguments : std::string();
}

// `at`: the place of the results.
Given handed_in(const llm::Conversation& conversation, std::size_t at, const AnswerForm& form) {
  const auto& results = conversation.transcript()[at].tool_results;
  auto accepted = std::ranges::find_if(results, is_accepted);
  if (accepted == results.end()) {
    auto refused = std::ranges::find_if(results, is_submission);
    if (refused == results.end()) return {};
    return {Is::unfit, {}, {refused->text}, true};
  }
  if (is_cut(conversation.last_finish())) return {Is::cut};
  auto index = static_cast<std::size_t>(accepted - results.begin());
  auto arguments = parse_json(arguments_of(conversation, index));
  if (!arguments.ok() || !arguments->is_object()) return {Is::unfit, {}, {"the arguments are no object"}, true};
  auto reading = form.of_arguments(arguments->get_object());
  if (!reading.value) return {Is::unfit, {}, std::move(reading.findings), true};
  return {Is::value, std::move(*reading.value)};
}

// Of a response that is not the last message: whether it gave an answer that was not taken.
bool was_unfit(const llm::Transcript& transcript, std::size_t i, const AnswerForm& form) {
  if (transcript[i].tool_calls.empty()) return !form.of_text(transcript[i].text()).value;
  if (i + 1 == transcript.size()) return false;
  const auto& results = transcript[i + 1].tool_results;
  return std::ranges::any_of(results, is_submission) && std::ranges::none_of(results, is_accepted);
}

}  // namespace

Given given_answer(const llm::Conversation& conversation, const AnswerForm& form) {
  const auto& transcript = conversation.transcript();
  if (transcript.empty() || !conversation.open_batch().empty()) return {};
  if (conversation.steps() == 0) return {};  // what is there is of earlier runs
  if (transcript.back().role == llm::Role::assistant) return said(conversation, form);
  auto results = conversation.results_at_end();
  return results ? handed_in(conversation, *results, form) : Given{};
}

int failed_answers(const llm::Conversation& conversation, const AnswerForm& form, std::size_t from) {
  const auto& transcript = conversation.transcript();
  int failed = 0, steps = 0;
  for (std::size_t i = transcript.size(); i-- > from && steps < conversation.steps();) {
    if (transcript[i].role != llm::Role::assistant) continue;
    ++steps;
    if (was_unfit(transcript, i, form)) ++failed;
  }
  return failed;
}

std::optional<std::string> given_value(const llm::Conversation& conversation, const AnswerForm& form) {
  auto given = given_answer(conversation, form);
  if (given.is != Is::value) return std::nullopt;
  return write_json(given.value);
}

std::string repair_text(const std::vector<std::string>& findings, const AnswerForm& form) {
  return "This answer cannot be used:\n" + findings_text(findings) +
         "Give the whole answer again, corrected: by the tool '" + std::string(kSubmitTool) +
         "' where you have it, else as the JSON value and nothing besides. It has to fit this JSON Schema:\n" +
         write_json(form.wanted()->answer.schema);
}

}  // namespace executus::agent
