#include <executus/net/client/sse_parser.hpp>

#include "net/client/harness_test.hpp"

namespace executus::net {
namespace {

using ::testing::ElementsAre;

class HttpStreamTest : public HttpHarness {
 protected:
  [[nodiscard]] HttpStream open(HttpRequest request) { return block_on(*loop, client->open(std::move(request))); }
  [[nodiscard]] std::optional<std::string> next(HttpStream& stream) { return block_on(*loop, stream.body->next()); }
};

HttpServer::Reply in_chunks(std::vector<HttpServer::Chunk> chunks) {
  HttpServer::Reply reply{200, {{"Content-Type", "text/event-stream"}}, ""};
  reply.chunks = std::move(chunks);
  return reply;
}

TEST_F(HttpStreamTest, HandsOutHeadAndChunksWhileTheServerStillWrites) {
  auto first = make_gate(), second = make_gate();
  HttpServer server([&](const auto&) { return in_chunks({{"one", first}, {"two", second}}); });

  HttpStream stream = open(get(server.url()));
  EXPECT_EQ(stream.status, 200);
  EXPECT_EQ(find_header(stream.headers, "content-type"), "text/event-stream");
  first->open();
  EXPECT_EQ(next(stream), "one");
  second->open();
  EXPECT_EQ(next(stream), "two");
  EXPECT_EQ(next(stream), std::nullopt);
  EXPECT_EQ(next(stream), std::nullopt) << "also when asked again";
}

TEST_F(HttpStreamTest, PausesWhileNobodyReads) {
  constexpr std::size_t total = std::size_t{48} * 1024 * 1024;  // more than any socket buffer
  HttpServer server([](const auto&) { return HttpServer::Reply{200, {}, std::string(total, 'x')}; });
  HttpServer other([](const auto&) { return HttpServer::Reply{200, {}, "x"}; });

  HttpStream stream = open(get(server.url()));
  for (int i = 0; i < 100; ++i) EXPECT_EQ(send(get(other.url())).status, 200);  // the engine is not idle
  EXPECT_EQ(server.replies_sent(), 0u) << "the big one cannot be out while nobody took it";

  std::size_t received = 0, largest = 0;
  while (auto bytes = next(stream)) {
    received += bytes->size();
    largest = std::max(largest, bytes->size());
  }
  EXPECT_EQ(received, total);
  EXPECT_LE(largest, 256u * 1024);
}

TEST_F(HttpStreamTest, EndsTheTransferWhenAbandoned) {
  HttpServer server([](const auto&) { return in_chunks({{"one", nullptr}, {"never", make_gate()}}); });
  {
    HttpStream stream = open(get(server.url()));
    EXPECT_EQ(next(stream), "one");
  }
  server.wait_for_hangups(1);
}

TEST_F(HttpStreamTest, BreaksOffWithSentMaybeAfterTheBytesThatCame) {
  HttpServer server([](const auto&) {
    HttpServer::Reply reply = in_chunks({{"one", nullptr}, {std::string(1000, 'x'), nullptr}});
    reply.cut_after = 200;
    return reply;
  });
  HttpStream stream = open(get(server.url()));
  std::string received;
  try {
    while (auto bytes = next(stream)) received += *bytes;
    ADD_FAILURE() << "a body that broke off looked complete";
  } catch (const HttpError& error) {
    EXPECT_EQ(error.code(), "net.reset") << error.message();
    EXPECT_EQ(error.sent(), Sent::maybe);
  }
  EXPECT_TRUE(received.starts_with("onexxx")) << received;
}

TEST_F(HttpStreamTest, LimitHoldsForTheWholeBody) {
  HttpServer server([](const auto&) { return HttpServer::Reply{200, {}, std::string(1'000'000, 'x')}; });
  HttpRequest request = get(server.url());
  request.max_body = 500'000;

  HttpStream stream = open(request);

  std::size_t received = 0;
  EXPECT_THROW(while (auto bytes = next(stream)) received += bytes->size(), HttpError);
  EXPECT_LE(received, 500'000u);
}

// gzip of 300,000 times 'x', which is mostly zeros.
HttpServer::Reply compressed_reply(const HttpServer::Request&) {
  using namespace std::string_literals;
  return {200,
          {{"Content-Encoding", "gzip"}},
          "\x1f\x8b\x08\0\0\0\0\0\x02\x03\xed\xc1\x01\x0d\0\0\0\xc2\xa0\xda\x8f\x6f\x0f\x07\x14"s +
              std::string(290, '\0') + "\xfc\x18\xcd\x2a\xc8\xb3\xe0\x93\x04\0"s};
}

TEST_F(HttpStreamTest, AsksForCompressionAndUndoesIt) {
  HttpServer server(compressed_reply);

  HttpResponse response = send(get(server.url()));

  EXPECT_EQ(server.requests().at(0).header("accept-encoding"), "deflate, gzip, br, zstd");
  EXPECT_EQ(response.body, std::string(300'000, 'x'));
}

TEST_F(HttpStreamTest, LimitHoldsForWhatLittleDataUnfoldsToAlsoAfterAPause) {
  HttpServer server(compressed_reply);
  HttpRequest request = get(server.url());
  request.max_body = 200'000;

  EXPECT_EQ(failure_of(request).code(), "net.too_large");
}

TEST_F(HttpStreamTest, FailsWhenTheClientHasGone) {
  HttpServer server([](const auto&) { return in_chunks({{"one", nullptr}, {"never", make_gate()}}); });
  HttpStream stream = open(get(server.url()));
  EXPECT_EQ(next(stream), "one");

  client.reset();

  EXPECT_THROW(static_cast<void>(next(stream)), HttpError);
}

Task<std::vector<SseEvent>> read_events(HttpClient& client, HttpRequest request) {
  HttpStream stream = co_await client.open(std::move(request));
  SseParser parser;
  std::vector<SseEvent> all;
  for (;;) {
    std::optional<std::string> bytes = co_await stream.body->next();
    if (!bytes) co_return all;
    for (auto& event : parser.feed(*bytes)) all.push_back(std::move(event));
  }
}

TEST_F(HttpStreamTest, CarriesServerSentEvents) {
  HttpServer server([](const auto&) {
    return in_chunks({{"data: a\n\nda", nullptr}, {"ta: b\n", nullptr}, {"\nevent: end\ndata: c\n\n", nullptr}});
  });

  std::vector<SseEvent> events = block_on(*loop, read_events(*client, get(server.url())));

  EXPECT_THAT(events,
              ElementsAre(SseEvent{"message", "a", ""}, SseEvent{"message", "b", ""}, SseEvent{"end", "c", ""}));
}

}  // namespace
}  // namespace executus::net
