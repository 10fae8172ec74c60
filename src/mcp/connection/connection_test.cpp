#include "mcp/connection/connection.hpp"

#include <cerrno>
#include <system_error>

#include <gmock/gmock.h>

#include <executus/testing/manual_loop.hpp>

#include "mcp/connection/fake_transport_test.hpp"

namespace executus::mcp {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

class ConnectionTest : public ::testing::Test {
 protected:
  static constexpr const char* kLegacy = R"({"protocolVersion":"2025-11-25","capabilities":{}})";

  // Lets a task that owns the connection begin to open it.
  void open() {
    group_.spawn(own(this));
    loop_.run_ready();
  }
  void open_legacy() {
    server_.on_request = [this](const Request& request) { answer_legacy(request); };
    open();
    ASSERT_TRUE(opened_ && opened_->ok());
    server_.on_request = nullptr;
  }
  void TearDown() override {
    group_.cancel_all({Cause::shutdown, "the test is over"});
    loop_.run_ready();
  }
  // Notes all that its exchange hears.
  void ask(const std::string& method) {
    group_.spawn(listen(this, connection_->ask({method, {{"name", "add"}}, {}, {}, {}, {}, {}})));
    loop_.run_ready();
  }
  void close() {
    group_.spawn(end(this));
    loop_.run_ready();
  }

  testing::ManualLoop loop_;
  FakeServer server_;
  std::shared_ptr<FakeClient> client_ = std::make_shared<FakeClient>();
  std::shared_ptr<Connection> connection_;
  std::optional<Result<Opened>> opened_;
  std::vector<std::string> heard_, ends_;
  int changes_ = 0;
  int begins_left_ = -1;  // of transports; negative: no end
  RootGroup group_{loop_};

