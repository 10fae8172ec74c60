// Proxies that the environment names.
#include <array>
#include <map>

#include "net/client/harness_test.hpp"
#include "net/client/http2_server_test.hpp"
#include "net/client/relay_proxy_test.hpp"

namespace executus::net {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr std::array kProxyVariables{"http_proxy",  "https_proxy", "all_proxy", "no_proxy",
                                     "HTTPS_PROXY", "ALL_PROXY",   "NO_PROXY",  "HTTP_PROXY"};

// The environment is that of the process: nothing of ours reads it while a test changes it.
class HttpProxyTest : public HttpHarness {
 protected:
  HttpProxyTest() {
    for (const char* name : kProxyVariables) {
      if (const char* value = std::getenv(name)) before_[name] = value;
      ::unsetenv(name);
    }
  }
  ~HttpProxyTest() override {
    for (const char* name : kProxyVariables) ::unsetenv(name);
    for (const auto& [name, value] : before_) ::setenv(name.c_str(), value.c_str(), 1);
  }
  static void set(const char* name, const std::string& value) { ::setenv(name, value.c_str(), 1); }
  static std::string at(const RelayProxy& proxy, const std::string& user = "") {
    return "http://" + user + "127.0.0.1:" + std::to_string(proxy.port());
  }

  HttpServer server{[](const HttpServer::Request& request) {
    return HttpServer::Reply{200, {}, request.method + " " + request.target + " " + request.body};
  }};

