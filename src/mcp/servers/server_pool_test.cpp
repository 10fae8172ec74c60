#include "mcp/servers/server_pool.hpp"

#include <gmock/gmock.h>

#include <executus/testing/temporary_folder.hpp>

#include "mcp/auth/fake_http_test.hpp"
#include "mcp/auth/kept_login.hpp"
#include "mcp/servers/played_server_test.hpp"

namespace executus::mcp {
namespace {

using std::chrono::seconds;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class ServerPoolTest : public ::testing::Test, protected PlayedServers {
 protected:
  ServerUse use(const std::string& name, const std::string& root = "/work") {
    return pool_.use(config(name), root, "run");
  }

  // Whether it can be used, or why not, as far as that is known without the clock.
  std::string ready(const ServerUse& use) {
    auto outcome = std::make_shared<std::string>("starting");
    tasks_.spawn(note(use.server(), outcome));
    loop_.run_ready();
    return *outcome;
  }

 private:
  static Task<void> note(std::shared_ptr<Server> server, std::shared_ptr<std::string> outcome) {
    try {
      auto ready = co_await Server::ready(server);
      *outcome = ready ? std::to_string(ready->tools->size()) + " tools" : ready.error().message();
    } catch (const Cancelled&) {
    }
  }
};

TEST_F(ServerPoolTest, SharesAServerBetweenItsUsers) {  // [MCP-05]
  auto one = use("fs"), two = use("fs"), elsewhere = use("fs", "/other");
  EXPECT_EQ(ready(one), "1 tools");
  EXPECT_EQ(ready(two), "1 tools");
  EXPECT_EQ(server("fs").wire.opened, 1);
  EXPECT_EQ(one.server(), two.server());
  EXPECT_NE(one.server(), elsewhere.server());
  auto own = config("fs");
  own.shared = false;
  EXPECT_NE(pool_.use(own, "/work", "a").server(), pool_.use(own, "/work", "b").server());
}

TEST_F(ServerPoolTest, EndsAServerThatIsNotUsedForAWhile) {
  std::weak_ptr<Server> gone;
  {
    auto one = use("fs");
    ready(one);
    gone = one.server();
  }
  loop_.run_ready();
  loop_.advance(Server::kKeptUnused - Milliseconds(1));
  EXPECT_EQ(server("fs").wire.closed, 0);
  loop_.advance(Milliseconds(1));
  EXPECT_EQ(server("fs").wire.closed, 1);
  EXPECT_TRUE(gone.expired());
  EXPECT_EQ(ready(use("fs")), "1 tools");
  EXPECT_EQ(server("fs").wire.opened, 2);
}

// One that cannot start, one that dies, one that is well: each is alone with it.
TEST_F(ServerPoolTest, StartsWhatFailedAgainWithGrowingPauses) {  // [MCP-05]
  server("bad").starts = false;
  auto bad = use("bad"), well = use("well"), dies = use("dies");
  EXPECT_THAT(ready(bad), HasSubstr("could not be started (it is tried again in 1 s)"));
  EXPECT_EQ(ready(well), "1 tools");
  EXPECT_EQ(ready(dies), "1 tools");
  server("dies").wire.inbound->closed(Error(ErrorKind::disconnected, "mcp.ended", "it has ended"));
  loop_.run_ready();
  EXPECT_THAT(ready(dies), HasSubstr("it has ended (it is tried"));
  EXPECT_EQ(ready(well), "1 tools");

  int starts = server("bad").wire.opened;
  for (int pause : {500, 1'000, 2'000, 4'000}) {
    loop_.advance(Milliseconds(pause - 1));
    EXPECT_EQ(server("bad").wire.opened, starts) << pause;
    EXPECT_THAT(ready(bad), HasSubstr("could not be started"));
    loop_.advance(Milliseconds(1));
    EXPECT_GT(server("bad").wire.opened, starts) << pause;
    starts = server("bad").wire.opened;
  }
  EXPECT_EQ(ready(dies), "1 tools");
  EXPECT_EQ(server("dies").wire.opened, 2);
  EXPECT_EQ(server("well").wire.opened, 1);
}

TEST_F(ServerPoolTest, TriesAServerAgainThatTheSystemHadNoRoomFor) {  // [MCP-05]
  server("fs").no_transport = true;
  auto fs = use("fs");
  EXPECT_THAT(ready(fs), HasSubstr("a pipe"));
  server("fs").no_transport = false;
  loop_.advance(Milliseconds(500));
  EXPECT_EQ(ready(fs), "1 tools");
}

TEST_F(ServerPoolTest, StartsAServerAgainThatDidNotEndWell) {  // [MCP-05]
  auto fs = use("fs");
  ready(fs);
  server("fs").wire.ends_badly = true;
  server("fs").wire.inbound->closed(Error(ErrorKind::disconnected, "mcp.ended", "it has ended"));
  loop_.run_ready();
  EXPECT_THAT(ready(fs), HasSubstr("it has ended (it is tried"));
  loop_.advance(Milliseconds(500));
  EXPECT_EQ(ready(fs), "1 tools");
}

// However long it took to fail.
TEST_F(ServerPoolTest, WaitsLongerForAServerThatNeverAnswers) {  // [MCP-05]
  server("fs").silent = true;
  auto fs = use("fs");
  EXPECT_EQ(ready(fs), "starting");
  loop_.advance(seconds(10));  // the probe
  loop_.advance(seconds(60));
  EXPECT_THAT(ready(fs), HasSubstr("tried again in 1 s"));
  loop_.advance(Milliseconds(500));
  loop_.advance(seconds(10));
  loop_.advance(seconds(60));
  loop_.advance(Milliseconds(999));
  EXPECT_THAT(ready(fs), HasSubstr("did not answer"));
  loop_.advance(Milliseconds(1));
  EXPECT_EQ(ready(fs), "starting");
}

TEST_F(ServerPoolTest, BeginsItsPausesAnewAfterAServerHasLivedForAMinute) {  // [MCP-05]
  auto fs = use("fs");
  ready(fs);
  auto dies = [this] {
    server("fs").wire.inbound->closed(Error(ErrorKind::disconnected, "mcp.ended", "it has ended"));
    loop_.run_ready();
  };
  dies();
  loop_.advance(Milliseconds(500));
  EXPECT_EQ(ready(fs), "1 tools");
  dies();
  loop_.advance(Milliseconds(500));
  EXPECT_THAT(ready(fs), HasSubstr("it has ended"));
  loop_.advance(Milliseconds(500));
  EXPECT_EQ(ready(fs), "1 tools");
  loop_.advance(seconds(60));
  dies();
  loop_.advance(Milliseconds(500));
  EXPECT_EQ(ready(fs), "1 tools");
}

TEST_F(ServerPoolTest, WaitsForAllPagesOfAListNoLongerThanForItsStart) {  // [MCP-05]
  server("fs").slow_list = true;
  auto fs = use("fs");
  EXPECT_EQ(ready(fs), "starting");
  loop_.advance(config("fs").startup_time - Milliseconds(1));
  server("fs").next_page();
  EXPECT_EQ(ready(fs), "starting");
  loop_.advance(Milliseconds(1));
  EXPECT_THAT(ready(fs), HasSubstr("tools/list"));
}

TEST_F(ServerPoolTest, ListsTheToolsAgainWhenTheServerSaysTheyChanged) {
  auto fs = use("fs");
  ready(fs);
  server("fs").tools = R"({"tools":[{"name":"a"},{"name":"b"}]})";
  server("fs").wire.says(R"({"method":"notifications/tools/list_changed"})");
  loop_.run_ready();
  EXPECT_EQ(ready(fs), "2 tools");
}

// One that refuses to hear which messages are wanted can be used all the same.
TEST_F(ServerPoolTest, SaysWhichMessagesOfItsLogAreWanted) {
  auto fs = use("fs");
  EXPECT_EQ(ready(fs), "1 tools");
  EXPECT_THAT(server("fs").wire.written, Contains(AllOf(HasSubstr("logging/setLevel"), HasSubstr("\"warning\""))));
}

TEST_F(ServerPoolTest, WaitsForNoAnswerOnItsLogLongerThanForItsStart) {
  server("fs").hears_log_level = false;
  auto fs = use("fs");
  EXPECT_EQ(ready(fs), "starting");
  loop_.advance(config("fs").startup_time);
  EXPECT_EQ(ready(fs), "1 tools");
}

TEST_F(ServerPoolTest, RefusesAListWithoutAnEnd) {
  server("fs").tools = R"({"tools":[{"name":"a"}],"nextCursor":"again"})";
  EXPECT_THAT(ready(use("fs")), HasSubstr("does not end"));
}

TEST_F(ServerPoolTest, MasksASecretOfItsAddress) {
  auto at_url = config("far");
  at_url.command.clear(), at_url.url = "https://mcp.example/${MCP_TOKEN}/mcp";
  auto far = pool_.use(at_url, "/work", "run");
  EXPECT_EQ(far.server()->masked("no https://mcp.example/s3cret-of-the-server/mcp"), "no https://mcp.example/***/mcp");
}

TEST_F(ServerPoolTest, LogsWhatAServerSaysWithoutItsSecrets) {
  auto given = config("fs");
  given.environment = {{"KEY", "${MCP_TOKEN}"}};
  auto fs = pool_.use(given, "/work", "run");
  ready(fs);
  server("fs").wire.says(
      R"({"method":"notifications/message","params":{"level":"error","data":"s3cret-of-the-server is bad"}})");
  loop_.run_ready();
  server("fs").wire.says(
      R"({"method":"notifications/message","params":{"level":"error","data":"cut: s3cret-of-the-"}})");
  loop_.run_ready();
  EXPECT_THAT(log_.lines, ElementsAre("MCP server 'fs': *** is bad", "MCP server 'fs': cut: ***"));
}

// The server quotes the login that it was sent, and so does the authorization server what is to renew it.
TEST(ServerPoolOverHttp, MasksTheLoginsThatLetRequestsIn) {
  testing::TemporaryFolder folder;
  testing::ManualLoop loop;
  FixedEnvironment environment{{{"EXECUTUS_MCP_STATE", folder / "state"}}};
  StoredToken login{.issuer = "https://a.example", .token_endpoint = "https://a.example/token"};
  login.access_token = "access-of-yesterday", login.refresh_token = "refresh-of-yesterday";
  login.expires_at = loop.clock().wall();
  loop.run(keep(TokenStore(PrivateFolder(folder / "state"), "https://h.example/mcp", ""), login));
  std::shared_ptr<Server> server;
  std::vector<std::string> sent;  // masked as the answer would be
  FakeHttp http([&](const net::HttpRequest& request) {
    if (request.url != "https://a.example/token") {
      sent.push_back(server->masked(header_in(request, "Authorization")));
      return json_reply("", 400);
    }
    return json_reply(R"({"access_token":"access-of-today","refresh_token":"refresh-of-today","expires_in":3600})");
  });
  ServerPool pool({&loop, nullptr, &http, &environment, &null_logger()});
  auto far = pool.use(server_config({{"kind", "mcp"}, {"name", "far"}, {"url", "https://h.example/mcp"}}).value(),
                      "/work", "run");
  server = far.server();
  RootGroup tasks(loop);
  tasks.spawn(
      [](std::shared_ptr<Server> server) -> Task<void> { static_cast<void>(co_await Server::ready(server)); }(server));
  loop.run_ready();
  EXPECT_EQ(header_in(http.asked.back(), "Authorization"), "Bearer access-of-today");
  EXPECT_THAT(sent, AllOf(Not(IsEmpty()), Each("Bearer ***")));
  EXPECT_EQ(server->masked("access-of-yesterday refresh-of-yesterday access-of-today refresh-of-today"),
            "*** *** *** ***");
  tasks.cancel_all({Cause::shutdown, "the test is over"});
  pool.end();
  loop.run_ready();
}

TEST(ServerConfig, IsReadFromADeclaration) {
  auto config = server_config(parse_json(R"({"kind":"mcp","name":"fs","command":["npx","x"],"env":{"KEY":"${TOKEN}"},
      "effect":"idempotent","effects":{"read_*":"pure"},"tools":["read_*"],"parallel":["a"],"trust_annotations":true,
      "shared":false,"roots":false,"timeout_ms":1000,"total_timeout_ms":2000,"startup_timeout_ms":3000})")
                                  .value()
                                  .as_object())
                    .value();
  EXPECT_THAT(config.command, SizeIs(2));
  EXPECT_EQ(config.rules.server, "fs");
  EXPECT_EQ(config.rules.effect, tool::Effect::idempotent);
  EXPECT_THAT(config.rules.effects, SizeIs(1));
  EXPECT_EQ(config.rules.wanted, std::vector<std::string>{"read_*"});
  EXPECT_TRUE(config.rules.trusts_annotations && !config.shared && !config.roots);
  EXPECT_EQ(config.limits.idle, Milliseconds(1000));
  EXPECT_EQ(config.limits.total, Milliseconds(2000));
  EXPECT_EQ(config.startup_time, Milliseconds(3000));
  EXPECT_EQ(server_config({{"name", "fs"}}).error().code(), "mcp.declaration");

  FixedEnvironment without{{}}, with{{{"TOKEN", "one"}}}, other{{{"TOKEN", "two"}}};
  ASSERT_THAT(missing_for(config, without), SizeIs(1));
  EXPECT_THAT(missing_for(config, without)[0], HasSubstr("MCP server 'fs'"));
  EXPECT_THAT(missing_for(config, with), SizeIs(0));
  EXPECT_NE(server_key(config, with, "/w", "r"), server_key(config, other, "/w", "r"));
}

}  // namespace
}  // namespace executus::mcp
