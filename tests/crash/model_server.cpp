#include "model_server.hpp"

#include <numeric>

#include <boost/json.hpp>

#include "completion.hpp"
#include "script.hpp"

namespace executus::crash {
namespace {

namespace json = boost::json;

bool wants_stream(const json::object& request) {
  const auto* stream = request.if_contains("stream");
  return stream && stream->is_bool() && stream->get_bool();
}

testing::HttpServer::Reply refusal(int status, const char* why) {
  return {status, {}, json::serialize(json::object{{"error", {{"message", why}}}})};
}

}  // namespace

int assistant_messages(const json::object& request) {
  int count = 0;
  for (const auto& message : request.at("messages").as_array())
    if (message.at("role").as_string() == "assistant") ++count;
  return count;
}

std::optional<Answer> follow_script(const json::object& request, const std::string& body) {
  auto run = run_in(body);
  if (run.empty()) return std::nullopt;
  return scripted_answer(run, assistant_messages(request));
}

int ModelLog::total() const {
  return std::accumulate(asked.begin(), asked.end(), 0, [](int sum, const auto& each) { return sum + each.second; });
}

ModelServer::ModelServer(Stage stage, Mind mind)
    : stage_(std::move(stage)),
      mind_(std::move(mind)),
      server_([this](const testing::HttpServer::Request& request) { return answer(request); }) {}

ModelLog ModelServer::log(const std::string& thread) const {
  std::lock_guard lock(mutex_);
  auto found = logs_.find(thread);
  return found == logs_.end() ? ModelLog{} : found->second;
}

std::map<std::string, ModelLog> ModelServer::logs() const {
  std::lock_guard lock(mutex_);
  return logs_;
}

void ModelServer::note(const Answer& answer, const std::string& body) {
  std::lock_guard lock(mutex_);
  auto& log = logs_[answer.thread];
  ++log.asked[answer.ordinal];
  log.bodies[answer.ordinal].insert(body);
}

testing::HttpServer::Reply ModelServer::answer(const Request& request) {
  if (request.target == "/v1/models") return {200, {}, R"({"object":"list","data":[{"id":"test","object":"model"}]})"};
  if (request.target != "/v1/chat/completions") return refusal(404, "no such endpoint");
  boost::system::error_code error;
  auto parsed = json::parse(request.body, error);
  std::optional<Answer> answer;
  if (!error && parsed.is_object()) answer = mind_(parsed.get_object(), request.body);
  if (!answer) return refusal(400, "the request names no run of these tests");
  note(*answer, request.body);
  stage_.at(Moment::model_asked);
  stage_.dawdle();
  stage_.at(Moment::model_answering);
  if (wants_stream(parsed.get_object()))
    return {200, {{"Content-Type", "text/event-stream"}}, completion_events(*answer)};
  return {200, {{"Content-Type", "application/json"}}, completion_json(*answer)};
}

}  // namespace executus::crash
