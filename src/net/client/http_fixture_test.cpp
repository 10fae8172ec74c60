// What servers do to their clients: connections cut everywhere, bytes that come one by one, answers that are none,
// bodies that are large. Each has to end in the right error, or in the response, whole.
#include <mutex>
#include <vector>

#include "net/client/harness_test.hpp"

namespace executus::net {
namespace {

using ::testing::Eq;
using ::testing::Optional;
using Cut = HttpServer::Cut;

constexpr std::size_t kHundredMegabytes = 100'000'000;

HttpServer::Reply raw_reply(std::string bytes) {
  HttpServer::Reply reply;
  reply.raw = {{std::move(bytes), nullptr}};
  return reply;
}

// A long text in which each kilobyte begins with its number.
std::string numbered_text(std::size_t size) {
  std::string text(size, '.');
  for (std::size_t at = 0; at + 16 < size; at += 1024) {
    std::string number = std::to_string(at / 1024);
    text.replace(at, number.size(), number);
  }
  return text;
}

class HttpFixtureTest : public HttpHarness {
 protected:
  void answer_with(HttpServer::Reply reply) {
    std::lock_guard lock(mutex_);
    reply_ = std::move(reply);
  }

 private:
  std::mutex mutex_;
  HttpServer::Reply reply_;

