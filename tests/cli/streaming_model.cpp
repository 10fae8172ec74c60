#include "streaming_model.hpp"

#include <utility>

#include <boost/json.hpp>

namespace executus::testing {
namespace {

namespace json = boost::json;

std::string event(json::object delta, json::value finish = nullptr) {
  json::object choice{{"index", 0}, {"delta", std::move(delta)}, {"finish_reason", std::move(finish)}};
  json::object chunk{{"id", "c"}, {"object", "chat.completion.chunk"}, {"model", "m"}};
  chunk["choices"] = json::array{std::move(choice)};
  return "data: " + json::serialize(chunk) + "\n\n";
}

std::string text_event(const std::string& text) { return text.empty() ? "" : event({{"content", text}}); }

json::object call_of(const std::string& tool, std::size_t number) {
  return {{"index", 0},
          {"id", "call-" + std::to_string(number)},
          {"type", "function"},
          {"function", {{"name", tool}, {"arguments", "{}"}}}};
}

std::string end_events(const std::string& tool, std::size_t number) {
  std::string call = tool.empty() ? "" : event({{"tool_calls", json::array{call_of(tool, number)}}});
  json::object usage{{"prompt_tokens", 1000}, {"completion_tokens", 10}, {"total_tokens", 1010}};
  json::object last{{"id", "c"}, {"object", "chat.completion.chunk"}, {"model", "m"}, {"choices", json::array{}}};
  last["usage"] = std::move(usage);
  return call + event({}, tool.empty() ? "stop" : "tool_calls") + "data: " + json::serialize(last) +
         "\n\ndata: [DONE]\n\n";
}

}  // namespace

StreamingModel::StreamingModel(std::vector<Streamed> answers)
    : answers_(std::move(answers)), server_([this](const HttpServer::Request& request) { return answer(request); }) {}

std::string StreamingModel::variable() const {
  return "openai+http://127.0.0.1:" + std::to_string(server_.port()) + "/v1";
}

HttpServer::Reply StreamingModel::answer(const HttpServer::Request& request) const {
  if (request.number > answers_.size()) return {400, {}, R"({"error":{"message":"there is no answer left"}})"};
  const auto& next = answers_[request.number - 1];
  HttpServer::Reply reply;
  reply.headers = {{"Content-Type", "text/event-stream"}};
  reply.chunks.push_back({event({{"role", "assistant"}, {"content", ""}}) + text_event(next.text), nullptr});
  reply.chunks.push_back({text_event(next.rest) + end_events(next.tool, request.number), next.held});
  return reply;
}

}  // namespace executus::testing
