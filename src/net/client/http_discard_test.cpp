// The rest of a body that is not wanted any more is received in the background, so that its connection serves the next
// request. One connection at a time is allowed here, so a request waits until the rest of the one before has come, or
// was given up: what the tests count does not depend on who is faster.
#include "net/client/harness_test.hpp"
#include "net/client/http2_server_test.hpp"

namespace executus::net {
namespace {

using Chunks = std::vector<HttpServer::Chunk>;

class HttpDiscardTest : public HttpHarness {
 protected:
  HttpDiscardTest() { use(one_connection()); }

  [[nodiscard]] static HttpClientOptions one_connection() {
    HttpClientOptions options;
    options.max_connections_per_host = 1;
    return options;
  }
  // A server whose answers to /stream are `chunks`.
  [[nodiscard]] static HttpServer::Handler streaming(Chunks chunks) {
    return [chunks = std::move(chunks)](const HttpServer::Request& request) {
      HttpServer::Reply reply{200, {}, "whole"};
      if (request.target == "/stream") reply.chunks = chunks;
      return reply;
    };
  }
  [[nodiscard]] HttpStream open_and_take(const std::string& url, std::string_view first) {
    HttpStream stream = block_on(*loop, client->open(get(url)));
    EXPECT_EQ(block_on(*loop, stream.body->next()), first);
    return stream;
  }
};

TEST_F(HttpDiscardTest, LeavesTheConnectionToTheNextRequest) {
  HttpServer server([](const auto&) {
    HttpServer::Reply reply{200, {}, ""};
    reply.chunks = {{"one", nullptr}, {"rest", nullptr}};
    return reply;
  });

  for (int i = 0; i < 5; ++i) {
    HttpStream stream = block_on(*loop, client->open(get(server.url())));
    EXPECT_TRUE(block_on(*loop, stream.body->next()).has_value());
    stream.body->discard();
  }

  EXPECT_EQ(send(get(server.url())).body, "onerest");
  EXPECT_EQ(server.connection_count(), 1u);
}

TEST_F(HttpDiscardTest, TakesWhatComesLater) {
  auto later = make_gate();
  HttpServer server(streaming({{"one", nullptr}, {"rest", later}}));

  open_and_take(server.url("/stream"), "one").body->discard();
  later->open();

  EXPECT_EQ(send(get(server.url())).body, "whole");
  EXPECT_EQ(server.connection_count(), 1u);
  EXPECT_EQ(server.hangups(), 0u);
}

TEST_F(HttpDiscardTest, GoesOnWithATransferThatWasPaused) {
  auto begin = make_gate();
  HttpServer server(streaming({{"one", nullptr}, {std::string(100'000, 'x'), begin}}));
  HttpServer other([](const auto&) { return HttpServer::Reply{200, {}, "other"}; });
  HttpStream stream = open_and_take(server.url("/stream"), "one");

  begin->open();
  for (int i = 0; i < 50; ++i) EXPECT_EQ(send(get(other.url())).status, 200);  // more waits than is received unread
  stream.body->discard();

  EXPECT_EQ(send(get(server.url())).body, "whole");
  EXPECT_EQ(server.connection_count(), 1u);
}

TEST_F(HttpDiscardTest, OfABodyThatHasEndedDoesNothing) {
  HttpServer server(streaming({{"one", nullptr}}));

  HttpStream stream = open_and_take(server.url("/stream"), "one");
  EXPECT_EQ(block_on(*loop, stream.body->next()), std::nullopt);
  stream.body->discard();

  EXPECT_EQ(send(get(server.url())).body, "whole");
  EXPECT_EQ(server.connection_count(), 1u);
}

TEST_F(HttpDiscardTest, GivesUpAServerThatDoesNotEnd) {
  HttpServer server(streaming({{"one", nullptr}, {"never", make_gate()}}));

  HttpStream stream = open_and_take(server.url("/stream"), "one");
  stream.body->discard();
  server.wait_for_hangups(1);

  EXPECT_EQ(send(get(server.url())).body, "whole");
  EXPECT_EQ(server.connection_count(), 2u);
}

TEST_F(HttpDiscardTest, GivesUpARequestThatHasNoLimitOfTime) {
  HttpServer server(streaming({{"one", nullptr}, {"never", make_gate()}}));
  HttpRequest request = get(server.url("/stream"));
  request.timeout = std::nullopt;

  HttpStream stream = block_on(*loop, client->open(request));
  EXPECT_EQ(block_on(*loop, stream.body->next()), "one");
  stream.body->discard();

  server.wait_for_hangups(1);
}

TEST_F(HttpDiscardTest, GivesUpALongRest) {
  auto begin = make_gate();
  HttpServer talkative(streaming({{"one", nullptr}, {std::string(4'000'000, 'x'), begin}}));
  HttpStream stream = open_and_take(talkative.url("/stream"), "one");

  stream.body->discard();
  begin->open();

  EXPECT_EQ(send(get(talkative.url())).body, "whole");
  EXPECT_EQ(talkative.connection_count(), 2u) << "the rest was received to its end";
}

TEST_F(HttpDiscardTest, EndsWithTheClient) {
  HttpServer server(streaming({{"one", nullptr}, {"never", make_gate()}}));
  HttpStream stream = open_and_take(server.url("/stream"), "one");

  stream.body->discard();
  client.reset();
  stream.body.reset();

  server.wait_for_hangups(1);
}

TEST_F(HttpDiscardTest, ComesToNothingWhenTheClientHasGone) {
  HttpServer server(streaming({{"one", nullptr}, {"never", make_gate()}}));
  HttpStream stream = open_and_take(server.url("/stream"), "one");

  client.reset();
  stream.body->discard();

  server.wait_for_hangups(1);
}

Http2Server::Handler streaming_over_http2(std::vector<Http2Server::Piece> pieces) {
  return [pieces = std::move(pieces)](const Http2Server::Request& request) {
    Http2Server::Reply reply;
    reply.pieces = {{"whole", nullptr}};
    if (request.path == "/stream") reply.pieces = pieces;
    return reply;
  };
}

TEST_F(HttpDiscardTest, LeavesAnHttp2ConnectionOpen) {
  auto later = make_gate();
  Http2Server server(streaming_over_http2({{"one", nullptr}, {"rest", later}}));
  trust(server.pem(), one_connection());

  HttpStream stream = open_and_take(server.url("/stream"), "one");
  stream.body->discard();
  later->open();
  EXPECT_EQ(send(get(server.url())).body, "whole") << "beside it, on the same connection";
  for (int i = 0; i < 4; ++i) {
    HttpStream next = block_on(*loop, client->open(get(server.url("/stream"))));
    EXPECT_TRUE(block_on(*loop, next.body->next()).has_value());
    next.body->discard();
  }

  EXPECT_EQ(send(get(server.url())).body, "whole");
  EXPECT_EQ(server.connection_count(), 1u);
}

// One stream goes on and on, the others beside it do not notice, and the server is told.
TEST_F(HttpDiscardTest, GivesUpAnHttp2StreamAndNotItsConnection) {
  for (const std::string& rest : {std::string("never"), std::string(HttpBody::kLongestRest + 1, 'x')}) {
    auto never = make_gate(), begin = make_gate(), later = make_gate();
    Http2Server server([&](const Http2Server::Request& request) {
      Http2Server::Reply reply;
      reply.pieces = {{"one", nullptr}, {"two", later}};
      if (request.path == "/stream") reply.pieces = {{"one", nullptr}, {rest, begin}, {"never", never}};
      return reply;
    });
    trust(server.pem(), one_connection());
    HttpStream other = open_and_take(server.url(), "one");

    open_and_take(server.url("/stream"), "one").body->discard();
    if (rest.size() > 5) begin->open();
    server.wait_for_cancelled(1);

    later->open();
    EXPECT_EQ(block_on(*loop, other.body->next()), "two");
    EXPECT_EQ(block_on(*loop, other.body->next()), std::nullopt);
    EXPECT_EQ(server.connection_count(), 1u);
  }
}

}  // namespace
}  // namespace executus::net
