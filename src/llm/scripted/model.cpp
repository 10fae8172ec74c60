#include <utility>

#include <executus/async/timing.hpp>
#include <executus/llm/kit/failure.hpp>
#include <executus/llm/scripted.hpp>

#include "llm/scripted/count.hpp"

namespace executus::llm {
namespace {

std::size_t assistant_messages(const Request& request) {
  std::size_t count = 0;
  for (const auto& message : request.messages) count += message.role == Role::assistant ? 1 : 0;
  return count;
}

ModelError scripted_failure(const ScriptedError& error, const std::string& target) {
  Failure failure = error.status == 0 ? Failure::transient : failure_of_status(error.status);
  std::string code = error.status == 0 ? "model.unreachable" : std::string(code_of_status(error.status));
  std::string why = error.message.empty() ? "the script says so" : error.message;
  return {failure, std::move(code), target + " failed: " + why, error.status, error.retry_after};
}

Response response_of(ScriptedTurn turn, std::size_t number, const Request& request) {
  std::vector<ToolCall> calls;
  for (auto& call : turn.calls)
    calls.push_back({"call_" + std::to_string(number) + "_" + std::to_string(calls.size()), std::move(call.tool),
                     std::move(call.arguments)});
  Response response;
  response.finish = turn.finish.value_or(calls.empty() ? FinishReason::stop : FinishReason::tool_calls);
  response.message = assistant_message(std::move(turn.text), std::move(calls));
  response.usage = turn.usage ? *turn.usage : counted_usage(request, response.message);
  return response;
}

// Word by word, the space with the word before it; then the calls.
void show(const Message& message, StreamObserver* observer) {
  if (!observer) return;
  std::string text = message.text();
  for (std::size_t at = 0; at < text.size();) {
    auto space = text.find(' ', at);
    auto end = space == std::string::npos ? text.size() : space + 1;
    observer->on_text(std::string_view(text).substr(at, end - at));
    at = end;
  }
  for (const auto& call : message.tool_calls) observer->on_arguments(call.id, call.name, call.arguments);
}

}  // namespace

ScriptedModel::ScriptedModel(Script script, std::string target) : points_(1), target_(std::move(target)) {
  for (auto& turn : script) {
    if (turn.error) {
      points_.back().errors.push_back(std::move(turn));
      continue;
    }
    points_.back().turn = std::move(turn);
    points_.emplace_back();
  }
}

ScriptedModel::ScriptedModel(Answer answer, std::string target)
    : answer_(std::move(answer)), target_(std::move(target)) {}

// An error turn while one is due, else the answer.
ScriptedTurn ScriptedModel::turn_for(std::size_t number) {
  if (number < points_.size()) {
    const Point& point = points_[number];
    std::lock_guard lock(mutex_);
    int failed = failed_[number];
    for (const auto& turn : point.errors) {
      bool endless = !point.turn && &turn == &point.errors.back();
      if (!endless && failed >= turn.error->times) {
        failed -= turn.error->times;
        continue;
      }
      ++failed_[number];
      return turn;
    }
    if (point.turn) return *point.turn;
  }
  throw ModelError(Failure::permanent, "model.script",
                   target_ + " has no turn number " + std::to_string(number) + " (counted from 0): it has " +
                       std::to_string(points_.size() - 1) + "; add one to the script");
}

Task<Response> ScriptedModel::generate(Request request, StreamObserver* observer) {
  Response response;
  if (answer_) {
    response = answer_(request);
  } else {
    auto number = assistant_messages(request);
    ScriptedTurn turn = turn_for(number);
    if (turn.delay.count() > 0) co_await sleep_for(turn.delay);
    if (turn.error) throw scripted_failure(*turn.error, target_);
    response = response_of(std::move(turn), number, request);
  }
  if (response.target.empty()) response.target = target_;
  show(response.message, observer);
  co_return response;
}

}  // namespace executus::llm
