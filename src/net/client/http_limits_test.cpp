// How many connections there may be at once, and how long a request may take, waiting included.
#include <atomic>

#include "net/client/harness_test.hpp"

namespace executus::net {
namespace {

using ::testing::HasSubstr;

Task<void> send_and_count(HttpClient& client, HttpRequest request, std::atomic<int>& answered) {
  HttpResponse response = co_await client.send(std::move(request));
  if (response.status == 200) ++answered;
}

Task<void> send_and_note_code(HttpClient& client, HttpRequest request, std::string& code) {
  try {
    HttpResponse response = co_await client.send(std::move(request));
    code = std::to_string(response.status);
  } catch (const Cancelled&) {
    code = "cancelled";
  } catch (const HttpError& error) {
    code = error.code() + (error.sent() == Sent::no ? " no" : " maybe");
  }
}

Task<void> do_nothing() { co_return; }

// One thread: what was spawned has begun when something that was spawned later has ended.
class HttpLimitsTest : public HttpHarness {
 protected:
  HttpLimitsTest() {
    client.reset();
    loop = make_loop(1);
    use({});
  }
  void let_them_begin() { block_on(*loop, do_nothing()); }
  void allow(std::size_t per_host, std::size_t in_all) {
    HttpClientOptions options;
    options.max_connections_per_host = per_host;
    options.max_connections = in_all;
    use(options);
  }

