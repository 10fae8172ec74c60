// HTTP/2 over TLS, where the server offers it.
#include <atomic>

#include "net/client/harness_test.hpp"
#include "net/client/http2_server_test.hpp"

namespace executus::net {
namespace {

using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::Optional;
using End = Http2Server::End;

Http2Server::Reply echo_over_http2(const Http2Server::Request& request) {
  Http2Server::Reply reply{200, {{"x-method", request.method}}};
  reply.pieces = {{request.path + " ", nullptr}, {request.body, nullptr}};
  return reply;
}

Task<void> send_and_compare(HttpClient& client, HttpRequest request, std::string expected, std::atomic<int>& right) {
  HttpResponse response = co_await client.send(std::move(request));
  if (response.body == expected) ++right;
}

class Http2Test : public HttpHarness {
 protected:
  [[nodiscard]] std::optional<std::string> next(HttpStream& stream) { return block_on(*loop, stream.body->next()); }
  [[nodiscard]] HttpStream open(HttpRequest request) { return block_on(*loop, client->open(std::move(request))); }
};

TEST_F(Http2Test, IsSpokenWhenTheServerOffersIt) {
  Http2Server server(echo_over_http2);
  trust(server.pem());
  HttpRequest request = post(server.url("/a?b=c"), "body");
  request.headers = {{"Authorization", "Bearer t"}};

  HttpResponse response = send(request);

  EXPECT_EQ(response.status, 200);
  EXPECT_THAT(find_header(response.headers, "X-Method"), Optional(Eq("POST")));
  EXPECT_EQ(response.body, "/a?b=c body");
  EXPECT_THAT(server.offers(), ElementsAre("h2,http/1.1"));
  EXPECT_THAT(find_header(server.requests().at(0).headers, "authorization"), Optional(Eq("Bearer t")));
}

TEST_F(Http2Test, GivesWayToHttp1WhenTheServerDoesNotOfferIt) {
  Http2Server server(echo_over_http2, {Http2Server::Offer::only_http1});
  trust(server.pem());

  EXPECT_EQ(send(get(server.url())).body, "spoke HTTP/1.1");
  EXPECT_THAT(server.offers(), ElementsAre("h2,http/1.1"));
}

TEST_F(Http2Test, IsNeverAssumedWithoutTls) {
  HttpServer server([](const auto&) { return HttpServer::Reply{200, {}, "plain"}; });

  EXPECT_EQ(send(get(server.url())).body, "plain") << "a server of HTTP/1.1 would not read the preface of HTTP/2";
  EXPECT_EQ(server.requests().at(0).header("upgrade"), std::nullopt);
}

TEST_F(Http2Test, IsNotUsedForWhatIsSentOnce) {  // [DUR-41]
  Http2Server server(echo_over_http2);
  trust(server.pem());
  EXPECT_EQ(send(get(server.url())).body, "/ ");
  HttpRequest request = get(server.url());
  request.reuse = Reuse::fresh_connection;

  EXPECT_EQ(send(request).body, "spoke HTTP/1.1");
  EXPECT_THAT(server.offers(), ElementsAre("h2,http/1.1", "http/1.1"));
}

TEST_F(Http2Test, SharesOneConnectionAmongRequestsThatBeginTogether) {
  auto all_here = make_gate();
  Http2Server server([&](const Http2Server::Request& request) {
    if (request.number == 100) all_here->open();
    Http2Server::Reply reply = echo_over_http2(request);
    reply.after = all_here;
    return reply;
  });
  trust(server.pem());
  std::atomic<int> right = 0;
  RootGroup group(*loop);
  for (int i = 0; i < 100; ++i) {
    std::string body = std::to_string(i);
    group.spawn(send_and_compare(*client, post(server.url(), body), "/ " + body, right));
  }

  group.join();

  EXPECT_EQ(right, 100);
  EXPECT_EQ(server.connection_count(), 1u);
}

TEST_F(Http2Test, OpensFurtherConnectionsWhenOneIsFull) {
  auto all_here = make_gate();
  Http2Server server(
      [&](const Http2Server::Request& request) {
        if (request.number == 60) all_here->open();
        Http2Server::Reply reply = echo_over_http2(request);
        reply.after = all_here;
        return reply;
      },
      {Http2Server::Offer::http2, 10});
  trust(server.pem());
  std::atomic<int> right = 0;
  RootGroup group(*loop);
  for (int i = 0; i < 60; ++i) group.spawn(send_and_compare(*client, post(server.url(), "x"), "/ x", right));

  group.join();

  EXPECT_EQ(right, 60);
  EXPECT_GE(server.connection_count(), 6u);
}

TEST_F(Http2Test, GoesOnWhileSomebodyDoesNotReadAnotherStream) {
  const std::string big(8'000'000, 'x');
  Http2Server server([&](const Http2Server::Request& request) {
    Http2Server::Reply reply;
    reply.pieces = {{request.path == "/big" ? big : "small", nullptr}};
    return reply;
  });
  trust(server.pem());

  HttpStream unread = open(get(server.url("/big")));
  for (int i = 0; i < 20; ++i) EXPECT_EQ(send(get(server.url("/small"))).body, "small");

  std::string received;
  while (auto bytes = next(unread)) received += *bytes;
  EXPECT_EQ(received, big);
  EXPECT_EQ(server.connection_count(), 1u);
}

TEST_F(Http2Test, HandsOutPiecesAsTheyCome) {
  auto first = make_gate(), second = make_gate(), last = make_gate();
  Http2Server server([&](const auto&) {
    Http2Server::Reply reply;
    reply.pieces = {{"one", first}, {"two", second}, {"", last}};
    return reply;
  });
  trust(server.pem());

  HttpStream stream = open(get(server.url()));
  first->open();
  EXPECT_EQ(next(stream), "one");
  second->open();
  EXPECT_EQ(next(stream), "two");
  last->open();
  EXPECT_EQ(next(stream), std::nullopt);
}

TEST_F(Http2Test, LimitHoldsForTheWholeBody) {
  Http2Server server([](const auto&) {
    Http2Server::Reply reply;
    reply.pieces = {{std::string(1'000'000, 'x'), nullptr}};
    return reply;
  });
  trust(server.pem());
  HttpRequest request = get(server.url());
  request.max_body = 999'999;

  EXPECT_EQ(failure_of(request).code(), "net.too_large");
  request.max_body = 1'000'000;
  EXPECT_EQ(send(request).body.size(), 1'000'000u);
}

TEST_F(Http2Test, CarriesLargeBodiesBothWays) {
  Http2Server server([](const Http2Server::Request& request) {
    Http2Server::Reply reply;
    reply.pieces = {{request.body, nullptr}};
    return reply;
  });
  trust(server.pem());
  std::string body;
  for (int i = 0; i < 3'000'000; ++i) body += static_cast<char>('a' + i % 23);

  EXPECT_TRUE(send(post(server.url(), body)).body == body);
}

TEST_F(Http2Test, BrokenStreamsMayHaveBeenSent) {
  for (End end : {End::reset, End::cut}) {
    for (const char* piece : {"", "half of it"}) {
      Http2Server server([=](const auto&) {
        Http2Server::Reply reply{200, {{"content-type", "text/plain"}}};
        reply.pieces = {{piece, nullptr}};
        reply.end = end;
        return reply;
      });
      trust(server.pem());

      HttpError error = failure_of(post(server.url(), "x"));

      EXPECT_EQ(error.code(), "net.reset") << error.message();
      EXPECT_EQ(error.kind(), ErrorKind::disconnected);
      EXPECT_EQ(error.sent(), Sent::maybe);
    }
  }
}

TEST_F(Http2Test, ARefusedRequestIsSentAgain) {
  Http2Server server([](const Http2Server::Request& request) {
    Http2Server::Reply reply = echo_over_http2(request);
    if (request.number == 2) reply.end = End::refused;
    return reply;
  });
  trust(server.pem());
  EXPECT_EQ(send(post(server.url(), "first")).body, "/ first");

  EXPECT_EQ(send(post(server.url(), "second")).body, "/ second");
  EXPECT_EQ(server.request_count(), 3u);
}

TEST_F(Http2Test, AServerThatSaysGoodbyeIsVisitedAgain) {
  Http2Server server([](const Http2Server::Request& request) {
    Http2Server::Reply reply = echo_over_http2(request);
    reply.end = End::last;
    return reply;
  });
  trust(server.pem());

  for (const char* body : {"a", "b", "c"}) EXPECT_EQ(send(post(server.url(), body)).body, std::string("/ ") + body);

  EXPECT_EQ(server.connection_count(), 3u);
  EXPECT_EQ(server.request_count(), 3u);
}

TEST_F(Http2Test, ARequestThatMeetsAGoodbyeIsSentAgain) {
  Http2Server server([](const Http2Server::Request& request) {
    Http2Server::Reply reply = echo_over_http2(request);
    if (request.number == 2) reply.end = End::goaway;
    return reply;
  });
  trust(server.pem());
  EXPECT_EQ(send(post(server.url(), "first")).body, "/ first");

  EXPECT_EQ(send(post(server.url(), "second")).body, "/ second");
  EXPECT_EQ(server.request_count(), 3u);
  EXPECT_EQ(server.connection_count(), 2u);
}

TEST_F(Http2Test, AGoodbyeAtTheFirstRequestIsAFailure) {
  Http2Server server([](const auto&) {
    Http2Server::Reply reply;
    reply.end = End::goaway;
    return reply;
  });
  trust(server.pem());

  HttpError error = failure_of(post(server.url(), "x"));

  EXPECT_EQ(error.code(), "net.reset") << error.message();
  EXPECT_EQ(error.sent(), Sent::maybe);
  EXPECT_EQ(server.request_count(), 1u);
}

TEST_F(Http2Test, GivesUpWhenEveryStreamIsRefused) {
  Http2Server server([](const auto&) {
    Http2Server::Reply reply;
    reply.end = End::refused;
    return reply;
  });
  trust(server.pem());

  HttpError error = failure_of(post(server.url(), "x"));

  EXPECT_EQ(error.code(), "net.reset") << error.message();
  EXPECT_EQ(error.sent(), Sent::maybe);
}

TEST_F(Http2Test, TellsTheServerWhenAStreamIsAbandoned) {
  Http2Server server([never = make_gate()](const auto&) {
    Http2Server::Reply reply;
    reply.pieces = {{"one", nullptr}, {"never", never}};
    return reply;
  });
  trust(server.pem());
  {
    HttpStream stream = open(get(server.url()));
    EXPECT_EQ(next(stream), "one");
  }
  server.wait_for_cancelled(1);
}

TEST_F(Http2Test, TellsTheServerWhenTimeIsUp) {
  Http2Server server([never = make_gate()](const auto&) {
    Http2Server::Reply reply;
    reply.after = never;
    return reply;
  });
  trust(server.pem());

  HttpError error = timeout_after_sending(post(server.url(), "x"), &HttpRequest::timeout);

  EXPECT_EQ(error.code(), "net.timeout");
  EXPECT_EQ(error.sent(), Sent::maybe);
  server.wait_for_cancelled(1);
}

TEST_F(Http2Test, TellsTheServerAlsoWhileAnotherStreamIsSilent) {
  auto never = make_gate(), later = make_gate();
  Http2Server server([&](const Http2Server::Request& request) {
    Http2Server::Reply reply;
    reply.after = request.path == "/silent" ? later : nullptr;
    reply.pieces = {{"one", nullptr}};
    if (request.path == "/abandoned") reply.pieces.push_back({"never", never});
    return reply;
  });
  trust(server.pem());
  std::atomic<int> right = 0;
  RootGroup group(*loop);
  group.spawn(send_and_compare(*client, get(server.url("/silent")), "one", right));
  server.wait_for_requests(1);
  {
    HttpStream stream = open(get(server.url("/abandoned")));
    EXPECT_EQ(next(stream), "one");
  }
  server.wait_for_cancelled(1);

  later->open();
  group.join();
  EXPECT_EQ(right, 1);
  EXPECT_EQ(server.connection_count(), 1u);
}

TEST_F(Http2Test, OthersOnTheConnectionSurviveWhenOneRunsOutOfTime) {
  auto never = make_gate(), later = make_gate();
  Http2Server server([&](const Http2Server::Request& request) {
    Http2Server::Reply reply;
    reply.pieces = {{"begin ", nullptr}, {"end", request.path == "/late" ? never : later}};
    return reply;
  });
  trust(server.pem());
  HttpStream other = open(get(server.url("/other")));
  EXPECT_EQ(next(other), "begin ");

  HttpError error = timeout_after_sending(get(server.url("/late")), &HttpRequest::timeout);
  later->open();

  EXPECT_EQ(error.code(), "net.timeout");
  EXPECT_EQ(error.sent(), Sent::maybe);
  std::string rest;
  try {
    while (auto bytes = next(other)) rest += *bytes;
  } catch (const HttpError& broken) {
    rest = broken.message();
  }
  EXPECT_EQ(rest, "end");
}

}  // namespace
}  // namespace executus::net
