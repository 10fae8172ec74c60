// HTTP calls that are given up while they wait for a connection were not sent, and are not sent later.
#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/async/root_group.hpp>
#include <executus/testing/http_server.hpp>
#include <executus/tool/invoke.hpp>

#include "tools/declared.hpp"

namespace executus::tools {
namespace {

using ::executus::testing::Gate;
using ::executus::testing::HttpServer;
using ::executus::testing::make_gate;
using ::testing::HasSubstr;

// One connection at most, and a server that answers when the gate is open.
class GivenUp : public ::testing::Test {
 protected:
  GivenUp() {
    net::HttpClientOptions options;
    options.max_connections_per_host = options.max_connections = 1;
    http_ = net::make_http_client(*loop_, options);
  }
  std::shared_ptr<tool::Tool> charge(int timeout_ms) {
    boost::json::object declaration{{"kind", "http"},
                                    {"name", "charge"},
                                    {"effect", "irreversible"},
                                    {"url", server_.url("/charge")},
                                    {"allow_private_network", true},
                                    {"timeout_ms", timeout_ms},
                                    {"parameters", {{"type", "object"}}}};
    return make_declared_tool(declaration, {*http_, environment_, programs_}).value();
  }
  static tool::Call call() { return {*RunId::parse("run"), "call", "the-key", {}, "/tmp"}; }
  static Task<void> swallow(std::shared_ptr<tool::Tool> tool, tool::Call call) {
    try {
      (void)co_await tool::invoke(*tool, std::move(call));
    } catch (const Cancelled&) {
    }
  }
  static Task<void> pass() { co_return; }
  void wait_for_what_was_spawned() { block_on(*loop_, pass()); }

  std::shared_ptr<Gate> gate_ = make_gate();
  HttpServer server_{[this](const auto&) {
    HttpServer::Reply reply;
    reply.after = gate_;
    return reply;
  }};
  FixedEnvironment environment_{{}};
  Guard guard_;
  Programs programs_{guard_};
  std::unique_ptr<Loop> loop_ = make_loop(1);
  std::unique_ptr<net::HttpClient> http_;
};

TEST_F(GivenUp, AtItsTimeoutACallThatWaitedForAConnectionWasNotSent) {  // [DUR-05]
  RootGroup group(*loop_);
  group.spawn(swallow(charge(60'000), call()));
  server_.wait_for_requests(1);

  auto outcome = block_on(*loop_, tool::invoke(*charge(1), call()));

  ASSERT_TRUE(std::holds_alternative<tool::Failed>(outcome)) << "there is no doubt";
  EXPECT_THAT(std::get<tool::Failed>(outcome).message, HasSubstr("nothing was sent"));
  gate_->open();
  group.join();
  EXPECT_EQ(server_.request_count(), 1u);
}

TEST_F(GivenUp, ACancelledCallThatWaitedForAConnectionIsNeverSent) {  // [DUR-27]
  RootGroup group(*loop_);
  auto tool = charge(60'000);
  auto sent = call(), waiting = call();
  group.spawn(swallow(tool, sent));
  server_.wait_for_requests(1);
  auto handle = group.spawn(swallow(tool, waiting));
  wait_for_what_was_spawned();

  handle.cancel({Cause::caller, ""});
  wait_for_what_was_spawned();

  EXPECT_TRUE(waiting.permit->withdraw()) << "it did not begin";
  EXPECT_FALSE(sent.permit->withdraw()) << "the server has it";
  gate_->open();
  group.join();
  (void)block_on(*loop_, tool::invoke(*tool, call()));
  EXPECT_EQ(server_.request_count(), 2u) << "the first and the last";
}

}  // namespace
}  // namespace executus::tools
