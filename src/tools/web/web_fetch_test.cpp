#include "tools/web/web_fetch.hpp"

#include <gmock/gmock.h>

#include "tools/http/inflated_test.hpp"
#include "tools/web/page.hpp"
#include "tools/web/web_test.hpp"

namespace executus::tools {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

class WebFetchTest : public WebTools {};

TEST_F(WebFetchTest, ShowsAPageAsTextWithWhereItIs) {  // [TLS-16]
  reply_ = [](const auto&) {
    return page("<title>T</title><p>caf\xe9 <a href='/b'>more</a>", "text/html; charset=iso-8859-1");
  };
  EXPECT_EQ(fetch(server_.url("/a")),
            "[" + server_.url("/a") + "]\n# T\n\ncaf\u00e9 [more](" + server_.url("/b") + ")");
}

TEST_F(WebFetchTest, SendsConfiguredHeadersToTheirOriginAlone) {  // [TLS-16] [TOOL-08]
  options_.headers = {{origin_of(server_), {{"X-Api-Key", "${KEY}"}}}};
  reply_ = [this](const HttpServer::Request& request) {
    if (request.target == "/1") return redirect("/2", 301);
    if (request.target == "/2") return redirect(other_.url("/3"), 307);
    return request.target == "/3" ? redirect(server_.url("/4"), 303) : page("there", "text/plain");
  };
  EXPECT_EQ(fetch(server_.url("/1")), "[" + server_.url("/4") + "]\nthere");
  ASSERT_EQ(server_.request_count(), 3u);
  for (const auto& request : server_.requests()) EXPECT_EQ(request.header("X-Api-Key"), "canary-4711");
  ASSERT_EQ(other_.request_count(), 1u);
  EXPECT_FALSE(has_key(other_.requests()[0]));
  std::string same_host = "http://localhost:" + std::to_string(server_.port());
  options_.private_origins.push_back(same_host);
  (void)fetch(same_host + "/5");
  EXPECT_FALSE(has_key(server_.requests().back())) << "another name is another origin";
}

TEST_F(WebFetchTest, DoesNotFollowARedirectIntoAPrivateNetwork) {  // [TLS-16] [TOOL-08]
  HttpServer inner([](const auto&) { return page("secret"); });
  auto port = std::to_string(inner.port());
  for (const auto& to :
       {inner.url(), "http://localhost:" + port + "/", "http://0x7f.1:" + port + "/", "//[::ffff:127.0.0.1]:" + port}) {
    reply_ = [&](const auto&) { return redirect(to); };
    EXPECT_THAT(fetch(server_.url()), AllOf(StartsWith("failed: "), HasSubstr("net.private_address"))) << to;
    EXPECT_THAT(fetch(to.starts_with("//") ? "http:" + to : to), HasSubstr("net.private_address")) << to;
  }
  EXPECT_EQ(inner.connection_count(), 0u);
  reply_ = [&](const auto&) { return redirect("file:///etc/passwd"); };
  EXPECT_THAT(fetch(server_.url()), HasSubstr("failed: file:///etc/passwd could not be fetched (net.bad_url)"));
}

TEST_F(WebFetchTest, GoesRoundInNoCircle) {  // [TLS-16]
  reply_ = [](const auto&) { return redirect("/"); };
  EXPECT_THAT(fetch(server_.url()), HasSubstr("failed: the page was not reached within 5 redirects"));
  EXPECT_EQ(server_.request_count(), 6u);
}

TEST_F(WebFetchTest, KeepsToItsRequestWhateverARedirectHolds) {  // [TLS-16]
  reply_ = [](const HttpServer::Request& request) {
    return request.target == "/" ? redirect("/%0d%0aX-Api-Key:%20x/a b?\xff") : page("x", "text/plain");
  };
  EXPECT_THAT(fetch(server_.url()), EndsWith("]\nx"));
  EXPECT_EQ(server_.requests().back().target, "/%0d%0aX-Api-Key:%20x/a%20b?%ef%bf%bd");
  EXPECT_FALSE(has_key(server_.requests().back()));
}

TEST_F(WebFetchTest, SaysWhatWasNoPage) {  // [TLS-16]
  reply_ = [](const HttpServer::Request& request) {
    if (request.target == "/png") return page(std::string("\x89PNG\r\n\x1a\n\0\0", 10), "image/png");
    return HttpServer::Reply{404, {}, "no"};
  };
  EXPECT_THAT(fetch(server_.url("/404")),
              HasSubstr("failed: the server answered with status 404 for " + server_.url("/404")));
  EXPECT_THAT(fetch(server_.url("/png")), HasSubstr("failed: the page is no text but 'image/png'"));
  EXPECT_THAT(fetch("no url"),
              HasSubstr("failed: no url could not be fetched (net.bad_url): it is no URL of http or https"));
}

TEST_F(WebFetchTest, CountsWhatAPageIsDecompressed) {  // [TLS-16]
  const std::string bomb = packed(std::string(std::size_t{4} << 20, 'a'), kGzipFrame, 1);
  ASSERT_LT(bomb.size(), std::size_t{200'000});
  reply_ = [&](const auto&) {
    return HttpServer::Reply{200, {{"Content-Type", "text/plain"}, {"Content-Encoding", "gzip"}}, bomb};
  };
  auto text = fetch(server_.url());
  EXPECT_THAT(text, EndsWith("aaa\n[cut: the page has more than 2097152 bytes]"));
  EXPECT_LE(text.size(), kMaxPage + 200);
  EXPECT_GT(text.size(), kMaxPage / 2);
}

TEST_F(WebFetchTest, TakesMoreOfAPdfThanOfAPage) {  // [TLS-16]
  std::string pdf = packed("%PDF-1.4" + std::string(std::size_t{3} << 20, 'a'), kGzipFrame, 1);
  reply_ = [&](const auto&) {
    return HttpServer::Reply{200, {{"Content-Type", "application/pdf"}, {"Content-Encoding", "gzip"}}, pdf};
  };
  EXPECT_THAT(fetch(server_.url()), HasSubstr("failed: the page is a PDF, and this program reads none"));
  pdf = packed("%PDF-1.4" + std::string(kMaxPdf, 'a'), kGzipFrame, 1);
  EXPECT_THAT(fetch(server_.url()), HasSubstr("failed: the page is a PDF that was cut after 16"));
}

TEST_F(WebFetchTest, ShowsNoSecretThatAServerQuotes) {  // [TLS-16]
  options_.headers = {{origin_of(server_), {{"X-Api-Key", "${KEY}"}}}};
  reply_ = [](const HttpServer::Request& request) {
    if (request.target == "/go") return redirect("/?key=" + std::string(*request.header("X-Api-Key")));
    if (request.target == "/lost") return redirect("http://unknown.invalid/canary-4711");
    return page("<p>you sent <b>" + std::string(request.header("X-Api-Key").value_or("")) +
                "</b><a href=/canary-4711>x</a>");
  };
  for (const char* target : {"/", "/go", "/lost"})
    EXPECT_THAT(fetch(server_.url(target)), AllOf(HasSubstr("***"), Not(HasSubstr("canary")))) << target;
}

TEST_F(WebFetchTest, LacksAVariableThatIsNotSet) {  // [TLS-16]
  options_.headers = {{origin_of(server_), {{"X-Api-Key", "${ABSENT}"}}}};
  auto tool = web_fetch_tool(services(), options_);
  EXPECT_THAT(tool->missing(), ::testing::ElementsAre(HasSubstr("ABSENT")));
  options_.headers = {{"https://a.example/path", {}}};
  EXPECT_THROW((void)web_fetch_tool(services(), options_), Error);
}

TEST_F(WebFetchTest, AsksRobotsWhereThatIsChosen) {  // [TLS-16]
  reply_ = [this](const HttpServer::Request& request) {
    if (request.target == "/robots.txt") return page("User-agent: *\nDisallow: /no\n", "text/plain");
    return request.target == "/away" ? redirect(other_.url("/no")) : page("x", "text/plain");
  };
  EXPECT_THAT(fetch(server_.url("/no")), EndsWith("\nx")) << "it is not chosen";
  EXPECT_EQ(server_.request_count(), 1u);
  options_.robots = WebOptions::Robots::respected;
  EXPECT_THAT(fetch(server_.url("/yes")), EndsWith("\nx"));
  EXPECT_THAT(fetch(server_.url("/no")),
              HasSubstr("failed: " + server_.url("/no") + " was not fetched: the robots.txt"));
  EXPECT_THAT(fetch(server_.url("/away")), HasSubstr("failed: " + other_.url("/no") + " was not fetched"));
  for (const auto& request : other_.requests()) EXPECT_EQ(request.target, "/robots.txt");
}

TEST_F(WebFetchTest, TakesARobotsFileThatIsNotThereForLeave) {  // [TLS-16]
  options_.robots = WebOptions::Robots::respected;
  HttpServer::Reply robots{404, {}, ""};
  reply_ = [&](const HttpServer::Request& request) {
    return request.target == "/robots.txt" ? robots : page("x", "text/plain");
  };
  EXPECT_THAT(fetch(server_.url()), EndsWith("\nx"));
  robots.status = 503;
  EXPECT_THAT(fetch(server_.url()), HasSubstr("its robots.txt answered with status 503"));
  robots = redirect("http://127.0.0.1:1/");
  EXPECT_THAT(fetch(server_.url()), HasSubstr("net.private_address"));
  robots = page("User-agent: *\nDisallow: /\n" + std::string(std::size_t{1} << 20, '#'), "text/plain");
  EXPECT_THAT(fetch(server_.url()), HasSubstr("forbids it")) << "its beginning counts";
}

TEST_F(WebFetchTest, HasAnAgentByNameAlone) {  // [TLS-16] [TOOL-08]
  tool::Registry registry;
  registry.add(web_fetch_tool(services(), options_));
  EXPECT_FALSE(registry.select({"*"}).ok());
  EXPECT_TRUE(registry.select({"web_fetch"}).ok());
}

}  // namespace
}  // namespace executus::tools