 private:
  void answer_legacy(const Request& request) {
    if (request.method == "server/discover") return server_.refuses(request.id, -32601);
    if (request.method == "initialize") server_.answers(request.id, parse_json(kLegacy).value().as_object());
  }
  static Task<void> own(ConnectionTest* test) {
    auto context = co_await this_task();
    Connection::Parts parts;
    parts.strand = context.strand->shared_from_this();
    parts.transport = [test] {
      if (test->begins_left_-- == 0) throw std::system_error(EMFILE, std::generic_category(), "a pipe");
      return std::make_unique<FakeTransport>(test->server_);
    };
    parts.client = test->client_;
    test->connection_ = Connection::make(std::move(parts));
    test->connection_->on_change([test](ListChanged) { ++test->changes_; });
    test->connection_->on_end([test](const Error& why) { test->ends_.push_back(why.message()); });
    try {
      test->opened_ = co_await test->connection_->open();
    } catch (const Error& error) {
      test->opened_ = error;
    }
  }
  static Task<void> listen(ConnectionTest* test, Exchange exchange) {
    try {
      for (bool over = false; !over;) {
        Heard heard = co_await exchange.next();
        over = heard.index() < 2;
        test->heard_.push_back(in_words(heard));
      }
    } catch (const Cancelled&) {
      test->heard_.emplace_back("cancelled");
    }
  }
  static Task<void> end(ConnectionTest* test) { co_await test->connection_->close(); }
  static std::string in_words(const Heard& heard) {
    if (const auto* response = std::get_if<Response>(&heard))
      return response->error() ? "error " + std::to_string(response->error()->code) : "result";
    if (const auto* loss = std::get_if<Loss>(&heard))
      return (loss->got == Loss::Got::no ? "unsent: " : "lost: ") + loss->problem.message();
    if (const auto* progress = std::get_if<Progress>(&heard)) return mcp::in_words(*progress);
    return "log";
  }
};

TEST_F(ConnectionTest, OpensByInitialize) {
  open_legacy();
  EXPECT_EQ(server_.used.at(0).version, Version::v2025_11_25);
  EXPECT_THAT(server_.written.back(), HasSubstr("notifications/initialized"));
  EXPECT_THAT(server_.written.at(1), HasSubstr(R"("capabilities":{"roots":{}})"));
}

TEST_F(ConnectionTest, OpensWithoutInitializeWhenTheServerIsModern) {
  open();
  server_.answers(server_.asked.at(0), parse_json(R"({"supportedVersions":["2026-07-28"]})").value().as_object());
  loop_.run_ready();
  ASSERT_TRUE(opened_ && opened_->ok());
  EXPECT_THAT(server_.written, SizeIs(1));
  ask("tools/call");
  EXPECT_THAT(server_.written.back(), HasSubstr(R"("io.modelcontextprotocol/protocolVersion":"2026-07-28")"));
}

TEST_F(ConnectionTest, InitializesAfterTenSecondsOfSilence) {
  open();
  loop_.advance(Milliseconds(9'999));
  EXPECT_THAT(server_.asked, SizeIs(1));
  loop_.advance(Milliseconds(1));
  EXPECT_THAT(server_.written.back(), HasSubstr("\"initialize\""));
  loop_.advance(Milliseconds(60'000));
  ASSERT_TRUE(opened_ && !opened_->ok());
  EXPECT_EQ(opened_->error().code(), "mcp.unreachable");
}

TEST_F(ConnectionTest, StartsAnewAProgramThatTheProbeHasEnded) {
  open();
  server_.inbound->lost(server_.asked.at(0), Loss{Loss::Got::maybe, Loss::Why::ended, failed("mcp.ended", "gone")});
  server_.inbound->closed(failed("mcp.ended", "gone"));
  EXPECT_EQ(server_.opened, 2);
  EXPECT_THAT(server_.written.back(), HasSubstr("\"initialize\""));
}

TEST_F(ConnectionTest, FailsWhenTheProgramCannotBeStartedAnew) {
  begins_left_ = 1;
  open();
  server_.inbound->closed(failed("mcp.ended", "gone"));
  loop_.run_ready();
  ASSERT_TRUE(opened_ && !opened_->ok());
  EXPECT_THAT(opened_->error().message(), HasSubstr("a pipe"));
}

TEST_F(ConnectionTest, GivesEachExchangeWhatIsItsOwn) {
  open_legacy();
  ask("tools/call");
  ask("tools/list");
  EXPECT_THAT(server_.written.back(), HasSubstr(R"("_meta":{"progressToken":2})"));
  server_.says(R"({"method":"notifications/progress","params":{"progressToken":1,"progress":1,"total":4}})");
  server_.says(R"({"method":"notifications/progress","params":{"progressToken":9,"progress":1}})");
  server_.refuses(RpcId(2), -32602);
  server_.answers(RpcId(2), {});
  server_.answers(RpcId(1), {});
  server_.answers(RpcId("stranger"), {});
  loop_.run_ready();
  EXPECT_THAT(heard_, UnorderedElementsAre("1 of 4", "error -32602", "result"));
}

TEST_F(ConnectionTest, AnswersWhatTheServerAsks) {
  open_legacy();
  server_.says(
      R"([{"id":1,"method":"ping"},{"id":"r","method":"roots/list"},{"id":2,"method":"sampling/createMessage"}])");
  EXPECT_THAT(server_.written, Contains(R"({"jsonrpc":"2.0","id":1,"result":{}})"));
  EXPECT_THAT(server_.written,
              Contains(R"({"jsonrpc":"2.0","id":"r","result":{"roots":[{"uri":"file:///work","name":"work"}]}})"));
  EXPECT_THAT(server_.written.back(), HasSubstr(R"("id":2,"error":{"code":-32601)"));
  server_.says(R"({"method":"notifications/message","params":{"level":"info","logger":"db","data":"up"}})");
  EXPECT_THAT(client_->lines, ElementsAre("db: up"));
  server_.says(R"({"method":"notifications/tools/list_changed"})");
  EXPECT_EQ(changes_, 1);
}

TEST_F(ConnectionTest, TellsAllThatItHasEnded) {
  open_legacy();
  ask("tools/call");
  server_.inbound->closed(failed("mcp.ended", "it is gone"));
  server_.inbound->closed(failed("mcp.ended", "again"));
  loop_.run_ready();
  ask("tools/call");
  EXPECT_THAT(heard_, ElementsAre("lost: it is gone", "unsent: it is gone"));
  EXPECT_THAT(ends_, ElementsAre("it is gone"));
}

TEST_F(ConnectionTest, CancelsWhatIsNotWaitedForAnyMore) {
  open_legacy();
  ask("tools/call");
  group_.cancel_all({Cause::caller, "test"});
  loop_.run_ready();
  EXPECT_THAT(heard_, ElementsAre("cancelled"));
  EXPECT_THAT(server_.cancelled, ElementsAre(RpcId(1)));
  server_.answers(RpcId(1), {});  // late
}

TEST_F(ConnectionTest, LosesWhatIsUnderWayWhenItIsClosed) {
  open_legacy();
  ask("tools/call");
  close();
  EXPECT_EQ(server_.closed, 1);
  EXPECT_THAT(heard_, ElementsAre(HasSubstr("lost: the connection")));
  EXPECT_THAT(ends_, IsEmpty());
}

}  // namespace
}  // namespace executus::mcp
