// Real servers on loopback that web tools may reach, and the tools' calls.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include <executus/async/root_group.hpp>
#include <executus/testing/http_server.hpp>
#include <executus/tool/invoke.hpp>

#include "tools/web/web_fetch.hpp"

namespace executus::tools {

using executus::testing::HttpServer;

class WebTools : public ::testing::Test {
 protected:
  // Two origins that are configured as private; what `reply_` says of a request is what both answer.
  WebTools() { options_.private_origins = {origin_of(server_), origin_of(other_)}; }

  static std::string origin_of(const HttpServer& server) { return "http://127.0.0.1:" + std::to_string(server.port()); }
  static HttpServer::Reply page(std::string body, std::string type = "text/html") {
    return {200, {{"Content-Type", std::move(type)}}, std::move(body)};
  }
  static HttpServer::Reply redirect(std::string to, int status = 302) {
    return {status, {{"Location", std::move(to)}}, ""};
  }

  tool::Outcome call(const std::shared_ptr<tool::Tool>& tool, boost::json::object arguments) {
    return block_on(*loop_, tool::invoke(*tool, {*RunId::parse("run"), "call", "the-key", std::move(arguments), "/"}));
  }
  static std::string said(const tool::Outcome& outcome) {
    if (const auto* failure = std::get_if<tool::Failed>(&outcome)) return "failed: " + failure->message;
    if (const auto* unknown = std::get_if<tool::Unknown>(&outcome)) return "unknown: " + unknown->reason;
    return std::get<tool::Done>(outcome).text;
  }
  [[nodiscard]] WebServices services() { return {*http_, environment_, pool_}; }
  std::string fetch(const std::string& url) { return said(call(web_fetch_tool(services(), options_), {{"url", url}})); }
  static bool has_key(const HttpServer::Request& request) { return request.header("X-Api-Key").has_value(); }

  std::function<HttpServer::Reply(const HttpServer::Request&)> reply_ = [](const auto&) { return page("<p>hello"); };
  HttpServer server_{[this](const HttpServer::Request& request) { return reply_(request); }};
  HttpServer other_{[this](const HttpServer::Request& request) { return reply_(request); }};
  FixedEnvironment environment_{{{"KEY", "canary-4711"}, {"PATH", "/usr/bin:/bin"}}};
  WebOptions options_;
  BlockingPool pool_{1};
  std::unique_ptr<Loop> loop_ = make_loop(1);
  std::unique_ptr<net::HttpClient> http_ = net::make_http_client(*loop_);
};

}  // namespace executus::tools
