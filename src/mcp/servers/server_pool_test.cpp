#include "mcp/servers/server_pool.hpp"

#include <gmock/gmock.h>

#include "mcp/servers/played_server_test.hpp"

namespace executus::mcp {
namespace {

using std::chrono::seconds;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class ServerPoolTest : public ::testing::Test, protected PlayedServers {
 protected:
  ServerUse use(const std::string& name, const std::string& root = "/work") {
    return pool_.use(config(name), root, "run");
  }

  // Whether it can be used, or why not, as far as that is known without the clock.
  std::string ready(const ServerUse& use) {
    std::string outcome = "starting";
    tasks_.spawn(note(use.server(), &outcome));
    loop_.run_ready();
    return outcome;
  }

 private:
  static Task<void> note(std::shared_ptr<Server> server, std::string* outcome) {
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