  // Answers when `go` is open.
  std::shared_ptr<Gate> go = make_gate();
  HttpServer::Handler held = [this](const auto&) {
    HttpServer::Reply reply{200, {}, "ok"};
    reply.after = go;
    return reply;
  };
  HttpServer server{held};
  HttpServer other{held};
  std::atomic<int> answered = 0;
};

TEST_F(HttpLimitsTest, HoldsForOneHostWithoutHoldingUpAnother) {
  allow(2, 10);
  RootGroup group(*loop);
  for (int i = 0; i < 10; ++i) group.spawn(send_and_count(*client, get(server.url()), answered));
  server.wait_for_requests(2);
  group.spawn(send_and_count(*client, get(other.url()), answered));
  other.wait_for_requests(1);  // ten were asked for before it

  EXPECT_EQ(server.request_count(), 2u);
  go->open();
  group.join();
  EXPECT_EQ(answered, 11);
  EXPECT_EQ(server.connection_count(), 2u) << "they are used again";
}

TEST_F(HttpLimitsTest, HoldsForAllHostsTogether) {
  allow(10, 3);
  RootGroup group(*loop);
  for (int i = 0; i < 3; ++i) group.spawn(send_and_count(*client, get(server.url()), answered));
  server.wait_for_requests(3);
  for (int i = 0; i < 5; ++i) group.spawn(send_and_count(*client, get(other.url()), answered));
  let_them_begin();

  EXPECT_EQ(other.connection_count(), 0u);
  go->open();
  group.join();
  EXPECT_EQ(answered, 8);
}

TEST_F(HttpLimitsTest, HoldsForConnectionsThatAreNotShared) {
  allow(1, 10);
  HttpRequest request = post(server.url(), "x");
  request.reuse = Reuse::fresh_connection;
  RootGroup group(*loop);
  group.spawn(send_and_count(*client, request, answered));
  server.wait_for_requests(1);
  group.spawn(send_and_count(*client, request, answered));

  go->open();
  group.join();
  EXPECT_EQ(answered, 2);
  EXPECT_EQ(server.connection_count(), 2u);
}

TEST_F(HttpLimitsTest, TimeRunsWhileARequestWaits) {
  allow(1, 1);
  RootGroup group(*loop);
  group.spawn(send_and_count(*client, get(server.url()), answered));
  server.wait_for_requests(1);
  HttpRequest request = post(other.url(), "x");
  request.timeout = Milliseconds(50);

  HttpError error = failure_of(request);

  EXPECT_EQ(error.code(), "net.timeout");
  EXPECT_EQ(error.sent(), Sent::no);
  EXPECT_THAT(error.message(), HasSubstr("while other requests used all connections"));
  go->open();
  group.join();
  EXPECT_EQ(answered, 1);
  EXPECT_EQ(other.connection_count(), 0u);
}

TEST_F(HttpLimitsTest, AWaitingRequestCanBeCancelled) {
  allow(1, 1);
  RootGroup group(*loop);
  group.spawn(send_and_count(*client, get(server.url()), answered));
  server.wait_for_requests(1);
  std::string code;
  RootHandle waiting = group.spawn(send_and_note_code(*client, get(other.url()), code));
  let_them_begin();

  waiting.cancel({Cause::caller, "the test changed its mind"});
  go->open();
  group.join();

  EXPECT_EQ(code, "cancelled");
  EXPECT_EQ(send(get(server.url())).status, 200) << "its place is free";
}

TEST_F(HttpLimitsTest, WaitingRequestsEndWithTheClient) {
  allow(1, 1);
  std::string first, second;
  RootGroup group(*loop);
  group.spawn(send_and_note_code(*client, get(server.url()), first));
  server.wait_for_requests(1);
  group.spawn(send_and_note_code(*client, get(other.url()), second));
  let_them_begin();

  client.reset();
  group.join();

  EXPECT_EQ(first, "net.closed maybe");
  EXPECT_EQ(second, "net.closed no");
}

TEST_F(HttpLimitsTest, AFailureMakesRoomForTheNext) {
  allow(1, 1);
  HttpServer dying([](const auto&) {
    HttpServer::Reply reply{200, {}, "x"};
    reply.cut_after = 0;
    return reply;
  });
  std::uint16_t closed = HttpServer(held).port();
  go->open();
  std::string codes[3];
  RootGroup group(*loop);
  group.spawn(send_and_note_code(*client, get("http://127.0.0.1:" + std::to_string(closed) + "/"), codes[0]));
  group.spawn(send_and_note_code(*client, get(dying.url()), codes[1]));
  group.spawn(send_and_note_code(*client, get(server.url()), codes[2]));

  group.join();

  EXPECT_THAT(codes, ::testing::ElementsAre("net.refused no", "net.reset maybe", "200"));
}

TEST_F(HttpLimitsTest, ZeroConnectionsCountAsOne) {
  allow(0, 0);
  go->open();
  EXPECT_EQ(send(get(server.url())).status, 200);
}

TEST_F(HttpLimitsTest, ThereMayBeNoLimitOfTime) {
  HttpRequest request = get(server.url());
  request.timeout = std::nullopt;
  std::string code, distant_code;
  RootGroup group(*loop);
  group.spawn(send_and_note_code(*client, request, code));
  request.timeout = Milliseconds::max();
  group.spawn(send_and_note_code(*client, request, distant_code));
  server.wait_for_requests(2);

  go->open();
  group.join();

  EXPECT_EQ(code, "200");
  EXPECT_EQ(distant_code, "200");
}

TEST_F(HttpLimitsTest, NoTimeAtAllSendsNothingOrFails) {
  for (Milliseconds timeout : {Milliseconds(0), Milliseconds(-5)}) {
    HttpRequest request = get(server.url());
    request.timeout = timeout;
    EXPECT_EQ(failure_of(request).code(), "net.timeout");
  }
}

TEST_F(HttpLimitsTest, AHeadWithoutEndIsGivenUp) {
  std::string line = "X-A: " + std::string(50'000, 'a') + "\r\n";
  HttpServer endless([&](const HttpServer::Request&) {
    HttpServer::Reply reply;
    reply.raw = {{"HTTP/1.1 200 OK\r\n", {}}};
    for (int i = 0; i < 40; ++i) reply.raw.push_back({line, {}});
    reply.raw.push_back({"Content-Length: 0\r\n\r\n", {}});
    return reply;
  });
  EXPECT_THAT(failure_of(get(endless.url())).code(), ::testing::AnyOf("net.reset", "net.too_large"))
      << "libcurl bounds it";
}

}  // namespace
}  // namespace executus::net
