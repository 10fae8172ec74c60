#include "mcp/tools/mcp_tool.hpp"

#include <gmock/gmock.h>

#include "mcp/servers/played_server_test.hpp"

namespace executus::mcp {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class McpToolTest : public ::testing::Test, protected PlayedServers {
 protected:
  McpToolTest() {
    fs().on_call = [this](const Request& request) { called_ = request; };
  }
  PlayedServer& fs() { return server("fs"); }

  // Begins a call.
  void call(tool::Effect effect = tool::Effect::irreversible) {
    StoredTool stored{"fs.add", "add", "Adds.", {{"type", "object"}}};
    stored.effect = effect;
    tool_ = std::make_unique<McpTool>(pool_, config("fs"), stored);
    tool::Call made{RunId::generate(loop_.clock()), "1", "key-1", {{"a", 2}}, "/work"};
    tasks_.spawn(note(this, tool_->call(std::move(made))));
    loop_.run_ready();
  }
  void answers(std::string_view result) {
    fs().wire.answers(called_->id, PlayedServer::object(result));
    loop_.run_ready();
  }
  void progresses() {
    auto token = write_json(called_->params.at("_meta").at("progressToken"));
    fs().wire.says(R"({"method":"notifications/progress","params":{"progress":1,"progressToken":)" + token + "}}");
  }

  std::optional<Request> called_;
  std::string outcome_;  // empty: not yet

 private:
  static Task<void> note(McpToolTest* test, Task<tool::Outcome> call) {
    try {
      auto outcome = co_await std::move(call);
      if (auto* done = std::get_if<tool::Done>(&outcome)) test->outcome_ = "done: " + done->text;
      if (auto* failed = std::get_if<tool::Failed>(&outcome))
        test->outcome_ = (failed->unsent ? "unsent: " : "failed: ") + failed->message;
      if (auto* unknown = std::get_if<tool::Unknown>(&outcome)) test->outcome_ = "unknown: " + unknown->reason;
    } catch (const Cancelled&) {
      test->outcome_ = "cancelled";
    }
  }
  std::unique_ptr<McpTool> tool_;
};

TEST_F(McpToolTest, CallsTheToolByItsRemoteName) {
  call();
  ASSERT_TRUE(called_);
  EXPECT_EQ(called_->params.at("name"), "add");
  EXPECT_EQ(write_json(called_->params.at("arguments")), R"({"a":2})");
  EXPECT_EQ(called_->params.at("_meta").at("dev.executus/idempotency_key"), "key-1");
  answers(R"({"content":[{"type":"text","text":"5"}]})");
  EXPECT_EQ(outcome_, "done: 5");
}

// The server has taken the call, and goes on with it.
TEST_F(McpToolTest, IsUnknownWhenItsAnswerIsATask) {  // [MCP-04]
  call();
  answers(R"({"task":{"taskId":"t1","status":"working"}})");
  EXPECT_THAT(outcome_, HasSubstr("unknown: MCP server 'fs' has taken the call as its task 't1'"));
}

// SDKs say -32602 of a result too, which comes after the tool has run.
TEST_F(McpToolTest, DidNothingOnInvalidParamsOnlyWhereNoResultIsChecked) {  // [MCP-04]
  call();
  fs().wire.refuses(called_->id, -32602);
  loop_.run_ready();
  EXPECT_THAT(outcome_, HasSubstr("unsent: "));
  fs().tools = R"({"tools":[{"name":"add","inputSchema":{"type":"object"},"outputSchema":{"type":"object"}}]})";
  fs().wire.says(R"({"method":"notifications/tools/list_changed"})");
  loop_.run_ready();
  call();
  fs().wire.refuses(called_->id, -32602);
  loop_.run_ready();
  EXPECT_THAT(outcome_, HasSubstr("failed: "));
}

TEST_F(McpToolTest, LivesOnWithProgressUpToItsTotalLimit) {  // [MCP-02]
  call();
  for (int i = 0; i < 71; ++i) {
    loop_.advance(std::chrono::seconds(50));
    progresses();
    loop_.run_ready();
  }
  loop_.advance(std::chrono::seconds(49));
  EXPECT_THAT(outcome_, IsEmpty());
  loop_.advance(std::chrono::seconds(1));
  EXPECT_EQ(outcome_, "unknown: MCP server 'fs' was sent the call and has not answered within 3600 s");
  EXPECT_THAT(fs().wire.cancelled, ElementsAre(called_->id));
}

TEST_F(McpToolTest, EndsAfterItsIdleLimit) {
  call();
  loop_.advance(Milliseconds(59'999));
  EXPECT_THAT(outcome_, IsEmpty());
  loop_.advance(Milliseconds(1));
  EXPECT_THAT(outcome_, HasSubstr("unknown: MCP server 'fs' was sent the call and has not answered for 60 s"));
}

TEST_F(McpToolTest, DidNothingWhileTheServerHasNotReadTheCall) {
  fs().wire.reads = false;
  call();
  loop_.advance(Milliseconds(60'000));
  EXPECT_THAT(outcome_, HasSubstr("unsent: MCP server 'fs' has not read the call"));
}

TEST_F(McpToolTest, IsCancelledAtTheServerToo) {  // [MCP-02]
  call();
  tasks_.cancel_all({Cause::caller, "test"});
  loop_.run_ready();
  EXPECT_EQ(outcome_, "cancelled");
  EXPECT_THAT(fs().wire.cancelled, ElementsAre(called_->id));
}

TEST_F(McpToolTest, IsNotSentToAToolThatHasChanged) {  // [MCP-05]
  fs().tools = R"({"tools":[{"name":"add","inputSchema":{"type":"object","required":["b"]}}]})";
  call();
  EXPECT_THAT(outcome_, HasSubstr("unsent: MCP server 'fs' has changed the parameters of 'add'"));
  fs().tools = R"({"tools":[]})";
  fs().wire.says(R"({"method":"notifications/tools/list_changed"})");
  loop_.run_ready();
  call();
  EXPECT_THAT(outcome_, HasSubstr("unsent: MCP server 'fs' does not offer 'add' any more"));
  EXPECT_FALSE(called_);
}

TEST_F(McpToolTest, FailsAtOnceAtAServerThatIsDown) {
  fs().starts = false;
  call();
  EXPECT_THAT(outcome_, HasSubstr("unsent: MCP server 'fs' cannot be used now: its program could not be started"));
}

TEST_F(McpToolTest, IsUnknownWhenTheServerEndsMeanwhile) {  // [MCP-04]
  call(tool::Effect::pure);
  EXPECT_FALSE(called_->params.at("_meta").as_object().contains("dev.executus/idempotency_key"));
  fs().wire.inbound->closed(Error(ErrorKind::disconnected, "mcp.ended", "it has ended"));
  loop_.run_ready();
  EXPECT_EQ(outcome_, "unknown: MCP server 'fs' was sent the call and has not answered: it has ended");
}

}  // namespace
}  // namespace executus::mcp
