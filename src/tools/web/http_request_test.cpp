#include "tools/web/http_request.hpp"

#include <gmock/gmock.h>

#include "tools/web/web_test.hpp"

namespace executus::tools {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class HttpRequestTest : public WebTools {
 protected:
  std::string request(boost::json::object arguments) {
    return said(call(http_request_tool(*http_, environment_, options_), std::move(arguments)));
  }
  static boost::json::array header(std::string name, std::string value) {
    return {boost::json::object{{"name", std::move(name)}, {"value", std::move(value)}}};
  }
};

TEST_F(HttpRequestTest, SendsWhatIsAsked) {  // [TLS-16]
  reply_ = [](const auto&) { return page("{\"id\":7}", "application/json"); };
  EXPECT_EQ(request({{"method", "PUT"},
                     {"url", server_.url("/a?b")},
                     {"headers", header("Content-Type", "text/x")},
                     {"body", "hi"}}),
            "{\"id\":7}");
  auto sent = server_.requests().at(0);
  EXPECT_EQ(sent.method + " " + sent.target + " " + sent.body, "PUT /a?b hi");
  EXPECT_EQ(sent.header("Content-Type"), "text/x");
  EXPECT_EQ(sent.header("Idempotency-Key"), "the-key");
}

TEST_F(HttpRequestTest, ReachesPublicAddressesAloneAndFollowsNothing) {  // [TOOL-08] [TLS-16]
  HttpServer inner([](const auto&) { return page("secret"); });
  EXPECT_THAT(request({{"method", "POST"}, {"url", inner.url()}}),
              HasSubstr("failed: POST " + inner.url() + " was not sent"));
  reply_ = [&](const auto&) { return redirect(inner.url(), 307); };
  EXPECT_THAT(request({{"method", "POST"}, {"url", server_.url()}}), HasSubstr("a redirect, which is not followed"));
  EXPECT_EQ(inner.connection_count(), 0u);
}

TEST_F(HttpRequestTest, HasConfiguredHeadersAtTheirOrigin) {  // [TLS-16]
  options_.headers = {{origin_of(server_), {{"X-Api-Key", "${KEY}"}}}};
  reply_ = [](const HttpServer::Request& request) {
    return page(std::string(request.header("X-Api-Key").value_or("none")), "text/plain");
  };
  EXPECT_EQ(request({{"method", "GET"}, {"url", server_.url()}}), "***");
  EXPECT_EQ(request({{"method", "GET"}, {"url", other_.url()}}), "none");
  EXPECT_THAT(request({{"method", "GET"}, {"url", server_.url()}, {"headers", header("x-api-key", "mine")}}),
              HasSubstr("failed: header 'x-api-key' is set by the configuration"));
}

TEST_F(HttpRequestTest, RefusesWhatWouldBeAnotherRequest) {  // [TLS-16]
  for (const auto& headers :
       {header("Host", "b"), header("Content-Length", "1"), header("A", "b\r\nC: d"), header("A\r\nB", "c"),
        header("Transfer-Encoding", "chunked"), header("Idempotency-Key", "k"), header("expect", "100-continue"),
        header("Upgrade", "h2c"), header("Accept-Encoding", "br")})
    EXPECT_THAT(request({{"method", "POST"}, {"url", server_.url()}, {"headers", headers}}), StartsWith("failed: "));
  for (const char* method : {"get", "CONNECT", "GET / HTTP/1.1\r\nX: y", ""})
    EXPECT_THAT(request({{"method", method}, {"url", server_.url()}}), HasSubstr("failed: 'method' has to be"));
  EXPECT_EQ(server_.request_count(), 0u);
}

TEST_F(HttpRequestTest, IsUnknownOnlyWhereItMayHaveActed) {  // [TLS-16]
  reply_ = [](const auto&) { return HttpServer::Reply{.status = 200, .headers = {}, .body = "x", .cut_after = 10}; };
  EXPECT_THAT(request({{"method", "POST"}, {"url", server_.url()}}), StartsWith("unknown: "));
  EXPECT_THAT(request({{"method", "GET"}, {"url", server_.url()}}), StartsWith("failed: "));
  reply_ = [](const auto&) { return HttpServer::Reply{502, {}, ""}; };
  EXPECT_THAT(request({{"method", "DELETE"}, {"url", server_.url()}}), StartsWith("unknown: "));
  EXPECT_EQ(http_request_tool(*http_, environment_)->info().effect, tool::Effect::irreversible);
}

}  // namespace
}  // namespace executus::tools
