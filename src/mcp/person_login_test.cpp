#include "mcp/person_login.hpp"

#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/async/root_group.hpp>
#include <executus/testing/http_server.hpp>
#include <executus/testing/manual_loop.hpp>
#include <executus/testing/temporary_folder.hpp>

#include "mcp/auth/fake_http_test.hpp"
#include "mcp/auth/kept_login.hpp"

namespace executus::mcp {
namespace {

using testing::HttpServer;

// A server that wants a login, and its authorization server, in one.
HttpServer::Reply as_both(const HttpServer::Request& request, const std::string& self) {
  auto json = [](std::string body) {
    return HttpServer::Reply{200, {{"Content-Type", "application/json"}}, std::move(body)};
  };
  if (request.target == "/mcp") return {401, {{"WWW-Authenticate", "Bearer scope=\"r\""}}, ""};
  if (request.target == "/.well-known/oauth-protected-resource/mcp")
    return json(R"({"resource":")" + self + R"(mcp","authorization_servers":[")" + self + R"(as"]})");
  if (request.target == "/.well-known/oauth-authorization-server/as")
    return json(R"({"issuer":")" + self + R"(as","authorization_endpoint":")" + self + R"(in","token_endpoint":")" +
                self + R"(token","code_challenge_methods_supported":["S256"]})");
  if (request.target == "/token") return json(R"({"access_token":"t1","token_type":"Bearer"})");
  return {404, {}, ""};
}

std::string decoded(std::string text) {
  for (auto [code, character] : {std::pair("%3A", ":"), std::pair("%2F", "/")})
    for (auto at = text.find(code); at != std::string::npos; at = text.find(code)) text.replace(at, 3, character);
  return text;
}
std::string member_of(const std::string& url, const std::string& name) {
  auto at = url.find(name + "=") + name.size() + 1;
  return decoded(url.substr(at, url.find('&', at) - at));
}

TEST(PersonLogin, IsKeptWhereRunsLookForIt) {  // [MCP-06]
  testing::TemporaryFolder folder;
  FixedEnvironment environment({{"EXECUTUS_MCP_STATE", (folder / "state").string()}});
  std::string self;
  HttpServer server([&self](const HttpServer::Request& request) { return as_both(request, self); });
  self = server.url();
  auto loop = make_loop(1);
  auto http = net::make_http_client(*loop);
  auto browsing_loop = make_loop(1);
  auto browser = net::make_http_client(*browsing_loop);
  BlockingPool pool(2);
  std::vector<int> statuses;
  std::jthread person;
  PersonLogin wish{.url = self + "mcp", .client_id = "mine"};
  wish.show = [&](const std::string& url) {
    auto back = member_of(url, "redirect_uri");
    person = std::jthread([&, back, state = member_of(url, "state")] {
      for (const std::string& page :
           {back.substr(0, back.rfind('/')) + "/favicon.ico", back + "?code=c&state=" + state}) {
        net::HttpRequest request;
        request.url = page;
        statuses.push_back(block_on(*browsing_loop, browser->send(std::move(request))).status);
      }
    });
  };

  block_on(*loop, log_in({http.get(), &pool, &environment}, wish));
  person.join();

  EXPECT_THAT(statuses, ::testing::ElementsAre(404, 200));
  auto kept = kept_login(*http, environment, self + "mcp", "s");
  ASSERT_TRUE(kept);
  EXPECT_EQ(block_on(*loop, kept->header()), "Bearer t1");
}

TEST(PersonLogin, IsNotMadeInClear) {  // [MCP-06]
  FixedEnvironment environment({{"EXECUTUS_MCP_STATE", "/nowhere"}});
  testing::ManualLoop loop;
  FakeHttp http([](const net::HttpRequest&) { return json_reply("", 401); });
  BlockingPool pool(1);
  try {
    loop.run(log_in({&http, &pool, &environment}, {.url = "http://mcp.example/mcp"}));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "mcp.auth_unsafe");
  }
  EXPECT_TRUE(http.asked.empty());
}

}  // namespace
}  // namespace executus::mcp
