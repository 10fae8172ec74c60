#include "interop.hpp"

#include <cstdlib>

#include <boost/json.hpp>

#include <executus/async/root_group.hpp>

namespace executus::interop {
namespace {

llm::ToolSpec tool(std::string name, std::string description, std::string_view parameters) {
  return {std::move(name), std::move(description), boost::json::parse(parameters).as_object()};
}

// Made once: requests share them.
const llm::ToolSpecs& interop_tools() {
  static const llm::ToolSpecs tools(std::vector{
      tool("get_weather", "The weather of the next days.", R"({"type": "object", "required": ["city"], "properties": {
             "city": {"type": "string"}, "days": {"type": "integer"},
             "units": {"type": "object", "properties": {"wind": {"type": "string"}, "hourly": {"type": "boolean"}}}}})"),
      tool("get_time", "The time.", R"({"type": "object", "properties": {}})")});
  return tools;
}

std::string upper(std::string text) {
  for (char& c : text) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  return text;
}

}  // namespace

Interop::Interop() {
  ::setenv("no_proxy", "*", 1);
  http_ = net::make_http_client(*loop_);
  llm::ResolverOptions options;
  options.environment = &environment_;
  options.http = http_.get();
  options.chain.first_wait = Milliseconds(0);
  options.chain_observer = [this](const llm::ChainEvent& event) {
    chain_events_.push_back(std::string(to_string(event.kind)) + " " + event.target);
  };
  catalog_ = llm::make_model_resolver(std::move(options));
}

FixedEnvironment::Variables Interop::variables() const {
  FixedEnvironment::Variables variables;
  for (const auto& peer : all_peers()) {
    variables["LLM_" + upper(peer.name)] = peer.scheme + "+http://" + Aimock::kKey + "@" + mock_.host() + peer.path;
    variables["LLM_LOCKED_OUT_" + upper(peer.name)] = peer.scheme + "+http://no-such-key@" + mock_.host() + peer.path;
  }
  return variables;
}

std::shared_ptr<llm::Model> Interop::resolve(const std::string& spec) { return catalog_->resolve(spec).value().model; }

llm::Response Interop::ask(llm::Model& model, llm::Request request, llm::StreamObserver* screen) {
  return block_on(*loop_, model.generate(std::move(request), screen));
}

llm::ModelError Interop::failure_of(llm::Model& model, llm::Request request, llm::StreamObserver* screen) {
  try {
    auto response = ask(model, std::move(request), screen);
    ADD_FAILURE() << "answered: " << response.message.text();
  } catch (const llm::ModelError& error) {
    return error;
  }
  return {llm::Failure::unknown, "test.no_failure", ""};
}

llm::Request Interop::question(const std::string& text) {
  llm::Request request;
  request.system = "You are a guide to the North.";
  request.messages.push_back(llm::user_message(text));
  request.tools = interop_tools();
  request.max_output_tokens = 4'000;
  return request;
}

void Interop::answer_calls(llm::Request& request, const llm::Response& response, std::vector<std::string> results) {
  llm::Message message;
  message.role = llm::Role::tool;
  ASSERT_EQ(response.message.tool_calls.size(), results.size());
  for (std::size_t i = 0; i < results.size(); ++i) {
    const auto& call = response.message.tool_calls[i];
    message.tool_results.push_back(
        {.call_id = call.id, .name = call.name, .text = std::move(results[i]), .images = {}});
  }
  request.messages.push_back(response.message);
  request.messages.push_back(std::move(message));
}

boost::json::array Interop::journal() {
  net::HttpRequest request;
  request.url = "http://" + mock_.host() + "/__aimock/journal";
  request.headers = {{"Authorization", std::string("Bearer ") + Aimock::kKey}};
  return boost::json::parse(block_on(*loop_, http_->send(std::move(request))).body).as_array();
}

}  // namespace executus::interop
