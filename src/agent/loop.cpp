#include <algorithm>
#include <optional>
#include <utility>

#include <executus/agent/loop.hpp>

#include "agent/given_answer.hpp"

namespace executus::agent {
namespace {

bool all_failed(const llm::Message& message) {
  return !message.tool_results.empty() && std::all_of(message.tool_results.begin(), message.tool_results.end(),
                                                      [](const llm::ToolResult& result) { return result.is_error; });
}

bool same_calls(const llm::Message& a, const llm::Message& b) {
  return std::equal(
      a.tool_calls.begin(), a.tool_calls.end(), b.tool_calls.begin(), b.tool_calls.end(),
      [](const llm::ToolCall& x, const llm::ToolCall& y) { return x.name == y.name && x.arguments == y.arguments; });
}

// What the model's last message means, when it asks for no tool.
Next last_word(llm::FinishReason finish) {
  switch (finish) {
    case llm::FinishReason::stop:
    case llm::FinishReason::tool_calls:
      return Next::answered;
    case llm::FinishReason::refusal:
      return Next::refused;
    case llm::FinishReason::length:
    case llm::FinishReason::other:
      return Next::cut;
  }
  return Next::cut;
}

// What follows when there is something to answer.
Next answer_or_stop(const llm::Conversation& conversation, const Limits& limits) {
  const auto& transcript = conversation.transcript();
  auto from = std::max(conversation.began_with(), limits.guarded_from);  // an earlier run's trouble is not this one's
  if (failed_steps_in_a_row(transcript, from) >= limits.max_consecutive_tool_errors) return Next::tool_loop;
  if (repeats_of_last_calls(transcript, from) >= limits.max_same_call_repeats) return Next::tool_loop;
  if (conversation.steps() >= limits.max_steps) return Next::max_steps;
  return Next::call_model;
}

// What follows from an answer that has to be a value. Nothing: none was given.
std::optional<Next> after_answer(const llm::Conversation& conversation, const Limits& limits) {
  auto given = given_answer(conversation, *limits.form);
  switch (given.is) {
    case Given::Is::none:
      return std::nullopt;
    case Given::Is::value:
      return Next::answered;
    case Given::Is::cut:
      return Next::cut;
    case Given::Is::refused:
      return Next::refused;
    case Given::Is::unfit:
      break;
  }
  if (failed_answers(conversation, *limits.form, limits.guarded_from) > kMostRepairs) return Next::unfit;
  if (answer_or_stop(conversation, limits) != Next::call_model) return Next::unfit;
  return given.told ? Next::call_model : Next::repair;
}

// Not inlined: the compiler would keep room for the response in the frame of the loop, and most runs wait for one.
[[gnu::noinline]] Task<void> record(LoopHost& host, llm::Response& response) {
  return host.record(std::move(response));
}

}  // namespace

int failed_steps_in_a_row(const llm::Transcript& transcript, std::size_t from) {
  int steps = 0;
  for (std::size_t i = transcript.size(); i-- > from;) {
    const auto& message = transcript[i];
    if (message.role == llm::Role::tool && !all_failed(message)) break;
    if (message.role == llm::Role::tool) ++steps;
  }
  return steps;
}

int repeats_of_last_calls(const llm::Transcript& transcript, std::size_t from) {
  const llm::Message* last = nullptr;
  int times = 0;
  for (std::size_t i = transcript.size(); i-- > from;) {
    const auto& message = transcript[i];
    if (message.role != llm::Role::assistant) continue;
    if (message.tool_calls.empty() || (last && !same_calls(*last, message))) break;
    last = &message;
    ++times;
  }
  return times;
}

Next decide(const llm::Conversation& conversation, const Limits& limits) {
  if (!conversation.open_batch().empty()) return Next::run_batch;
  if (limits.form)
    if (auto next = after_answer(conversation, limits)) return *next;
  const auto& transcript = conversation.transcript();
  if (!transcript.empty() && transcript.back().role == llm::Role::assistant)
    return last_word(conversation.last_finish());
  return answer_or_stop(conversation, limits);
}

// An open batch has to be settled first, and how that ends is not known here.
bool can_hear(const llm::Conversation& conversation, const Limits& limits) {
  if (!conversation.open_batch().empty()) return conversation.steps() < limits.max_steps;
  return answer_or_stop(conversation, limits) == Next::call_model;
}

Task<LoopEnd> run_loop(LoopHost& host) {
  for (;;) {
    switch (decide(host.conversation(), host.limits())) {
      case Next::answered:
        co_return LoopEnd::answered;
      case Next::cut:
        co_return LoopEnd::cut;
      case Next::refused:
        co_return LoopEnd::refused;
      case Next::max_steps:
        co_return LoopEnd::max_steps;
      case Next::tool_loop:
        co_return LoopEnd::tool_loop;
      case Next::unfit:
        co_return LoopEnd::unfit;
      case Next::repair:
        co_await host.repair();
        break;
      case Next::call_model: {
        Task<llm::Response> asked = host.ask();
        co_await record(host, co_await asked);
        break;
      }
      case Next::run_batch:
        if (co_await host.run_batch() == LoopHost::Batch::parked) co_return LoopEnd::parked;
        break;
    }
  }
}

std::string final_text(const llm::Transcript& transcript, std::size_t from) {
  for (std::size_t i = transcript.size(); i-- > from;)
    if (transcript[i].role == llm::Role::assistant) return transcript[i].text();
  return {};
}

}  // namespace executus::agent
