#include "tools/web/http_request.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/describe/class.hpp>

#include <executus/base/error.hpp>
#include <executus/tool/typed_tool.hpp>

#include "base/ascii.hpp"
#include "tool/chosen_by_name.hpp"
#include "tools/http/http_exchange.hpp"
#include "tools/http/http_rules.hpp"
#include "tools/web/web_access.hpp"

namespace executus::tools {
namespace {

using tool::Failed;
using tool::Outcome;

constexpr std::array<std::string_view, 6> kMethods{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"};

struct Header {
  std::string name;
  std::string value;
};
BOOST_DESCRIBE_STRUCT(Header, (), (name, value))

struct HttpRequestArgs {
  std::string method;
  std::string url;
  std::optional<std::vector<Header>> headers;
  std::optional<std::string> body;
};
BOOST_DESCRIBE_STRUCT(HttpRequestArgs, (), (method, url, headers, body))

std::string_view describe_field(std::type_identity<HttpRequestArgs>, std::string_view field) {
  if (field == "method") return "GET, HEAD, POST, PUT, PATCH or DELETE.";
  if (field == "url") return "Address, with http:// or https://.";
  if (field == "headers") return "Such as Content-Type.";
  return "Body, sent as it is.";
}

bool is_safe_method(std::string_view method) { return method == "GET" || method == "HEAD"; }

void check_method(const std::string& method) {
  if (std::ranges::find(kMethods, method) == kMethods.end())
    throw failed("tool.arguments", "'method' has to be GET, HEAD, POST, PUT, PATCH or DELETE");
}

class HttpRequestTool final : public tool::Tool {
 public:
  HttpRequestTool(net::HttpClient& http, const Environment& environment, const WebOptions& options)
      : http_(http), access_(options, environment) {
    info_.spec = {"http_request",
                  "Send an HTTP request and show its answer. To read a page use web_fetch, if there is that tool.",
                  json_schema_of<HttpRequestArgs>()};
    info_.begins = tool::Begins::in_turn;
    info_.kind = tool::kOpenWebKind;
    info_.categories = {"web"};
  }
  const tool::ToolInfo& info() const override { return info_; }
  std::vector<std::string> missing() const override { return access_.missing(); }

  Task<Outcome> call(tool::Call call) override {
    auto args = from_json<HttpRequestArgs>(call.arguments).value();
    auto request = request_for(args, call);
    std::string attempted = access_.secrets().masked(args.method + " " + args.url);
    std::optional<net::HttpError> problem;
    try {
      auto answer = co_await exchange(http_, std::move(request), access_.secrets());
      co_return known_if_safe(outcome_of(std::move(answer), info_.effect), args.method);
    } catch (const net::HttpError& error) {
      problem = error;
    }
    co_return known_if_safe(outcome_of_failure(*problem, attempted), args.method);
  }

 private:
  // Sent once: on a kept-alive connection that just died, libcurl would repeat it by itself.
  [[nodiscard]] net::HttpRequest request_for(const HttpRequestArgs& args, const tool::Call& call) const {
    check_method(args.method);
    auto request = access_.request_to(args.url);
    request.method = args.method;
    if (args.headers)
      for (const auto& [name, value] : *args.headers) add_header(request, name, value);
    request.headers.emplace_back("Idempotency-Key", call.idempotency_key);
    request.body = args.body.value_or("");
    request.timeout = info_.timeout;
    request.reuse = net::Reuse::fresh_connection;
    request.permit = call.permit;
    complete_request(request);
    return request;
  }

  void add_header(net::HttpRequest& request, const std::string& name, const std::string& value) const {
    if (auto wrong = header_problem(name, value, "GET")) throw failed("tool.arguments", *wrong);
    if (equals_ignoring_case(name, "Accept-Encoding"))
      throw failed("tool.arguments", "header 'Accept-Encoding' cannot be set: the answer is to come uncompressed");
    if (access_.has_header(request.url, name))
      throw failed("tool.arguments", "header '" + name + "' is set by the configuration for this origin; leave it out");
    request.headers.emplace_back(name, value);
  }

  static Outcome outcome_of_failure(const net::HttpError& error, const std::string& attempted) {
    if (error.code() != "net.private_address") return outcome_of(error, attempted);
    return Failed{attempted + " was not sent: it leads to a loopback or private address", true};
  }

  // Nothing was changed by a request that only asks.
  static Outcome known_if_safe(Outcome outcome, const std::string& method) {
    const auto* unknown = std::get_if<tool::Unknown>(&outcome);
    return unknown && is_safe_method(method) ? Failed{unknown->reason} : std::move(outcome);
  }

  net::HttpClient& http_;
  const WebAccess access_;
  tool::ToolInfo info_;
};

}  // namespace

std::shared_ptr<tool::Tool> http_request_tool(net::HttpClient& http, const Environment& environment,
                                              const WebOptions& options) {
  return std::make_shared<HttpRequestTool>(http, environment, options);
}

}  // namespace executus::tools
