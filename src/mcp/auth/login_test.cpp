// A login and what is kept of it, against servers of the test's.
#include "mcp/auth/login.hpp"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <executus/async/task_group.hpp>
#include <executus/base/json.hpp>
#include <executus/testing/manual_loop.hpp>
#include <executus/testing/temporary_folder.hpp>

#include "mcp/auth/fake_http_test.hpp"
#include "mcp/auth/kept_login.hpp"

namespace executus::mcp {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::string kUrl = "https://h.example/mcp";

// Of an authorization server at https://a.example, which takes everything.
FakeReply as_servers_do(const net::HttpRequest& request) {
  if (request.url == "https://h.example/.well-known/oauth-protected-resource/mcp")
    return json_reply(
        R"({"resource":"https://h.example","authorization_servers":["https://a.example"],"scopes_supported":["r"]})");
  if (request.url == "https://a.example/.well-known/openid-configuration")
    return json_reply(R"({"issuer":"https://a.example","authorization_endpoint":"https://a.example/in",
        "token_endpoint":"https://a.example/token","registration_endpoint":"https://a.example/reg",
        "code_challenge_methods_supported":["S256"],"client_id_metadata_document_supported":true})");
  if (request.url == "https://a.example/reg") return json_reply(R"({"client_id":"c1"})", 201);
  if (request.url == "https://a.example/token")
    return json_reply(R"({"access_token":"t1","token_type":"Bearer","expires_in":3600,"refresh_token":"r1"})");
  return json_reply("", 404);
}

struct Agreeing final : Browser {
  std::string redirect_uri() override { return "http://127.0.0.1:7/cb"; }
  Task<std::string> visit(std::string url) override {
    visited = url;
    auto at = url.find("&state=") + 7;
    co_return "/cb?code=c&state=" + url.substr(at, url.find('&', at) - at);
  }
  std::string visited;
};

class LoginTest : public ::testing::Test {
 protected:
  StoredToken log_in(LoginAt at = {}) {
    at.url = kUrl;
    return loop_.run(login({&http_, &browser_}, std::move(at)));
  }
  std::string refusal(LoginAt at = {}) {
    try {
      static_cast<void>(log_in(std::move(at)));
    } catch (const Error& error) {
      return error.code();
    }
    return "";
  }
  std::vector<std::string> asked() const {
    std::vector<std::string> urls;
    for (const auto& request : http_.asked) urls.push_back(request.url);
    return urls;
  }

