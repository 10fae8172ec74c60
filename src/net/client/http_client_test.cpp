#include <atomic>
#include <vector>

#include <executus/async/timing.hpp>
#include <executus/net/client/http_client.hpp>
#include <executus/testing/manual_loop.hpp>

#include "net/client/harness_test.hpp"

namespace executus::net {
namespace {

using ::testing::Eq;
using ::testing::IsEmpty;
using ::testing::Optional;

class HttpClientTest : public HttpHarness {};

HttpServer::Reply echo(const HttpServer::Request& request) {
  return {200, {{"X-Method", request.method}}, request.method + " " + request.target + " " + request.body};
}

TEST_F(HttpClientTest, ReturnsStatusHeadersAndBody) {
  HttpServer server([](const auto&) { return HttpServer::Reply{201, {{"X-Answer", " 42 "}}, "made"}; });

  HttpResponse response = send(get(server.url("/a")));

  EXPECT_EQ(response.status, 201);
  EXPECT_THAT(find_header(response.headers, "x-ANSWER"), Optional(Eq("42")));
  EXPECT_EQ(find_header(response.headers, "x-other"), std::nullopt);
  EXPECT_EQ(response.body, "made");
}

TEST_F(HttpClientTest, SendsMethodTargetHeadersAndBodyAsGiven) {
  HttpServer server(echo);
  for (const char* method : {"POST", "PUT", "PATCH", "DELETE", "GET"}) {
    HttpRequest request = post(server.url("/p?q=1"), std::string("a\0b", 3));
    request.method = method;
    request.headers = {{"Authorization", "Bearer t"}, {"X-Empty", ""}};
    EXPECT_EQ(send(request).status, 200);

    HttpServer::Request seen = server.requests().back();
    EXPECT_EQ(seen.method, method);
    EXPECT_EQ(seen.target, "/p?q=1");
    EXPECT_EQ(seen.body, std::string("a\0b", 3));
    EXPECT_THAT(seen.header("authorization"), Optional(Eq("Bearer t")));
    EXPECT_THAT(seen.header("x-empty"), Optional(Eq("")));
    EXPECT_EQ(seen.header("content-type"), std::nullopt) << "libcurl would call it a form";
  }
}

TEST_F(HttpClientTest, SendsAnEmptyPostAndADeleteWithoutABody) {
  HttpServer server(echo);
  HttpRequest erase = get(server.url("/x"));
  erase.method = "DELETE";

  EXPECT_EQ(send(post(server.url("/x"), "")).body, "POST /x ");
  EXPECT_EQ(send(erase).body, "DELETE /x ");
}

TEST_F(HttpClientTest, HeadHasNoBody) {
  HttpServer server([](const auto&) { return HttpServer::Reply{200, {{"X-A", "b"}}, "not sent"}; });
  HttpRequest request = get(server.url());
  request.method = "HEAD";

  HttpResponse response = send(request);

  EXPECT_EQ(response.status, 200);
  EXPECT_THAT(response.body, IsEmpty());
}

TEST_F(HttpClientTest, ErrorStatusIsAResponse) {
  HttpServer server(
      [](const HttpServer::Request& r) { return HttpServer::Reply{std::stoi(r.target.substr(1)), {}, "why"}; });
  for (int status : {400, 401, 404, 429, 500, 503}) {
    HttpResponse response = send(get(server.url("/" + std::to_string(status))));
    EXPECT_EQ(response.status, status);
    EXPECT_EQ(response.body, "why");
  }
}

TEST_F(HttpClientTest, PooledRequestsShareAConnection) {
  HttpServer server(echo);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(send(get(server.url())).status, 200);
  EXPECT_EQ(server.connection_count(), 1u);
}

HttpServer::Reply redirect_once(const HttpServer::Request& request) {
  if (request.target == "/old") return {302, {{"Location", "/new"}}, "moved"};
  return {200, {}, "arrived at " + request.target};
}

TEST_F(HttpClientTest, ShowsARedirectUnlessToldToFollow) {
  HttpServer server(redirect_once);

  HttpResponse response = send(get(server.url("/old")));

  EXPECT_EQ(response.status, 302);
  EXPECT_THAT(find_header(response.headers, "location"), Optional(Eq("/new")));
  EXPECT_EQ(response.body, "moved");
  EXPECT_EQ(server.request_count(), 1u);
}

TEST_F(HttpClientTest, FollowsARedirectAndShowsOnlyTheLastResponse) {
  HttpServer server(redirect_once);
  HttpRequest request = get(server.url("/old"));
  request.redirects = Redirects::follow;

  HttpResponse response = send(request);

  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(find_header(response.headers, "location"), std::nullopt);
  EXPECT_EQ(response.body, "arrived at /new");
}

TEST_F(HttpClientTest, RunsTwoHundredRequestsAtOnce) {
  auto all_here = make_gate();
  HttpServer server([&](const HttpServer::Request& request) {
    if (request.number == 200) all_here->open();
    HttpServer::Reply reply{200, {}, request.body};
    reply.after = all_here;
    return reply;
  });
  std::atomic<int> right = 0;
  auto one = [](HttpClient& http, HttpRequest request, std::atomic<int>& count) -> Task<void> {
    std::string expected = request.body;
    HttpResponse response = co_await http.send(std::move(request));
    if (response.body == expected) ++count;
  };
  RootGroup group(*loop);
  for (int i = 0; i < 200; ++i) group.spawn(one(*client, post(server.url(), "body " + std::to_string(i)), right));

  group.join();

  EXPECT_EQ(right, 200);
  EXPECT_EQ(server.request_count(), 200u);
}

TEST_F(HttpClientTest, RefusesALoopWithoutSockets) {
  executus::testing::ManualLoop manual;
  EXPECT_THROW(static_cast<void>(make_http_client(manual)), Error);
}

}  // namespace
}  // namespace executus::net
