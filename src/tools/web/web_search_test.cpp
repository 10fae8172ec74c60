#include "tools/web/web_search.hpp"

#include <fstream>

#include <gmock/gmock.h>

#include <executus/testing/temporary_folder.hpp>

#include "tools/web/search_engines.hpp"
#include "tools/web/search_results.hpp"
#include "tools/web/web_test.hpp"

namespace executus::tools {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr const char* kSearxngAnswer =
    R"({"results": [{"title":"A\n2. Fake","url":"https://a.example","content":"about a"},{"title":"none"},
                    {"title":"B","url":"https://b.example"}]})";
constexpr const char* kBraveAnswer =
    R"({"type":"search","web":{"results":[{"title":"<strong>A</strong> b","url":"https://a.example","description":"d"}]}})";

class WebSearchTest : public WebTools {
 protected:
  std::string search(FixedEnvironment::Variables variables, boost::json::object arguments) {
    FixedEnvironment environment(std::move(variables));
    return said(call(web_search_tool(search_engine_of(options_, *http_, environment)), std::move(arguments)));
  }
  std::vector<std::string> missing(FixedEnvironment::Variables variables = {}) {
    FixedEnvironment environment(std::move(variables));
    return search_engine_of(options_, *http_, environment)->missing();
  }
};

TEST_F(WebSearchTest, AsksSearxng) {  // [TLS-16]
  reply_ = [](const auto&) { return page(kSearxngAnswer, "application/json"); };
  const std::string first = "1. A 2. Fake\n   https://a.example\n   about a\n";
  EXPECT_EQ(search({{"SEARXNG_URL", server_.url()}}, {{"query", "a b&c"}, {"count", "1"}}), first);
  EXPECT_EQ(server_.requests().at(0).target, "/search?format=json&q=a%20b%26c");
  options_.search = SearchServer{SearchServer::Api::searxng, origin_of(other_)};
  EXPECT_EQ(search({{"SEARXNG_URL", server_.url()}}, {{"query", "a"}}), first + "2. B\n   https://b.example\n");
  EXPECT_EQ(other_.request_count(), 1u) << "the configuration counts before the environment";
}

TEST_F(WebSearchTest, AsksBraveWithItsKey) {  // [TLS-16]
  reply_ = [](const auto&) { return page(kBraveAnswer, "application/json"); };
  EXPECT_EQ(search({{"BRAVE_API_KEY", "canary"}, {"BRAVE_SEARCH_URL", server_.url()}}, {{"query", "a"}}),
            "1. A b\n   https://a.example\n   d\n");
  EXPECT_EQ(server_.requests().at(0).target, "/res/v1/web/search?count=8&q=a");
  EXPECT_EQ(server_.requests().at(0).header("X-Subscription-Token"), "canary");
}

TEST_F(WebSearchTest, TakesTheKeyFromAFile) {  // [TLS-16]
  testing::TemporaryFolder folder;
  auto path = (folder.path() / "key").string();
  options_.search = SearchServer{SearchServer::Api::brave, origin_of(server_), "", path};
  EXPECT_THAT(missing(), ElementsAre(HasSubstr(path)));
  std::ofstream(path) << "canary\n";
  EXPECT_THAT(missing(), IsEmpty());
  reply_ = [](const auto&) { return page(kBraveAnswer, "application/json"); };
  (void)search({}, {{"query", "a"}});
  EXPECT_EQ(server_.requests().at(0).header("X-Subscription-Token"), "canary");
}

TEST_F(WebSearchTest, FailsWithoutTheKeyInItsWords) {  // [TLS-16]
  FixedEnvironment::Variables brave{{"BRAVE_API_KEY", "canary"}, {"BRAVE_SEARCH_URL", server_.url()}};
  reply_ = [](const auto&) { return HttpServer::Reply{401, {}, "canary"}; };
  EXPECT_EQ(search(brave, {{"query", "a"}}),
            "failed: the search engine could not be asked: it answered with status 401");
  reply_ = [this](const auto&) { return redirect(other_.url()); };
  EXPECT_THAT(search(brave, {{"query", "a"}}), HasSubstr("status 302"));
  EXPECT_EQ(other_.request_count(), 0u) << "the key goes nowhere else";
  brave["BRAVE_API_KEY"] = "canary\r\nX: y";
  EXPECT_THAT(search(brave, {{"query", "a"}}), AllOf(HasSubstr("net.bad_request"), Not(HasSubstr("canary"))));
}

TEST_F(WebSearchTest, LacksAnEngineUnlessOneIsNamed) {  // [TLS-16]
  EXPECT_THAT(missing(), ElementsAre(HasSubstr("BRAVE_API_KEY")));
  EXPECT_THAT(missing({{"SEARXNG_URL", ""}}), ElementsAre(HasSubstr("SEARXNG_URL")));
  EXPECT_THAT(missing({{"SEARXNG_URL", "http://searx.test"}}), IsEmpty());
  options_.search = SearchServer{SearchServer::Api::brave, "", "${SEARCH_KEY}"};
  EXPECT_THAT(missing(), ElementsAre(HasSubstr("SEARCH_KEY")));
}

class OwnEngine final : public SearchEngine {
 public:
  Task<std::vector<SearchResult>> search(std::string query, int count) override {
    std::vector<SearchResult> results{{std::move(query), "https://own.example", std::to_string(count)}};
    co_return results;
  }
};

TEST_F(WebSearchTest, AsksTheHostsOwnEngine) {  // [TLS-16]
  options_.engine = std::make_shared<OwnEngine>();
  EXPECT_EQ(search({}, {{"query", "a"}, {"count", 99}}), "1. a\n   https://own.example\n   20\n");
}

TEST(SearchResults, OfAnswersThatAreNone) {  // [TLS-16]
  for (auto read : {&searxng_results, &brave_results}) {
    EXPECT_FALSE((*read)("<html>").ok());
    EXPECT_FALSE((*read)("[]").ok());
    EXPECT_FALSE((*read)(R"({"results":{},"web":7})").ok());
  }
  EXPECT_THAT(searxng_results(R"({"results":[]})").value(), IsEmpty());
  EXPECT_THAT(brave_results(R"({"type":"search"})").value(), IsEmpty());
  EXPECT_EQ(listed_results({}, 3), "nothing was found");
}

TEST(SearchResults, AreAsLongAsPartsMayBe) {  // [TLS-16]
  std::string url = "https://a.example/" + std::string(3'000, 'u');
  EXPECT_EQ(listed_results({{"a", url, ""}}, 3), "nothing was found");
  EXPECT_LT(listed_results({{std::string(9'000, 't'), "https://a.example", std::string(9'000, 'e')}}, 3).size(), 800u);
  auto marks = brave_results(R"({"web":{"results":[{"title":"a <b <strong>c</strong>< d","url":"u"}]}})").value();
  EXPECT_EQ(marks.at(0).title, "a <b c< d");
}

}  // namespace
}  // namespace executus::tools