  testing::ManualLoop loop_;
  std::function<FakeReply(const net::HttpRequest&)> answers_ = as_servers_do;
  FakeHttp http_{[this](const net::HttpRequest& request) { return answers_(request); }};
  Agreeing browser_;
};

TEST_F(LoginTest, LooksUpWhereAndComesBackWithAToken) {  // [MCP-06]
  auto token = log_in();

  EXPECT_EQ(token.access_token, "t1");
  EXPECT_EQ(token.client.id, "c1");
  EXPECT_EQ(token.resource, "https://h.example");
  EXPECT_THAT(asked(), ElementsAre("https://h.example/.well-known/oauth-protected-resource/mcp",
                                   "https://a.example/.well-known/oauth-authorization-server",
                                   "https://a.example/.well-known/openid-configuration", "https://a.example/reg",
                                   "https://a.example/token"));
  EXPECT_THAT(browser_.visited, HasSubstr("client_id=c1&redirect_uri=http%3A%2F%2F127.0.0.1%3A7%2Fcb&state="));
  EXPECT_THAT(browser_.visited, HasSubstr("scope=r&resource=https%3A%2F%2Fh.example"));
  EXPECT_THAT(http_.asked.back().body, HasSubstr("code=c&redirect_uri="));
  EXPECT_EQ(http_.asked.back().network, net::Network::public_only);
}

TEST_F(LoginTest, TakesTheClientThatIsConfigured) {  // [MCP-06]
  EXPECT_EQ(log_in({.client_id = "mine"}).client, (ClientIdentity{"mine", "", ClientAuth::none}));
  EXPECT_EQ(log_in({.client_metadata_url = "https://me.example/c.json"}).client.id, "https://me.example/c.json");
  EXPECT_THAT(asked(), ::testing::Not(::testing::Contains("https://a.example/reg")));
}

TEST_F(LoginTest, AsksForMoreScopesOnTopOfThoseOfTheSameIssuer) {  // [MCP-06]
  StoredToken before{.issuer = "https://a.example", .scope = "old"};
  EXPECT_EQ(log_in({.challenge = BearerChallenge{.scope = "new"}, .before = before}).scope, "old new");
  before.issuer = "https://other.example";
  EXPECT_EQ(log_in({.challenge = BearerChallenge{.scope = "new"}, .before = before}).scope, "new");
}

TEST_F(LoginTest, StopsWhereAServerCannotBeBelieved) {  // [MCP-06]
  auto with = [this](std::string url, std::string body) {
    answers_ = [=](const net::HttpRequest& request) {
      return request.url == url ? json_reply(body) : as_servers_do(request);
    };
  };
  with("https://h.example/.well-known/oauth-protected-resource/mcp",
       R"({"resource":"https://evil.example","authorization_servers":["https://a.example"]})");
  EXPECT_EQ(refusal(), "mcp.auth_metadata");
  with("https://a.example/.well-known/openid-configuration", R"({"issuer":"https://b.example"})");
  EXPECT_EQ(refusal(), "mcp.auth_metadata");
  with("https://a.example/reg", "{}");
  EXPECT_EQ(refusal(), "mcp.auth_refused");
  with("https://a.example/token", "{}");
  EXPECT_EQ(refusal(), "mcp.auth_refused");
  EXPECT_EQ(refusal({.challenge = BearerChallenge{.resource_metadata = "http://h.example/x"}}), "mcp.auth_metadata");
  answers_ = [](const net::HttpRequest&) { return json_reply("", 404); };
  EXPECT_EQ(refusal(), "mcp.auth_metadata");
}

class KeptLoginTest : public ::testing::Test {
 protected:
  void keep(std::string access, std::string refresh, Milliseconds left) {
    loop_.run(mcp::keep(store_, token(std::move(access), std::move(refresh), left)));
  }
  StoredToken token(std::string access, std::string refresh, Milliseconds left) {
    StoredToken token{.issuer = "https://a.example", .token_endpoint = "https://a.example/token"};
    token.access_token = std::move(access);
    token.refresh_token = std::move(refresh);
    token.expires_at = loop_.clock().wall() + left;
    return token;
  }
  KeptLogin login() { return KeptLogin({&http_, store_, "'h'", net::Network::any}); }
  std::string header() {
    auto kept = login();
    return loop_.run(kept.header());
  }
  bool renew(std::string used, int status = 401) {
    auto kept = login();
    return loop_.run(kept.renew(std::move(used), status, ""));
  }

  testing::TemporaryFolder folder_;
  testing::ManualLoop loop_;
  TokenStore store_{PrivateFolder(folder_ / "state"), kUrl, ""};
  std::function<FakeReply(const net::HttpRequest&)> answers_ = [](const net::HttpRequest&) {
    return json_reply(R"({"access_token":"t2","refresh_token":"r2","expires_in":3600})");
  };
  FakeHttp http_{[this](const net::HttpRequest& request) { return answers_(request); }};
};

TEST_F(KeptLoginTest, GivesWhatIsFreshAndRefreshesWhatIsOld) {  // [MCP-06]
  EXPECT_EQ(header(), "");
  keep("t1", "r1", std::chrono::hours(1));
  EXPECT_EQ(header(), "Bearer t1");
  keep("t1", "r1", std::chrono::seconds(10));
  EXPECT_EQ(header(), "Bearer t2");
  EXPECT_EQ(store_.read().value_or(StoredToken{}).refresh_token, "r2");
  EXPECT_EQ(http_.asked.size(), 1U);
  keep("t1", "", std::chrono::seconds(10));
  EXPECT_EQ(header(), "Bearer t1") << "the server decides";
}

TEST_F(KeptLoginTest, AsksOnceForAllThatUseTheSameToken) {  // [MCP-06]
  keep("t1", "r1", std::chrono::seconds(0));
  std::vector<std::unique_ptr<KeptLogin>> logins;
  std::vector<std::string> headers;
  RootGroup group(loop_);
  auto use = [](KeptLogin& kept, std::vector<std::string>& into) -> Task<void> {
    into.push_back(co_await kept.header());
  };
  for (int i = 0; i < 5; ++i) {
    logins.push_back(std::make_unique<KeptLogin>(login()));
    group.spawn(use(*logins.back(), headers));
  }
  loop_.run_ready();
  loop_.advance(std::chrono::seconds(1));
  EXPECT_THAT(headers, ElementsAre("Bearer t2", "Bearer t2", "Bearer t2", "Bearer t2", "Bearer t2"));
  EXPECT_EQ(http_.asked.size(), 1U);
}

TEST_F(KeptLoginTest, RenewsWhatTheServerRefuses) {  // [MCP-06]
  keep("t1", "r1", std::chrono::hours(1));
  EXPECT_TRUE(renew("Bearer t0")) << "another process has a newer one";
  EXPECT_EQ(http_.asked.size(), 0U);
  EXPECT_FALSE(renew("Bearer t1", 403)) << "a person has to agree to more";
  EXPECT_FALSE(renew(""));
  EXPECT_TRUE(renew("Bearer t1"));
  EXPECT_EQ(header(), "Bearer t2");
}

TEST_F(KeptLoginTest, ForgetsADeadLoginAndNoOther) {  // [MCP-06]
  keep("t1", "r1", std::chrono::hours(1));
  answers_ = [](const net::HttpRequest&) { return json_reply(R"({"error":"invalid_grant"})", 400); };
  EXPECT_FALSE(renew("Bearer t1"));
  EXPECT_FALSE(store_.read());
  keep("t1", "r1", std::chrono::hours(1));
  answers_ = [](const net::HttpRequest&) { return json_reply("", 503); };
  EXPECT_THROW(static_cast<void>(renew("Bearer t1")), Error);
  EXPECT_TRUE(store_.read()) << "it may be good yet";
}

TEST_F(KeptLoginTest, IsKeptWhenARefreshIsOver) {  // [MCP-06]
  keep("t1", "r1", std::chrono::hours(1));
  RootGroup group(loop_);
  {
    auto refreshing = store_.try_lock();
    group.spawn(mcp::keep(store_, token("new", "", std::chrono::hours(1))));
    loop_.run_ready();
    EXPECT_EQ(header(), "Bearer t1");
  }
  loop_.advance(std::chrono::seconds(1));
  EXPECT_EQ(header(), "Bearer new");
}

TEST_F(KeptLoginTest, StaysWhenItCameInTheMiddleOfARefresh) {  // [MCP-06]
  for (bool is_refused : {true, false}) {
    keep("t1", "r1", std::chrono::hours(1));
    answers_ = [&](const net::HttpRequest&) {
      if (auto other = PrivateFolder(folder_ / "state").try_lock("other"))
        store_.write(token("new", "", std::chrono::hours(1)), *other);
      return is_refused ? json_reply(R"({"error":"invalid_grant"})", 400) : json_reply(R"({"access_token":"t2"})");
    };
    EXPECT_TRUE(renew("Bearer t1"));
    EXPECT_EQ(header(), "Bearer new") << is_refused;
  }
}

TEST_F(KeptLoginTest, IsReadByThisPersonAlone) {  // [MCP-06]
  keep("t1", "r1", std::chrono::hours(1));
  struct stat state{};
  ASSERT_EQ(::stat((folder_ / "state").c_str(), &state), 0);
  EXPECT_EQ(state.st_mode & 0777U, 0700U);
  for (const auto& file : std::filesystem::directory_iterator(folder_ / "state")) {
    ASSERT_EQ(::stat(file.path().c_str(), &state), 0);
    EXPECT_EQ(state.st_mode & 0777U, 0600U) << file.path();
  }
}

TEST_F(KeptLoginTest, IsSentInClearToThisMachineAlone) {  // [MCP-06]
  FixedEnvironment environment({{"EXECUTUS_MCP_STATE", (folder_ / "state").string()}});
  auto is_sent = [&](const std::string& url) { return kept_login(http_, environment, url, "h") != nullptr; };
  EXPECT_TRUE(is_sent("https://h.example/mcp"));
  EXPECT_TRUE(is_sent("http://127.0.0.1:8080/mcp"));
  EXPECT_FALSE(is_sent("http://h.example/mcp"));
  EXPECT_FALSE(is_sent("http://127.evil.example/mcp"));
}

TEST(McpStateFolder, IsWhereTheEnvironmentSays) {
  auto folder = [](FixedEnvironment::Variables variables) {
    auto found = mcp_state_folder(FixedEnvironment(std::move(variables)));
    return found ? *found : found.error().code();
  };
  EXPECT_EQ(folder({{"EXECUTUS_MCP_STATE", "/e"}, {"HOME", "/h"}}), "/e");
  EXPECT_EQ(folder({{"XDG_STATE_HOME", "/x"}, {"HOME", "/h"}}), "/x/executus/mcp");
  EXPECT_EQ(folder({{"XDG_STATE_HOME", "x"}, {"HOME", "/h"}}), "/h/.local/state/executus/mcp");
  EXPECT_EQ(folder({}), "mcp.state");
}

}  // namespace
}  // namespace executus::mcp
