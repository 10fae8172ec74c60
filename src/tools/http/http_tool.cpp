#include "tools/http/http_tool.hpp"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include <boost/json.hpp>

#include <executus/base/json.hpp>

#include "base/percent.hpp"
#include "base/secrets/secrets.hpp"
#include "net/client/request_check.hpp"
#include "tools/http/http_answer.hpp"
#include "tools/http/http_exchange.hpp"
#include "tools/http/http_rules.hpp"
#include "tools/shared/declared_rules.hpp"
#include "tools/shared/variables.hpp"

namespace executus::tools {
namespace {

std::string url_encoded(std::string_view text) { return percent_encoded(text, "-_."); }

// GET has no body: the arguments become the query, which stands before the fragment. That is never sent.
std::string with_query(std::string url, const boost::json::object& arguments) {
  url.resize(std::min(url.find('#'), url.size()));
  char separator = url.find('?') == std::string::npos ? '?' : '&';
  for (const auto& [key, value] : arguments) {
    std::string text = value.is_string() ? std::string(value.get_string()) : write_json(value);
    url += separator + url_encoded(std::string_view(key)) + "=" + url_encoded(text);
    separator = '&';
  }
  return url;
}

std::string probe_url(std::string url, std::string_view key) {
  std::string encoded = url_encoded(key);
  for (auto at = url.find(kKeyPlaceholder); at != std::string::npos;
       at = url.find(kKeyPlaceholder, at + encoded.size()))
    url.replace(at, kKeyPlaceholder.size(), encoded);
  return url;
}

void check_config(const HttpToolConfig& config) {
  refuse_declaration_if(url_problem(config.url), config.info);
  if (config.info.effect == tool::Effect::probeable)
    refuse_declaration_if(probe_url_problem(config.probe_url), config.info);
  for (const auto& [name, value] : config.headers)
    refuse_declaration_if(header_problem(name, value, config.method), config.info);
}

class HttpTool final : public tool::Tool {
 public:
  HttpTool(HttpToolConfig config, net::HttpClient& http, const Environment& environment)
      : config_(std::move(config)), http_(http), environment_(environment) {}

  const tool::ToolInfo& info() const override { return config_.info; }

  std::vector<std::string> missing() const override {
    std::vector<std::string> missing;
    for (const auto& url : {config_.url, config_.probe_url}) add_missing(missing, url, environment_);
    add_missing(missing, config_.headers, environment_);
    std::ranges::move(unsendable(), std::back_inserter(missing));
    return missing;
  }

  Task<tool::Outcome> call(tool::Call call) override {
    if (auto why = unsendable(); !why.empty()) {
      tool::Outcome refused = tool::Failed{why.front() + "; nothing was sent", true};
      co_return refused;
    }
    std::optional<net::HttpError> problem;
    try {
      auto answer = co_await fetch(request_for(call));
      co_return outcome_of(std::move(answer), config_.info.effect);
    } catch (const net::HttpError& error) {
      problem = error;
    }
    co_return outcome_of(*problem, secrets().masked(config_.method + " " + config_.url));
  }

  Task<tool::Probe> probe(tool::Call call) override {
    net::HttpRequest request = base_request(probe_url(config_.probe_url, call.idempotency_key));
    std::string unclear;
    try {
      auto found = co_await fetch(std::move(request));
      tool::Probe answer = probe_answer(std::move(found));
      co_return answer;
    } catch (const net::HttpError& error) {
      unclear = "the probe failed (" + error.code() + ")";
    }
    tool::Probe answer = tool::Unclear{std::move(unclear)};
    co_return answer;
  }

 private:
  Task<HttpAnswer> fetch(net::HttpRequest request) { return exchange(http_, std::move(request), secrets()); }

  // The variables with values that cannot be sent in their header or URL.
  std::vector<std::string> unsendable() const {
    std::vector<std::string> found;
    for (const auto& url : {config_.url, config_.probe_url})
      add_unsendable(found, "the URL", url, &is_url_text, environment_);
    for (const auto& [name, text] : config_.headers)
      add_unsendable(found, "header '" + name + "'", text, &net::is_header_value, environment_);
    return found;
  }

  Secrets secrets() const {
    Secrets secrets;
    for (const auto& url : {config_.url, config_.probe_url}) secrets.add_text(url, environment_);
    secrets.add_texts(config_.headers, environment_);
    return secrets;
  }

  net::HttpRequest base_request(const std::string& url) const {
    net::HttpRequest request;
    request.url = expand_variables(url, environment_).value();
    for (const auto& [name, value] : config_.headers)
      request.headers.emplace_back(name, expand_variables(value, environment_).value());
    request.timeout = config_.info.timeout;
    request.connect_timeout = std::min(request.connect_timeout, config_.info.timeout);
    request.network = config_.network;
    complete_request(request);
    return request;
  }

  // A call that must not happen twice goes out on a connection of its own: on a kept-alive one that just died, libcurl
  // would repeat it by itself.
  net::HttpRequest request_for(const tool::Call& call) const {
    auto request = base_request(config_.url);
    request.method = config_.method;
    bool once = config_.info.effect == tool::Effect::irreversible || config_.info.effect == tool::Effect::probeable;
    if (once) request.reuse = net::Reuse::fresh_connection;
    request.permit = call.permit;
    request.headers.emplace_back("Idempotency-Key", call.idempotency_key);
    if (config_.method == "GET") {
      request.url = with_query(std::move(request.url), call.arguments);
    } else {
      request.headers.emplace_back("Content-Type", "application/json");
      request.body = write_json(call.arguments);
    }
    return request;
  }

  const HttpToolConfig config_;
  net::HttpClient& http_;
  const Environment& environment_;
};

}  // namespace

std::shared_ptr<tool::Tool> make_http_tool(HttpToolConfig config, net::HttpClient& http,
                                           const Environment& environment) {
  check_config(config);
  return std::make_shared<HttpTool>(std::move(config), http, environment);
}

}  // namespace executus::tools
