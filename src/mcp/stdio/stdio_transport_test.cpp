// Connections to programs, which are shell scripts that play servers.
#include "mcp/stdio/stdio_transport.hpp"

#include <gmock/gmock.h>

#include <executus/async/root_group.hpp>

#include "mcp/connection/connection.hpp"
#include "mcp/connection/fake_transport_test.hpp"

namespace executus::mcp {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* kOpened =
    R"(echo '{"id":"executus-initialize-1","result":{"protocolVersion":"2025-06-18"}}'; read line; )";

class StdioTransportTest : public ::testing::Test {
 protected:
  // What two requests, one after the other, come to at a server that a script plays.
  std::vector<std::string> talk(std::string script) {
    block_on(*loop_, converse(this, {"sh", "-c", std::move(script)}));
    return heard_;
  }
  // The same, both sent before either is answered; the first is longer than a pipe holds.
  std::vector<std::string> talk_at_once(std::string script) {
    at_once_ = true;
    return talk(std::move(script));
  }
  std::shared_ptr<FakeClient> client_ = std::make_shared<FakeClient>();

 private:
  static Task<void> converse(StdioTransportTest* test, std::vector<std::string> argv) {
    auto context = co_await this_task();
    auto strand = context.strand->shared_from_this();
    Connection::Parts parts;
    parts.strand = strand;
    parts.client = test->client_;
    parts.transport = [test, strand, argv] { return test->start(strand, argv); };
    auto connection = Connection::make(std::move(parts));
    try {
      co_await connection->open();
      auto first = test->begin(connection, test->at_once_ ? std::size_t{1} << 20 : 1);
      if (!test->at_once_) co_await test->note(first);
      auto second = test->begin(connection, 1);
      if (test->at_once_) co_await test->note(first);
      co_await test->note(second);
    } catch (const Error& error) {
      test->heard_.push_back(error.message());
    }
    co_await connection->close();
  }
  std::unique_ptr<Transport> start(const std::shared_ptr<Strand>& strand, const std::vector<std::string>& argv) {
    StdioTransport::Parts parts{strand, &guard_, {argv, {"PATH=/usr/bin:/bin"}, "/", Milliseconds(50)}, {}, {}};
    parts.complain = [this](const std::string& problem) { client_->said(LogLevel::warn, problem); };
    return std::make_unique<StdioTransport>(std::move(parts));
  }
  static Exchange begin(const std::shared_ptr<Connection>& connection, std::size_t length) {
    return connection->ask({"tools/call", {{"text", std::string(length, 'x')}}, {}, {}, {}, {}, {}});
  }
  Task<void> note(Exchange& exchange) {
    Heard heard = co_await exchange.next();
    if (auto* loss = std::get_if<Loss>(&heard))
      heard_.push_back((loss->got == Loss::Got::no ? "unsent: " : "lost: ") + loss->problem.message());
    else
      heard_.emplace_back("answered");
  }

  tools::Guard guard_;
  std::unique_ptr<Loop> loop_ = make_loop(1);
  std::vector<std::string> heard_;
  bool at_once_ = false;
};

TEST_F(StdioTransportTest, BeginsANewProcessForAServerThatTheProbeEnds) {
  auto heard = talk("read line; case $line in *discover*) exit 1;; esac; " + std::string(kOpened) +
                    "read line; echo '{\"id\":1,\"result\":{}}'; read line; echo '{\"id\":2,\"result\":{}}'; cat");
  EXPECT_THAT(heard, ElementsAre("answered", "answered"));
}

TEST_F(StdioTransportTest, KnowsWhetherACallCanHaveHappened) {  // [MCP-04]
  auto heard = talk("echo Welcome; read probe; echo '{\"id\":\"executus-probe-1\",\"error\":{}}'; read init; " +
                    std::string(kOpened) + "read call; echo broken >&2; exit 3");
  EXPECT_THAT(heard, ElementsAre(HasSubstr("lost: its program has ended by itself (exit code 3); it wrote last to "
                                           "stderr: broken"),
                                 HasSubstr("unsent: its program has ended")));
  EXPECT_THAT(client_->lines, Contains(HasSubstr("no message: Welcome")));
}

// It reads a part of the first call, and ends; of the second it was sent nothing.
TEST_F(StdioTransportTest, KnowsWhichOfTwoCallsWasNotBegun) {  // [MCP-04]
  auto heard = talk_at_once("read probe; echo '{\"id\":\"executus-probe-1\",\"error\":{}}'; read init; " +
                            std::string(kOpened) + "head -c 10 > /dev/null; exit 3");
  EXPECT_THAT(heard, ElementsAre(HasSubstr("lost: its program has ended"), HasSubstr("unsent: its program has ended")));
}

TEST_F(StdioTransportTest, SaysWhyNothingStarts) {
  EXPECT_THAT(talk("exec no-such-program"), ElementsAre(HasSubstr("exit code 127")));
}

}  // namespace
}  // namespace executus::mcp
