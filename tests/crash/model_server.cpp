#include "model_server.hpp"

#include <numeric>

#include <boost/json.hpp>

#include "completion.hpp"
#include "script.hpp"

namespace executus::crash {
namespace {

namespace json = boost::json;

int assistant_messages(const json::object& request) {
  int count = 0;
  for (const auto& message : request.at("messages").as_array())
    if (message.at("role").as_string() == "assistant") ++count;
  return count;
}

bool wants_stream(const json::object& request) {
  const auto* stream = request.if_contains("stream");
  return stream && stream->is_bool() && stream->get_bool();
}

testing::HttpServer::Reply refusal(int status, const char* why) {
  return {status, {}, json::serialize(json::object{{"error", {{"message", why}}}})};
}

}  // namespace

int ModelLog::total() const {
  return std::accumulate(asked.begin(), asked.end(), 0, [](int sum, const auto& each) { return sum + each.second; });
}

ModelServer::ModelServer(Stage stage)
    : stage_(std::move(stage)),
      server_([this](const testing::HttpServer::Request& request) { return answer(request); }) {}

ModelLog ModelServer::log(const std::string& run) const {
  std::lock_guard lock(mutex_);
  auto found = logs_.find(run);
  return found == logs_.end() ? ModelLog{} : found->second;
}

void ModelServer::note(const std::string& run, int ordinal, const std::string& body) {
  std::lock_guard lock(mutex_);
  auto& log = logs_[run];
  ++log.asked[ordinal];
  log.bodies[ordinal].insert(body);
}

testing::HttpServer::Reply ModelServer::answer(const Request& request) {
  if (request.target == "/v1/models") return {200, {}, R"({"object":"list","data":[{"id":"test","object":"model"}]})"};
  if (request.target != "/v1/chat/completions") return refusal(404, "no such endpoint");
  boost::system::error_code error;
  auto parsed = json::parse(request.body, error);
  auto run = run_in(request.body);
  if (error || !parsed.is_object() || run.empty()) return refusal(400, "the request names no run of these tests");
  int ordinal = assistant_messages(parsed.get_object());
  note(run, ordinal, request.body);
  stage_.at(Moment::model_asked);
  stage_.dawdle();
  stage_.at(Moment::model_answering);
  if (wants_stream(parsed.get_object()))
    return {200, {{"Content-Type", "text/event-stream"}}, completion_events(run, ordinal)};
  return {200, {{"Content-Type", "application/json"}}, completion_json(run, ordinal)};
}

}  // namespace executus::crash