 protected:
  HttpServer server{[this](const auto&) {
    std::lock_guard lock(mutex_);
    return reply_;
  }};
};

struct CutCase {
  const char* where;
  std::string sent;
};

std::vector<CutCase> cut_cases() {
  const std::string sized = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n";
  const std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  return {
      {"before the head", ""},
      {"in the status line", "HTTP/1."},
      {"after the status line", "HTTP/1.1 200 OK\r\n"},
      {"in a header", "HTTP/1.1 200 OK\r\nContent-Le"},
      {"before the empty line", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n"},
      {"after an interim head", "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"},
      {"before the body", sized},
      {"in the body", sized + "12345"},
      {"before the first chunk", chunked},
      {"in the size of a chunk", chunked + "1"},
      {"in a chunk", chunked + "a\r\n12345"},
      {"after a chunk", chunked + "5\r\n12345\r\n"},
      {"in the last chunk", chunked + "5\r\n12345\r\n0\r\n"},
  };
}

TEST_F(HttpFixtureTest, CutConnectionsMayHaveSentTheRequest) {
  for (Cut cut : {Cut::close, Cut::reset}) {
    for (const auto& each : cut_cases()) {
      HttpServer::Reply reply = raw_reply(each.sent);
      reply.cut = cut;
      answer_with(std::move(reply));
      for (Reuse reuse : {Reuse::pooled, Reuse::fresh_connection}) {
        HttpRequest request = post(server.url("/charge"), "x");
        request.reuse = reuse;

        HttpError error = failure_of(request);

        EXPECT_EQ(error.code(), "net.reset") << each.where << ": " << error.message();
        EXPECT_EQ(error.kind(), ErrorKind::disconnected) << each.where;
        EXPECT_EQ(error.sent(), Sent::maybe) << each.where;
      }
    }
  }
  EXPECT_EQ(server.request_count(), 4 * cut_cases().size()) << "none was sent again";
}

TEST_F(HttpFixtureTest, ABodyThatEndsWithItsConnectionIsWhole) {
  answer_with(raw_reply("HTTP/1.1 200 OK\r\n\r\nall of it"));
  EXPECT_EQ(send(get(server.url())).body, "all of it");
}

TEST_F(HttpFixtureTest, BytesMayComeOneByOne) {
  const std::string text =
      "HTTP/1.1 200 OK\r\nX-A: b\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3\r\none\r\n5;ext=1\r\n two \r\n0\r\nTrailer: x\r\n\r\n";
  auto start = make_gate();
  HttpServer::Reply reply;
  for (char byte : text) reply.raw.push_back({std::string(1, byte), start});
  answer_with(std::move(reply));
  start->open();

  HttpResponse response = send(get(server.url()));

  EXPECT_THAT(find_header(response.headers, "x-a"), Optional(Eq("b")));
  EXPECT_EQ(find_header(response.headers, "trailer"), std::nullopt);
  EXPECT_EQ(response.body, "one two ");
}

TEST_F(HttpFixtureTest, EachByteIsHandedOutWhenItComes) {
  const std::string body = "slowly";
  std::vector<std::shared_ptr<Gate>> gates;
  HttpServer::Reply reply = raw_reply("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n");
  for (char byte : body) reply.raw.push_back({std::string(1, byte), gates.emplace_back(make_gate())});
  answer_with(std::move(reply));

  HttpStream stream = block_on(*loop, client->open(get(server.url())));
  for (std::size_t i = 0; i < body.size(); ++i) {
    gates[i]->open();
    EXPECT_EQ(block_on(*loop, stream.body->next()), body.substr(i, 1));
  }
  EXPECT_EQ(block_on(*loop, stream.body->next()), std::nullopt);
}

TEST_F(HttpFixtureTest, SlowBytesDoNotOutliveTheTimeOfARequest) {
  HttpServer::Reply reply = raw_reply("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nslow");
  reply.raw.push_back({"ly", make_gate()});
  answer_with(std::move(reply));

  HttpError error = timeout_after_sending(get(server.url()), &HttpRequest::timeout);

  EXPECT_EQ(error.code(), "net.timeout");
  EXPECT_EQ(error.sent(), Sent::maybe);
  server.wait_for_hangups(1);
}

TEST_F(HttpFixtureTest, RefusesWhatIsNoHttp) {
  const std::string head = "HTTP/1.1 200 OK\r\n";
  const std::pair<std::string, const char*> cases[] = {
      {"SSH-2.0-OpenSSH_9.2\r\n", "net.protocol"},
      {std::string("\x15\x03\x01\0\x02\x02\x0a", 7), "net.protocol"},  // a TLS alert
      {"HTTP/1.1 banana\r\n\r\n", "net.protocol"},
      {"HTTP/7.0 200 OK\r\n\r\n", "net.protocol"},
      {head + "Content-Length: many\r\n\r\nx", "net.protocol"},
      {head + "Content-Length: -1\r\n\r\nx", "net.protocol"},
      {head + "Transfer-Encoding: chunked\r\n\r\nzz\r\nx\r\n", "net.reset"},  // libcurl calls it an error of receiving
      {head + "X-Large: " + std::string(400'000, 'x') + "\r\n\r\n", "net.too_large"},
  };
  for (const auto& [bytes, code] : cases) {
    answer_with(raw_reply(bytes));

    HttpError error = failure_of(get(server.url()));

    EXPECT_EQ(error.code(), code) << bytes.substr(0, 60) << ": " << error.message();
    EXPECT_EQ(error.sent(), Sent::maybe);
  }
}

TEST_F(HttpFixtureTest, BytesAfterAResponseAreNotTheNextOne) {
  HttpServer chatty([](const HttpServer::Request& request) {
    if (request.number > 1) return HttpServer::Reply{200, {}, "second"};
    return raw_reply(
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfirstHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfaked");
  });

  EXPECT_EQ(send(get(chatty.url())).body, "first");
  EXPECT_EQ(send(get(chatty.url())).body, "second");
}

TEST_F(HttpFixtureTest, AContentTypeIsHandedOnAndNotBelieved) {
  for (const char* type : {"text/html", "application/json", "image/png; charset=\xff", "", "/", "text/event-stream"}) {
    answer_with({200, {{"Content-Type", type}}, "{\"not\": \x80 html"});

    HttpResponse response = send(get(server.url()));

    EXPECT_THAT(find_header(response.headers, "content-type"), Optional(Eq(type)));
    EXPECT_EQ(response.body, "{\"not\": \x80 html");
  }
}

TEST_F(HttpFixtureTest, ReadsHundredMegabytesAsAStream) {
  const std::string body = numbered_text(kHundredMegabytes);
  answer_with({200, {}, body});
  HttpRequest request = get(server.url());
  request.max_body = kHundredMegabytes;
  HttpStream stream = block_on(*loop, client->open(request));

  std::size_t received = 0;
  bool same = true;
  while (auto bytes = block_on(*loop, stream.body->next())) {
    same = same && std::string_view(body).substr(received, bytes->size()) == *bytes;
    received += bytes->size();
  }

  EXPECT_EQ(received, kHundredMegabytes);
  EXPECT_TRUE(same);
}

TEST_F(HttpFixtureTest, RefusesHundredMegabytesWhenNotToldToTakeThem) {
  answer_with({200, {}, std::string(kHundredMegabytes, 'x')});

  HttpError error = failure_of(get(server.url()));

  EXPECT_EQ(error.code(), "net.too_large");
  EXPECT_EQ(error.sent(), Sent::maybe);
}

TEST_F(HttpFixtureTest, SendsHundredMegabytes) {
  const std::string body = numbered_text(kHundredMegabytes);
  EXPECT_EQ(send(post(server.url(), body)).status, 200);
  EXPECT_TRUE(server.requests().at(0).body == body);
}

TEST_F(HttpFixtureTest, CredentialsDoNotFollowToAnotherServer) {
  HttpServer other([](const auto&) { return HttpServer::Reply{200, {}, "arrived"}; });
  answer_with({302, {{"Location", other.url("/new")}}, ""});
  HttpRequest request = get(server.url());
  request.redirects = Redirects::follow;
  request.headers = {{"Authorization", "Bearer secret"}, {"Cookie", "secret"}, {"X-Plain", "shown"}};

  EXPECT_EQ(send(request).body, "arrived");
  HttpServer::Request seen = other.requests().at(0);
  EXPECT_EQ(seen.header("authorization"), std::nullopt);
  EXPECT_EQ(seen.header("cookie"), std::nullopt);
  EXPECT_THAT(seen.header("x-plain"), Optional(Eq("shown")));
}

TEST_F(HttpFixtureTest, ARedirectToNowhereMayHaveSentTheRequest) {
  for (const char* location :
       {"http://127.0.0.1:1/", "http://no-such-host.invalid/", "http://[bad/", "/\r", "gopher://x/"}) {
    answer_with({302, {{"Location", location}}, ""});
    HttpRequest request = get(server.url());
    request.redirects = Redirects::follow;
    request.connect_timeout = Milliseconds(300'000);

    EXPECT_EQ(failure_of(request).sent(), Sent::maybe) << location;
  }
}

}  // namespace
}  // namespace executus::net
