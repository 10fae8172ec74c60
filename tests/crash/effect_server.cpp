#include "effect_server.hpp"

#include <boost/json.hpp>

#include "script.hpp"

namespace executus::crash {
namespace {

constexpr std::string_view kProbe = "/probe/";

std::string label_in(const std::string& body) {
  boost::system::error_code error;
  auto arguments = boost::json::parse(body, error);
  const auto* label = !error && arguments.is_object() ? arguments.get_object().if_contains("label") : nullptr;
  return label && label->is_string() ? std::string(std::string_view(label->get_string())) : "";
}

}  // namespace

int EffectLog::executions(const std::string& label) const {
  auto found = calls.find(label);
  return found == calls.end() ? 0 : found->second.executions;
}

EffectServer::EffectServer(Repeats repeats, Stage stage)
    : repeats_(repeats),
      stage_(std::move(stage)),
      server_([this](const testing::HttpServer::Request& request) { return answer(request); }) {}

EffectLog EffectServer::log() const {
  std::lock_guard lock(mutex_);
  return log_;
}

testing::HttpServer::Reply EffectServer::answer(const Request& request) {
  if (request.method == "POST" && request.target == "/effect") return act(request);
  if (request.method == "GET" && request.target.starts_with(kProbe)) return probe(request.target.substr(kProbe.size()));
  return {404, {}, R"({"error":"no such endpoint"})"};
}

testing::HttpServer::Reply EffectServer::act(const Request& request) {
  auto label = label_in(request.body);
  if (label.empty()) return {400, {}, R"({"error":"arguments without a label"})"};
  stage_.at(Moment::effect_asked);
  stage_.dawdle();
  happen(label, request);
  stage_.at(Moment::effect_happened);
  stage_.dawdle();
  return {200, {}, scripted_result(label)};
}

// Looking and acting are one step, as they have to be in a target that promises to dedupe.
void EffectServer::happen(const std::string& label, const Request& request) {
  std::string key(request.header("Idempotency-Key").value_or(""));
  std::lock_guard lock(mutex_);
  auto& record = log_.calls[label];
  if (request.on_connection > 1) ++record.on_used_connection;
  record.keys.insert(key);
  bool known = !key.empty() && !results_.emplace(key, scripted_result(label)).second;
  ++(known && repeats_ == Repeats::deduped_by_key ? record.deduped : record.executions);
}

testing::HttpServer::Reply EffectServer::probe(const std::string& key) {
  stage_.at(Moment::probed);
  std::lock_guard lock(mutex_);
  auto found = results_.find(key);
  ++(found == results_.end() ? log_.probes_no : log_.probes_yes);
  if (found == results_.end()) return {404, {}, R"({"error":"that did not happen"})"};
  return {200, {}, found->second};
}

}  // namespace executus::crash
