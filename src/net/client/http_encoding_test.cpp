// Compressed bodies: what is asked for, what is undone, and what is refused.
#include <mutex>
#include <vector>

#include "net/client/harness_test.hpp"

namespace executus::net {
namespace {

using namespace std::string_literals;

constexpr const char* kPlain = R"({"answer": 42, "why": "because because because because"})";

struct Encoded {
  const char* encoding;
  std::string bytes;
};

std::vector<Encoded> all_encodings_of_plain() {
  return {
      {"gzip",
       "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xabVJ\xcc+.O-R\xb2R01\xd2QP*\xcf\xa8T\xb2RPJJMN,-NU\xc0\x41+\xd5\x02"
       "\x00+\x93R\x1d\x38\x00\x00\x00"s},
      {"deflate", "x\x9c\xabVJ\xcc+.O-R\xb2R01\xd2QP*\xcf\xa8T\xb2RPJJMN,-NU\xc0\x41+\xd5\x02\x00\xfe\xaf\x12\xd3"s},
      {"deflate",  // without zlib's header, as some servers do
       "\xabVJ\xcc+.O-R\xb2R01\xd2QP*\xcf\xa8T\xb2RPJJMN,-NU\xc0\x41+\xd5\x02\x00"s},
      {"br",
       "\x1b\x37\x00\xf0\x9d\x05\xee\xee\xa4q\xf6\x30pt\x5cU+AD\xf6R\x84&\xafYd\xd0\xee\x94N\x1fL\xe4\x04(i)^\xe5y\x06"
       "\x41\x80&\x1e\x12\xee`\x17["s},
      {"zstd",
       "\x28\xb5\x2f\xfd\x24\x38\x45\x01\x00\x14\x02\x7b\x22\x61\x6e\x73\x77\x65\x72\x22\x3a\x20\x34\x32\x2c\x20\x22"
       "\x77"
       "\x68\x79\x22\x3a\x20\x22\x62\x65\x63\x61\x75\x73\x65\x20\x22\x7d\x01\x00\xaf\x2e\x4e\x25\x9d\xbf\xd6"s},
  };
}

std::string repeated(std::string_view bytes, std::size_t times) {
  std::string all;
  for (; times > 0; --times) all += bytes;
  return all;
}

// Each unfolds to a gigabyte and more, but for "br", which stops at 32 MB.
std::vector<Encoded> bombs() {
  return {
      {"gzip", "\x1f\x8b\x08\0\0\0\0\0\x02\x03\xed\xc1\x01\x0d\0\0\0\xc2\xa0\xda\x8f\x6f\x0f\x07\x14"s +
                   std::string(1'100'000, '\0')},                                  // four times 258 bytes in each
      {"zstd", "\x28\xb5\x2f\xfd\x00\x68"s + repeated("\x02\x00\x10x"s, 10'000)},  // blocks of 128 KiB
      {"br",
       "\xcb\xff\xff\x3f\xf8%\xf0\xe2\xb1@ "
       "\xf7\xfe\x8f\xff\xff\x7f\xf0K\x00\xc4\x61\x11\x80\xee\xfd\x1f\xff\xff\xff\xe0\x97"
       "\x00\x88\xc3\x02\x00\xdd\xfb\x3f\xfe\xff\xff\xc1/\x01\x10\x87\x05\x00\xba\xf7\x7f\xfc\xff\xff\x83_\x02 "s},
  };
}

class HttpEncodingTest : public HttpHarness {
 protected:
  void answer_with(Encoded encoded) {
    std::lock_guard lock(mutex_);
    encoded_ = std::move(encoded);
  }

 private:
  std::mutex mutex_;
  Encoded encoded_;

 protected:
  HttpServer server{[this](const auto&) {
    std::lock_guard lock(mutex_);
    HttpServer::Reply reply{200, {{"Content-Encoding", encoded_.encoding}}, encoded_.bytes};
    reply.then = HttpServer::Then::close;
    return reply;
  }};
};

TEST_F(HttpEncodingTest, AsksForAllThatLibcurlHas) {
  answer_with({"identity", "x"});
  EXPECT_EQ(send(get(server.url())).body, "x");
  EXPECT_EQ(server.requests().at(0).header("accept-encoding"), "deflate, gzip, br, zstd");
}

TEST_F(HttpEncodingTest, UndoesEachOfThem) {
  for (const auto& each : all_encodings_of_plain()) {
    answer_with(each);
    EXPECT_EQ(send(get(server.url())).body, kPlain) << each.encoding;
  }
}

TEST_F(HttpEncodingTest, LeavesTheBodyToACallerWhoAsksForAnEncoding) {
  Encoded encoded = all_encodings_of_plain().at(0);
  answer_with(encoded);
  HttpRequest request = get(server.url());
  request.headers = {{"Accept-Encoding", "gzip"}};

  EXPECT_EQ(send(request).body, encoded.bytes);
}

TEST_F(HttpEncodingTest, RefusesWhatIsBroken) {
  for (auto each : all_encodings_of_plain()) {
    std::fill(each.bytes.begin() + 12, each.bytes.begin() + 20, '\xff');
    answer_with(each);

    HttpError error = failure_of(get(server.url()));

    EXPECT_EQ(error.code(), "net.protocol") << each.encoding << ": " << error.message();
    EXPECT_EQ(error.sent(), Sent::maybe);
  }
}

TEST_F(HttpEncodingTest, RefusesWhatIsNotEncodedAtAll) {
  for (const char* encoding : {"gzip", "br", "zstd"}) {
    answer_with({encoding, "plain text that claims to be more than that"});
    EXPECT_EQ(failure_of(get(server.url())).code(), "net.protocol") << encoding;
  }
}

TEST_F(HttpEncodingTest, RefusesAnEncodingNobodyKnows) {
  answer_with({"rot13", "x"});
  EXPECT_EQ(failure_of(get(server.url())).code(), "net.protocol");
}

TEST_F(HttpEncodingTest, RefusesEncodingsInEncodingsWithoutEnd) {
  answer_with({"gzip, gzip, gzip, gzip, gzip, gzip, gzip", "x"});
  EXPECT_EQ(failure_of(get(server.url())).code(), "net.protocol");
}

TEST_F(HttpEncodingTest, RefusesABombAtTheLimitOfDecompressedBytes) {
  for (const auto& each : bombs()) {
    answer_with(each);
    HttpRequest request = get(server.url());
    request.max_body = 1'000'000;

    HttpError error = failure_of(request);

    EXPECT_EQ(error.code(), "net.too_large") << each.encoding << ": " << error.message();
    EXPECT_EQ(error.sent(), Sent::maybe);
  }
}

TEST_F(HttpEncodingTest, UnfoldsNoMoreThanTheLimitWhileNobodyReads) {
  for (const auto& each : bombs()) {
    answer_with(each);
    HttpRequest request = get(server.url());
    request.max_body = 1'000'000;
    HttpStream stream = block_on(*loop, client->open(request));
    EXPECT_EQ(stream.status, 200);

    std::size_t received = 0;
    EXPECT_THROW(while (auto bytes = block_on(*loop, stream.body->next())) received += bytes->size(), HttpError);
    EXPECT_LE(received, 1'000'000u);
  }
}

// Where Content-Length or the last chunk says that the body is complete, libcurl does not look whether its encoding is:
// if this fails, http_client.hpp and docs/reference/http.md may promise more.
TEST_F(HttpEncodingTest, TakesABodyAsCompleteThoughItsEncodingIsNot) {
  for (auto each : all_encodings_of_plain()) {
    each.bytes.resize(each.bytes.size() / 2);
    answer_with(each);

    std::string body = send(get(server.url())).body;

    EXPECT_LT(body.size(), std::string_view(kPlain).size()) << each.encoding;
    EXPECT_TRUE(std::string_view(kPlain).starts_with(body)) << each.encoding;
  }
}

}  // namespace
}  // namespace executus::net