 private:
  std::map<std::string, std::string> before_;
};

std::uint16_t port_without_listener() {
  return HttpServer([](const auto&) { return HttpServer::Reply(); }).port();
}

Http2Server::Reply greet_over_http2(const Http2Server::Request& request) {
  Http2Server::Reply reply;
  reply.pieces = {{"over HTTP/2: " + request.body, nullptr}};
  return reply;
}

TEST_F(HttpProxyTest, PlainRequestsNameTheWholeUrl) {
  RelayProxy proxy(server.port());
  set("http_proxy", at(proxy));

  HttpResponse response = send(post("http://model.invalid/a?b=c", "body"));

  EXPECT_EQ(response.body, "POST /a?b=c body");
  ASSERT_THAT(proxy.heads(), SizeIs(1));
  EXPECT_THAT(proxy.heads()[0], StartsWith("POST http://model.invalid/a?b=c HTTP/1.1\r\n"));
}

TEST_F(HttpProxyTest, TlsGoesThroughATunnel) {
  Http2Server tls(greet_over_http2);
  trust(tls.pem());
  RelayProxy proxy(tls.port());
  set("https_proxy", at(proxy, "user:hunter2@"));
  HttpRequest request = post("https://model.invalid/", "x");
  request.headers = {{"Authorization", "Bearer secret"}};

  HttpResponse response = send(request);

  EXPECT_EQ(response.body, "over HTTP/2: x");
  EXPECT_EQ(find_header(response.headers, "Proxy-Agent"), std::nullopt);
  ASSERT_THAT(proxy.heads(), SizeIs(1));
  EXPECT_THAT(proxy.heads()[0], StartsWith("CONNECT model.invalid:443 HTTP/1.1\r\n"));
  EXPECT_THAT(proxy.heads()[0], HasSubstr("Proxy-Authorization: Basic dXNlcjpodW50ZXIy\r\n"));
  EXPECT_THAT(proxy.heads()[0], Not(HasSubstr("secret")));
  EXPECT_EQ(tls.request_count(), 1u);
}

TEST_F(HttpProxyTest, TunnelsAreUsedAgainAndShared) {
  Http2Server tls(greet_over_http2);
  trust(tls.pem());
  RelayProxy proxy(tls.port());
  set("HTTPS_PROXY", at(proxy));

  for (int i = 0; i < 3; ++i) EXPECT_EQ(send(get("https://model.invalid/")).status, 200);

  EXPECT_THAT(proxy.heads(), SizeIs(1));
}

TEST_F(HttpProxyTest, WhatIsSentOnceTakesATunnelOfItsOwn) {  // [DUR-41]
  Http2Server tls(greet_over_http2);
  trust(tls.pem());
  RelayProxy proxy(tls.port());
  set("all_proxy", at(proxy));
  HttpRequest request = get("https://model.invalid/");
  request.reuse = Reuse::fresh_connection;

  for (int i = 0; i < 2; ++i) EXPECT_EQ(send(request).body, "spoke HTTP/1.1");

  EXPECT_THAT(proxy.heads(), SizeIs(2));
}

TEST_F(HttpProxyTest, OneMayServeForAllSchemes) {
  for (const char* name : {"all_proxy", "ALL_PROXY"}) {
    RelayProxy proxy(server.port());
    set(name, at(proxy));
    EXPECT_EQ(send(get("http://model.invalid/")).status, 200);
    EXPECT_THAT(proxy.heads(), SizeIs(1)) << name;
    ::unsetenv(name);
  }
}

TEST_F(HttpProxyTest, HostsInNoProxyAreReachedWithoutIt) {
  RelayProxy proxy(server.port());
  set("http_proxy", at(proxy));
  // Leads to this machine without being one of its names.
  std::string url = "http://0.0.0.0" + server.url().substr(server.url().rfind(':'));
  for (const char* hosts : {"0.0.0.0", "example.org, 0.0.0.0", "*"}) {
    set("no_proxy", hosts);
    EXPECT_EQ(send(get(url)).status, 200);
  }
  EXPECT_THAT(proxy.heads(), IsEmpty());
  set("no_proxy", "example.org");
  EXPECT_EQ(send(get(url)).status, 200);
  EXPECT_THAT(proxy.heads(), SizeIs(1));
}

// For a proxy elsewhere 127.0.0.1 would be the proxy's own machine.
TEST_F(HttpProxyTest, ThisMachineIsReachedWithoutIt) {
  set("all_proxy", "http://127.0.0.1:" + std::to_string(port_without_listener()));
  std::string port = server.url().substr(server.url().rfind(':'));

  for (std::string host : {"http://127.0.0.1", "http://localhost"})
    EXPECT_EQ(send(get(host + port)).status, 200) << host;
  EXPECT_EQ(failure_of(get("http://127.model.invalid/")).code(), "net.refused") << "no address: asked of the proxy";
}

// A CGI program gets HTTP_PROXY from any client that sends a header "Proxy".
TEST_F(HttpProxyTest, HttpProxyInCapitalsIsNotBelieved) {
  set("HTTP_PROXY", "http://127.0.0.1:" + std::to_string(port_without_listener()));
  EXPECT_EQ(send(get(server.url())).status, 200);
}

TEST_F(HttpProxyTest, PublicAddressesAreCheckedWithoutIt) {  // [TOOL-08]
  RelayProxy proxy(server.port());
  set("http_proxy", at(proxy));
  HttpRequest request = get(server.url());
  request.network = Network::public_only;

  EXPECT_EQ(failure_of(request).code(), "net.private_address");
  EXPECT_THAT(proxy.heads(), IsEmpty());
}

TEST_F(HttpProxyTest, OneThatIsNotThereSentNothing) {
  std::string address = "127.0.0.1:" + std::to_string(port_without_listener());
  set("all_proxy", "http://user:hunter2@" + address);
  for (const char* url : {"http://model.invalid/", "https://model.invalid/"}) {
    HttpError error = failure_of(post(url, "x"));

    EXPECT_EQ(error.code(), "net.refused") << error.message();
    EXPECT_EQ(error.sent(), Sent::no);
    EXPECT_THAT(error.message(), Not(HasSubstr("hunter2")));
  }
}

TEST_F(HttpProxyTest, OneWhoseNameIsUnknownSentNothing) {
  set("all_proxy", "http://user:hunter2@no-such-proxy.invalid:3128");
  HttpRequest request = post("http://model.invalid/", "x");
  request.timeout = request.connect_timeout = Milliseconds(300'000);

  HttpError error = failure_of(request);

  EXPECT_EQ(error.code(), "net.dns") << error.message();
  EXPECT_EQ(error.sent(), Sent::no);
  EXPECT_THAT(error.message(), Not(HasSubstr("hunter2")));
}

TEST_F(HttpProxyTest, ARefusedTunnelSentNothing) {
  for (int status : {403, 407, 502, 503}) {
    RelayProxy proxy(server.port(), status);
    set("https_proxy", at(proxy, "user:hunter2@"));

    HttpError error = failure_of(post("https://model.invalid/", "x"));

    EXPECT_EQ(error.code(), "net.proxy") << error.message();
    EXPECT_EQ(error.kind(), status < 500 ? ErrorKind::failed : ErrorKind::disconnected);
    EXPECT_EQ(error.sent(), Sent::no);
    EXPECT_THAT(error.message(), HasSubstr(std::to_string(status)));
    EXPECT_THAT(error.message(), Not(HasSubstr("hunter2")));
    EXPECT_THAT(proxy.heads(), SizeIs(1)) << "asked once";
  }
}

TEST_F(HttpProxyTest, ARefusedPlainRequestIsAResponse) {
  RelayProxy proxy(server.port(), 407);
  set("http_proxy", at(proxy));
  EXPECT_EQ(send(get("http://model.invalid/")).status, 407);
}

TEST_F(HttpProxyTest, ATunnelToNobodySentNothing) {
  RelayProxy proxy(port_without_listener());
  set("https_proxy", at(proxy));

  HttpError error = failure_of(post("https://model.invalid/", "x"));

  EXPECT_EQ(error.code(), "net.proxy") << error.message();
  EXPECT_EQ(error.sent(), Sent::no);
}

TEST_F(HttpProxyTest, AnAddressThatCannotBeUsedIsNotShown) {
  for (const char* address : {"http://user:hunter2@bad host:1/", "http://user:hunter2@127.0.0.1:99999",
                              "ftp://user:hunter2@127.0.0.1:1", "http://user:hunter2@[::1"}) {
    set("all_proxy", address);

    HttpError error = failure_of(post("http://model.invalid/", "x"));

    EXPECT_EQ(error.code(), "net.proxy") << error.message();
    EXPECT_EQ(error.sent(), Sent::no);
    EXPECT_THAT(error.message(), Not(HasSubstr("hunter2")));
  }
}

TEST_F(HttpProxyTest, AProxyThatBreaksOffInItsAnswerSentNothing) {
  HttpServer broken([](const auto&) {
    HttpServer::Reply reply;
    reply.raw = {{"HTTP/1.1 2", nullptr}};
    return reply;
  });
  set("https_proxy", "http://127.0.0.1:" + std::to_string(broken.port()));

  HttpError error = failure_of(post("https://model.invalid/", "x"));

  EXPECT_EQ(error.sent(), Sent::no) << error.message();
  EXPECT_EQ(error.kind(), ErrorKind::disconnected) << error.message();
}

}  // namespace
}  // namespace executus::net
