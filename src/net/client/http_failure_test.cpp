// What a failure says about the request: did the server see anything of it?
#include <executus/async/timing.hpp>

#include "net/client/harness_test.hpp"

namespace executus::net {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class HttpFailureTest : public HttpHarness {};

HttpServer::Reply hello(const HttpServer::Request&) { return {200, {}, "hello"}; }

std::uint16_t closed_port() { return HttpServer(hello).port(); }

TEST_F(HttpFailureTest, RefusedConnectionSentNothing) {
  HttpError error = failure_of(post("http://127.0.0.1:" + std::to_string(closed_port()) + "/charge", "x"));

  EXPECT_EQ(error.code(), "net.refused");
  EXPECT_EQ(error.kind(), ErrorKind::disconnected);
  EXPECT_EQ(error.sent(), Sent::no);
}

TEST_F(HttpFailureTest, UnknownHostSentNothing) {
  HttpRequest request = get("http://no-such-host.invalid/");
  request.timeout = request.connect_timeout = Milliseconds(300'000);  // however slow the machine's resolver is

  HttpError error = failure_of(request);

  EXPECT_EQ(error.code(), "net.dns");
  EXPECT_EQ(error.sent(), Sent::no);
}

TEST_F(HttpFailureTest, FailedTlsHandshakeSentNothing) {
  HttpServer server(hello);

  HttpError error = failure_of(post("https://127.0.0.1:" + std::to_string(server.port()) + "/", "x"));

  EXPECT_EQ(error.code(), "net.tls");
  EXPECT_EQ(error.sent(), Sent::no);
  EXPECT_EQ(server.request_count(), 0u);
}

TEST_F(HttpFailureTest, CutAfterTheRequestMayHaveSentIt) {
  for (std::size_t bytes : {0u, 5u, 20u, 60u}) {  // no reply, status line, headers, body
    HttpServer server([=](const auto&) {
      HttpServer::Reply reply{200, {}, std::string(100, 'x')};
      reply.cut_after = bytes;
      return reply;
    });

    HttpError error = failure_of(post(server.url("/charge"), "x"));

    EXPECT_EQ(error.code(), "net.reset") << bytes << ": " << error.message();
    EXPECT_EQ(error.sent(), Sent::maybe) << bytes;
    EXPECT_EQ(server.request_count(), 1u) << bytes;
  }
}

TEST_F(HttpFailureTest, TimeAfterTheRequestMayHaveSentIt) {
  HttpServer server([never = make_gate()](const auto&) {
    HttpServer::Reply reply{200, {}, "late"};
    reply.after = never;
    return reply;
  });

  HttpError error = timeout_after_sending(post(server.url(), "x"), &HttpRequest::timeout);

  EXPECT_EQ(error.code(), "net.timeout");
  EXPECT_EQ(error.sent(), Sent::maybe);
  server.wait_for_hangups(1);
}

TEST_F(HttpFailureTest, AServerThatFallsSilentIsGivenUp) {
  HttpServer server([never = make_gate()](const auto&) {
    HttpServer::Reply reply{200, {}, ""};
    reply.chunks = {{"the beginning", nullptr}, {"the end", never}};
    return reply;
  });
  HttpRequest request = post(server.url(), "x");
  request.timeout = std::nullopt;

  HttpError error = timeout_after_sending(request, &HttpRequest::silence_timeout);

  EXPECT_EQ(error.code(), "net.timeout");
  EXPECT_THAT(error.message(), ::testing::ContainsRegex("nothing came for [0-9]+ m?s"));
  server.wait_for_hangups(1);
}

TEST_F(HttpFailureTest, RefusesABodyThatExceedsTheLimit) {
  HttpServer server([](const auto&) { return HttpServer::Reply{200, {}, std::string(100'001, 'x')}; });
  HttpRequest request = get(server.url());
  request.max_body = 100'000;

  EXPECT_EQ(failure_of(request).code(), "net.too_large");
  request.max_body = 100'001;
  EXPECT_EQ(send(request).body.size(), 100'001u);
}

TEST_F(HttpFailureTest, StopsAfterTooManyRedirects) {
  HttpServer server([](const auto&) { return HttpServer::Reply{302, {{"Location", "/again"}}, ""}; });
  HttpRequest request = get(server.url());
  request.redirects = Redirects::follow;

  HttpError error = failure_of(request);

  EXPECT_EQ(error.code(), "net.redirects");
  EXPECT_EQ(error.sent(), Sent::maybe);
}

TEST_F(HttpFailureTest, NeverFollowsToAnotherProtocol) {
  HttpServer server([](const auto&) { return HttpServer::Reply{302, {{"Location", "file:///etc/passwd"}}, ""}; });
  HttpRequest request = get(server.url());
  request.redirects = Redirects::follow;
  EXPECT_EQ(failure_of(request).code(), "net.protocol");
}

TEST_F(HttpFailureTest, RefusesPrivateAddressesByWhatTheNameResolvesTo) {  // [TOOL-08]
  HttpServer server(hello);
  std::string port = std::to_string(server.port());
  for (const char* host : {"127.0.0.1", "localhost", "0x7f.1", "2130706433", "[::ffff:127.0.0.1]", "0.0.0.0"}) {
    HttpRequest request = get("http://" + std::string(host) + ":" + port + "/");
    request.network = Network::public_only;

    HttpError error = failure_of(request);

    EXPECT_EQ(error.code(), "net.private_address") << host << ": " << error.message();
    EXPECT_EQ(error.sent(), Sent::no) << host;
  }
  EXPECT_EQ(server.connection_count(), 0u);
}

TEST_F(HttpFailureTest, RefusesAPooledConnectionToAPrivateAddress) {  // [TOOL-08]
  HttpServer server(hello);
  EXPECT_EQ(send(get(server.url())).status, 200);  // leaves its connection open
  HttpRequest request = get(server.url());
  request.network = Network::public_only;

  HttpError error = failure_of(request);

  EXPECT_EQ(error.code(), "net.private_address");
  EXPECT_EQ(error.sent(), Sent::no);
  EXPECT_EQ(server.request_count(), 1u);
}

TEST_F(HttpFailureTest, MessageNamesMethodAndUrlButNoSecret) {
  HttpRequest request =
      post("http://user:hunter2@127.0.0.1:" + std::to_string(closed_port()) + "/a?key=hunter2#h", "hunter2");
  request.headers = {{"Authorization", "hunter2"}};

  HttpError error = failure_of(request);

  EXPECT_THAT(error.message(), HasSubstr("POST http://127.0.0.1:"));
  EXPECT_THAT(error.message(), HasSubstr("/a failed: "));
  EXPECT_THAT(error.message(), Not(HasSubstr("hunter2")));
}

enum class HowItEnded { answered, cancelled, failed };

Task<void> send_and_note(HttpClient& client, HttpRequest request, HowItEnded& how, std::string& code) {
  try {
    HttpResponse response = co_await client.send(std::move(request));
    how = HowItEnded::answered;
  } catch (const Cancelled&) {
    how = HowItEnded::cancelled;
  } catch (const HttpError& error) {
    how = HowItEnded::failed;
    code = error.code();
  }
}

class HeldRequest : public HttpHarness {
 protected:
  HttpServer server{[never = make_gate()](const auto&) {
    HttpServer::Reply reply{200, {}, "never"};
    reply.after = never;
    return reply;
  }};
  HowItEnded how = HowItEnded::answered;
  std::string code;
};

TEST_F(HeldRequest, EndsAtOnceWhenItsTaskIsCancelled) {
  RootGroup group(*loop);
  RootHandle running = group.spawn(send_and_note(*client, get(server.url()), how, code));
  server.wait_for_requests(1);

  running.cancel({Cause::caller, "the test changed its mind"});
  group.join();

  EXPECT_EQ(how, HowItEnded::cancelled);
  server.wait_for_hangups(1);
}

TEST_F(HeldRequest, ThatIsCancelledClosesItsOwnConnectionAlone) {
  auto opens = make_gate();
  HttpServer two([never = make_gate(), opens](const HttpServer::Request& request) {
    HttpServer::Reply reply{200, {}, "late"};
    reply.after = request.target == "/other" ? opens : never;
    return reply;
  });
  HowItEnded other = HowItEnded::failed;
  RootGroup group(*loop);
  RootHandle running = group.spawn(send_and_note(*client, get(two.url()), how, code));
  group.spawn(send_and_note(*client, get(two.url("/other")), other, code));
  two.wait_for_requests(2);

  running.cancel({Cause::caller, "the test changed its mind"});
  two.wait_for_hangups(1);
  opens->open();
  group.join();

  EXPECT_EQ(how, HowItEnded::cancelled);
  EXPECT_EQ(other, HowItEnded::answered);
  EXPECT_EQ(two.hangups(), 1u);
}

TEST_F(HeldRequest, EndsAtTheDeadlineOfItsScope) {
  RootGroup group(*loop);
  group.spawn(with_deadline(loop->clock().mono() + Milliseconds(50),
                            send_and_note(*client, get(server.url()), how, code), "the test's patience"));
  group.join();

  EXPECT_EQ(how, HowItEnded::cancelled);
}

TEST_F(HeldRequest, FailsWhenTheClientGoesAway) {
  RootGroup group(*loop);
  group.spawn(send_and_note(*client, get(server.url()), how, code));
  server.wait_for_requests(1);

  client.reset();
  group.join();

  EXPECT_EQ(how, HowItEnded::failed);
  EXPECT_EQ(code, "net.closed");
  server.wait_for_hangups(1);
}

Task<void> send_cancelled(HttpClient& client, HttpRequest request, HowItEnded& how, std::string& code) {
  TaskContext context = co_await this_task();
  context.scope->cancel({Cause::caller, "before it began"});
  co_await send_and_note(client, std::move(request), how, code);
}

TEST_F(HeldRequest, IsNotSentFromACancelledScope) {
  block_on(*loop, send_cancelled(*client, get(server.url()), how, code));
  client.reset();

  EXPECT_EQ(how, HowItEnded::cancelled);
  EXPECT_EQ(server.connection_count(), 0u);
}

}  // namespace
}  // namespace executus::net
