// libcurl sends a request again, a POST too, when a connection from its pool dies before the response begins. What must
// happen once at most therefore takes a connection of its own.
#include "net/client/harness_test.hpp"

namespace executus::net {
namespace {

class HttpReuseTest : public HttpHarness {
 protected:
  // Reads the second request of every connection, acts on it (it counts), and dies without an answer.
  HttpServer server{[](const HttpServer::Request& request) {
    HttpServer::Reply reply{200, {}, "done"};
    if (request.on_connection == 2) reply.cut_after = 0;
    return reply;
  }};
};

TEST_F(HttpReuseTest, PooledPostMayArriveTwice) {
  EXPECT_EQ(send(post(server.url(), "first")).status, 200);
  EXPECT_EQ(send(post(server.url(), "second")).status, 200);

  EXPECT_EQ(server.request_count(), 3u) << "if libcurl stopped repeating POSTs, Reuse::pooled may promise more";
}

TEST_F(HttpReuseTest, FreshPostArrivesOnce) {                // [DUR-41]
  EXPECT_EQ(send(post(server.url(), "first")).status, 200);  // leaves a connection that will die
  for (int i = 0; i < 3; ++i) {
    HttpRequest request = post(server.url(), "fresh");
    request.reuse = Reuse::fresh_connection;
    EXPECT_EQ(send(request).status, 200);
  }

  EXPECT_EQ(server.request_count(), 4u);
  EXPECT_EQ(server.connection_count(), 4u) << "none was taken from the pool";
}

TEST_F(HttpReuseTest, FreshConnectionIsNotLeftForOthers) {
  HttpRequest request = post(server.url(), "fresh");
  request.reuse = Reuse::fresh_connection;
  EXPECT_EQ(send(request).status, 200);

  EXPECT_EQ(send(get(server.url())).status, 200);

  EXPECT_EQ(server.connection_count(), 2u);
}

TEST_F(HttpReuseTest, FreshPostThatDiesIsReportedAndNotRepeated) {  // [DUR-41]
  HttpServer dying([](const auto&) {
    HttpServer::Reply reply{200, {}, "done"};
    reply.cut_after = 0;
    return reply;
  });
  HttpRequest request = post(dying.url(), "charge");
  request.reuse = Reuse::fresh_connection;

  HttpError error = failure_of(request);

  EXPECT_EQ(error.sent(), Sent::maybe);
  EXPECT_EQ(dying.request_count(), 1u);
  EXPECT_EQ(dying.connection_count(), 1u);
}

TEST_F(HttpReuseTest, FreshRequestIsNotSentAgainAfterAnswersThatInviteIt) {  // [DUR-41]
  for (int status : {301, 307, 308, 401, 407, 408, 417, 421, 425, 429, 503}) {
    HttpServer inviting([=](const auto&) {
      return HttpServer::Reply{
          status, {{"Location", "/again"}, {"WWW-Authenticate", "Basic"}, {"Retry-After", "0"}}, ""};
    });
    HttpRequest request = post(inviting.url(), std::string(2'000'000, 'x'));  // large ones invite Expect: 100-continue
    request.reuse = Reuse::fresh_connection;

    EXPECT_EQ(send(request).status, status);
    EXPECT_EQ(inviting.request_count(), 1u) << status;
    EXPECT_EQ(inviting.requests()[0].header("expect"), std::nullopt);
  }
}

}  // namespace
}  // namespace executus::net
