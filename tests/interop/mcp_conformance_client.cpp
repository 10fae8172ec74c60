// The client that @modelcontextprotocol/conformance drives: `mcp_conformance_client URL` connects, logs in where it is
// told to, and calls each tool that is offered. The scenario is in MCP_CONFORMANCE_SCENARIO.
#include <cstdlib>
#include <iostream>

#include <boost/json.hpp>

#include <executus/base/json.hpp>

#include "mcp/auth/login.hpp"
#include "mcp/offer/header_parameters.hpp"
#include "mcp_http.hpp"

namespace executus::interop {
namespace {

namespace json = boost::json;

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

// The suite's page agrees at once: it answers with where the person is sent.
class ApprovingPage final : public mcp::Browser {
 public:
  explicit ApprovingPage(net::HttpClient& http) : http_(http) {}
  std::string redirect_uri() override { return "http://127.0.0.1:3000/callback"; }
  Task<std::string> visit(std::string url) override {
    net::HttpRequest request;
    request.url = std::move(url);
    auto answer = co_await http_.send(std::move(request));
    auto to = net::find_header(answer.headers, "Location");
    if (!to) throw failed("mcp.auth_answer", "the page sends nowhere: HTTP " + std::to_string(answer.status));
    co_return std::string(*to);
  }

 private:
  net::HttpClient& http_;
};

// Logs in whenever the server asks for it.
class LoginOnDemand final : public mcp::Authorization {
 public:
  LoginOnDemand(net::HttpClient& http, std::string url, json::object context)
      : http_(http), page_(http), url_(std::move(url)), context_(std::move(context)) {}

  Task<std::string> header() override { co_return token_ ? "Bearer " + token_->access_token : std::string(); }
  Task<bool> renew(std::string, int, std::string challenge) override {
    if (++logins_ > 3) co_return false;
    mcp::LoginAt at{.url = url_, .challenge = mcp::bearer_challenge(challenge), .before = token_};
    at.client_id = text("client_id");
    at.client_secret = text("client_secret");
    at.client_metadata_url = "https://conformance-test.local/client-metadata.json";
    mcp::LoginParts parts{&http_, &page_, mcp::network_of(url_)};
    token_ = co_await mcp::login(parts, std::move(at));
    co_return true;
  }

 private:
  std::string text(const char* name) const {
    const auto* value = context_.if_contains(name);
    return value && value->is_string() ? std::string(std::string_view(value->get_string())) : std::string();
  }

  net::HttpClient& http_;
  ApprovingPage page_;
  std::string url_;
  json::object context_;
  std::optional<mcp::StoredToken> token_;
  int logins_ = 0;
};

json::object context() {
  auto parsed = parse_json(variable("MCP_CONFORMANCE_CONTEXT"));
  return parsed && parsed->is_object() ? parsed->get_object() : json::object();
}

json::object arguments_for(const json::object& tool) {
  json::object arguments;
  const auto* schema = tool.if_contains("inputSchema");
  const auto* properties = schema && schema->is_object() ? schema->get_object().if_contains("properties") : nullptr;
  if (properties && properties->is_object())
    for (const auto& [name, property] : properties->get_object())
      if (property.is_object() && property.get_object().contains("type") && property.at("type") == "number")
        arguments[name] = name == "a" ? 2 : 3;
  return arguments;
}

Task<void> first_of(std::shared_ptr<mcp::Connection> connection, std::string list, std::string member, std::string get,
                    std::string key) {
  auto found = co_await connection->request(std::move(list), {});
  const auto& items = found.at(member).as_array();
  if (items.empty()) co_return;
  json::object params{{key, items.front().at(key)}};
  static_cast<void>(co_await connection->request(std::move(get), std::move(params)));
}

// The suite asks for the schema of another tool, to see that it came whole.
json::object echo(const json::array& tools) {
  for (const auto& tool : tools)
    if (tool.at("name") == "json_schema_2020_12_tool") return {{"schema", tool.at("inputSchema")}};
  return {};
}

// Every call of the context, or one.
std::vector<json::object> calls_of(const json::object& tool, const json::array& tools) {
  std::vector<json::object> calls;
  if (tool.at("name") == "json_schema_echo") return {echo(tools)};
  const auto all = context();
  if (const auto* listed = all.if_contains("toolCalls"); listed && listed->is_array())
    for (const auto& call : listed->get_array())
      if (call.at("name") == tool.at("name")) calls.push_back(call.at("arguments").as_object());
  if (calls.empty()) calls.push_back(arguments_for(tool));
  return calls;
}

Task<void> call(std::shared_ptr<mcp::Connection> connection, json::object tool, json::object arguments) {
  mcp::Connection::Ask ask{.method = "tools/call"};
  const auto* schema = tool.if_contains("inputSchema");
  if (schema && schema->is_object()) ask.headers = mcp::header_parameters(schema->get_object(), arguments);
  ask.params = {{"name", tool.at("name")}, {"arguments", std::move(arguments)}};
  auto exchange = connection->ask(std::move(ask));
  for (;;) {
    auto heard = co_await exchange.next();
    if (std::holds_alternative<mcp::Response>(heard)) co_return;
    if (const auto* loss = std::get_if<mcp::Loss>(&heard)) throw loss->problem;
  }
}

Task<int> conform(std::shared_ptr<mcp::Connection> connection) {
  auto opened = co_await connection->open();
  std::cerr << "connected: " << to_string(opened.version) << '\n';
  if (opened.capabilities.contains("tools")) {
    auto listed = co_await connection->request("tools/list", {});
    for (const auto& tool : listed.at("tools").as_array()) {
      const auto* schema = tool.as_object().if_contains("inputSchema");
      bool offered =
          !is_modern(opened.version) || (schema && schema->is_object() && !mcp::header_problem(schema->get_object()));
      if (!offered) continue;
      for (auto& arguments : calls_of(tool.as_object(), listed.at("tools").as_array()))
        co_await call(connection, tool.as_object(), std::move(arguments));
    }
  }
  if (variable("MCP_CONFORMANCE_SCENARIO") == "http-standard-headers") {
    co_await first_of(connection, "resources/list", "resources", "resources/read", "uri");
    co_await first_of(connection, "prompts/list", "prompts", "prompts/get", "name");
  }
  co_return 0;
}

int run(const std::string& url) {
  auto loop = make_loop(1);
  auto http = net::make_http_client(*loop);
  auto connection = connection_to(*http, url, *loop, std::make_shared<LoginOnDemand>(*http, url, context()));
  int code = 1;
  try {
    code = block_on(*loop, conform(connection));
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
  }
  block_on(*loop, connection->close());
  return code;
}

}  // namespace
}  // namespace executus::interop

int main(int count, char** words) {
  if (count != 2) return 2;
  return executus::interop::run(words[1]);
}
