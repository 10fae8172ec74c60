#include "completion.hpp"

#include <boost/json.hpp>

namespace executus::crash {
namespace {

namespace json = boost::json;

// Token counts are part of the digest, so they too depend on the place only.
json::object usage_of(int ordinal) {
  return {{"prompt_tokens", 100 + ordinal}, {"completion_tokens", 10 + ordinal}, {"total_tokens", 110 + 2 * ordinal}};
}

const char* finish_of(const Answer& answer) { return answer.calls.empty() ? "stop" : "tool_calls"; }

json::object envelope(const Answer& answer, const char* object) {
  return {{"id", "chatcmpl-" + answer.thread + "-" + std::to_string(answer.ordinal)},
          {"object", object},
          {"created", 1700000000},
          {"model", "test"}};
}

json::object call_json(const ScriptedCall& call, const std::string& arguments) {
  return {{"id", call.id}, {"type", "function"}, {"function", {{"name", call.tool}, {"arguments", arguments}}}};
}

std::string event(json::object chunk) { return "data: " + json::serialize(chunk) + "\n\n"; }

std::string delta_event(const Answer& answer, json::object delta, json::value finish = nullptr) {
  auto chunk = envelope(answer, "chat.completion.chunk");
  chunk["choices"] = json::array{json::object{{"index", 0}, {"delta", std::move(delta)}, {"finish_reason", finish}}};
  return event(std::move(chunk));
}

// A call comes in two pieces: the name with the first half of its arguments, and the second half.
std::string call_events(const Answer& answer, int index, const ScriptedCall& call) {
  auto half = call.arguments.size() / 2;
  auto first = call_json(call, call.arguments.substr(0, half));
  first["index"] = index;
  json::object second{{"index", index}, {"function", {{"arguments", call.arguments.substr(half)}}}};
  return delta_event(answer, {{"tool_calls", json::array{std::move(first)}}}) +
         delta_event(answer, {{"tool_calls", json::array{std::move(second)}}});
}

}  // namespace

std::string completion_json(const Answer& answer) {
  json::object message{{"role", "assistant"}, {"content", answer.text}};
  json::array calls;
  for (const auto& call : answer.calls) calls.push_back(call_json(call, call.arguments));
  if (!calls.empty()) message["tool_calls"] = std::move(calls);
  auto body = envelope(answer, "chat.completion");
  body["choices"] =
      json::array{json::object{{"index", 0}, {"message", std::move(message)}, {"finish_reason", finish_of(answer)}}};
  body["usage"] = usage_of(answer.ordinal);
  return json::serialize(body);
}

std::string completion_events(const Answer& answer) {
  auto events = delta_event(answer, {{"role", "assistant"}, {"content", ""}});
  if (!answer.text.empty()) events += delta_event(answer, {{"content", answer.text}});
  int index = 0;
  for (const auto& call : answer.calls) events += call_events(answer, index++, call);
  events += delta_event(answer, {}, finish_of(answer));
  auto last = envelope(answer, "chat.completion.chunk");
  last["choices"] = json::array{};
  last["usage"] = usage_of(answer.ordinal);
  return events + event(std::move(last)) + "data: [DONE]\n\n";
}

}  // namespace executus::crash
