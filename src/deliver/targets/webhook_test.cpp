// Ends of runs that go to a webhook, over many attempts; the network is the test's, and so is the clock.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/deliver/webhook_signature.hpp>

#include "deliver/targets/senders.hpp"
#include "run/harness_test.hpp"

namespace executus::deliver {
namespace {

using journal::OutgoingState;
using std::chrono::seconds;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

const std::string kHookSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

// A server that answers as it is told to.
struct Server final : net::HttpClient {
  Task<net::HttpStream> open(net::HttpRequest request) override {
    requests.push_back(request);
    if (!breaks.empty()) throw net::HttpError(ErrorKind::disconnected, "net.reset", breaks, net::Sent::maybe);
    net::HttpStream answer{status, headers, nullptr};
    co_return answer;
  }
  std::string header(std::size_t request, std::string_view name) const {
    return std::string(net::find_header(requests.at(request).headers, name).value_or(""));
  }
  std::vector<net::HttpRequest> requests;
  int status = 204;
  net::HttpHeaders headers;
  std::string breaks;
};

struct WebhookPort final : Delivery {
  explicit WebhookPort(Services with) : services(with) {}
  Task<std::string> deliver_end(DeliveryTarget to, const RunOutcome& outcome) override {
    auto message = message_of(to.key, outcome);
    co_await post_webhook(services, target, message);
    co_return message.id;
  }
  Task<std::string> deliver(DeliveryTarget, std::string, std::vector<Artifact>) override { co_return ""; }
  Task<void> deliver_error(DeliveryTarget, std::string) override { co_return; }
  Services services;
  WebhookTarget target{"https://hooks.example.org/${TOKEN}", "${HOOK_SECRET}", {{"X-Team", "ops"}}};
};

class Webhook : public ::testing::Test, protected run::Harness {
 protected:
  Webhook() : Harness([](std::size_t) { return run::says("done"); }) {
    reconfigure([this](ExecutorConfig& config) { config.ports.delivery = &port; });
  }
  journal::Outgoing end(std::string id = "run") {
    auto invocation = this->invocation(std::move(id));
    invocation.delivery = {"target", "hook"};
    return *loop.run(executor->run(agent, std::move(invocation))).outgoing;
  }
  journal::Outgoing row() { return *loop.run(store->inner().outgoing_of(*RunId::parse("run"))); }
  std::size_t send() { return loop.run(executor->send_outgoing()); }
  WebhookCheck check(std::size_t request) {
    WebhookHeaders headers{server.header(request, "webhook-id"), server.header(request, "webhook-timestamp"),
                           server.header(request, "webhook-signature")};
    return check_webhook(WebhookSecret::parse(kHookSecret).value(), headers, server.requests.at(request).body,
                         loop.clock().wall());
  }

  FixedEnvironment environment{{{"TOKEN", "very-secret-token"}, {"HOOK_SECRET", kHookSecret}}};
  Server server;
  tools::Guard guard;
  tools::Programs programs{guard};
  BlockingPool pool;
  WebhookPort port{{server, environment, programs, pool}};
};

TEST_F(Webhook, IsSignedAndCarriesTheOutcome) {  // [IO-09] [TOOL-09]
  EXPECT_EQ(end().state, OutgoingState::delivered);

  ASSERT_THAT(server.requests, SizeIs(1));
  EXPECT_EQ(check(0), WebhookCheck::genuine);
  const auto& request = server.requests[0];
  EXPECT_EQ(request.url, "https://hooks.example.org/very-secret-token");
  EXPECT_EQ(server.header(0, "x-team"), "ops");
  EXPECT_THAT(request.body, HasSubstr(R"("type":"run.ended")"));
  EXPECT_THAT(request.body, HasSubstr(R"("output":"done")"));
  EXPECT_THAT(request.body, HasSubstr(R"("run_id":"run")"));
}

TEST_F(Webhook, FollowsNoRedirectAndReachesNoInnerAddress) {  // [TOOL-08]
  (void)end();
  EXPECT_EQ(server.requests[0].redirects, net::Redirects::none);
  EXPECT_EQ(server.requests[0].network, net::Network::public_only);
  EXPECT_EQ(server.requests[0].reuse, net::Reuse::fresh_connection) << "libcurl would send it twice by itself";
}

TEST_F(Webhook, HasOneIdAndAFreshTimestampForEachAttempt) {  // [DUR-45] [TOOL-09]
  server.status = 500;
  EXPECT_EQ(end().state, OutgoingState::pending);
  loop.advance(seconds(5));
  EXPECT_EQ(send(), 0u);
  server.status = 200;
  loop.advance(seconds(10));
  EXPECT_EQ(send(), 1u);

  ASSERT_THAT(server.requests, SizeIs(3));
  std::set<std::string> ids, times, bodies;
  for (std::size_t i = 0; i < 3; ++i) {
    ids.insert(server.header(i, "webhook-id"));
    times.insert(server.header(i, "webhook-timestamp"));
    bodies.insert(server.requests[i].body);
  }
  EXPECT_THAT(ids, SizeIs(1));
  EXPECT_THAT(times, SizeIs(3));
  EXPECT_THAT(bodies, SizeIs(1));
  EXPECT_EQ(check(2), WebhookCheck::genuine);
}

// Sent and answered, and the process dies before it has noted that.
TEST_F(Webhook, ArrivesUnderTheSameIdAfterAKill) {  // [DUR-45]
  for (int writes = 0; writes < 4; ++writes) {
    server.requests.clear();
    auto id = "killed" + std::to_string(writes);
    store->writes_left = writes;
    auto invocation = this->invocation(id);
    invocation.delivery = {"target", "hook"};
    (void)loop.run(executor->run(agent, std::move(invocation)));
    new_process();
    (void)recover(id);
    loop.advance(journal::kTryHold);
    (void)send();

    auto row = loop.run(store->inner().outgoing_of(*RunId::parse(id)));
    if (!row) continue;  // it died before it was admitted
    EXPECT_EQ(row->state, OutgoingState::delivered) << writes;
    std::set<std::string> ids;
    for (std::size_t i = 0; i < server.requests.size(); ++i) ids.insert(server.header(i, "webhook-id"));
    EXPECT_THAT(ids, SizeIs(1)) << writes;
    EXPECT_LE(server.requests.size(), 2u) << writes;
  }
}

TEST_F(Webhook, ThatIsGoneIsNotTriedAgain) {  // [DUR-45]
  server.status = 410;
  auto row = end();
  EXPECT_EQ(row.state, OutgoingState::refused);
  EXPECT_THAT(row.detail, HasSubstr("410"));

  loop.advance(std::chrono::hours(24));
  EXPECT_EQ(send(), 0u);
  EXPECT_THAT(server.requests, SizeIs(1));
}

TEST_F(Webhook, IsTriedWhenTheServerAskedForIt) {  // [DUR-45] [TOOL-13]
  server.status = 429;
  server.headers = {{"Retry-After", "300"}};
  EXPECT_EQ(end().state, OutgoingState::pending);
  server.status = 200;
  loop.advance(seconds(299));
  EXPECT_EQ(send(), 0u);
  loop.advance(seconds(1));
  EXPECT_EQ(send(), 1u);
}

TEST_F(Webhook, TellsNoSecretWhenItFails) {  // [DUR-45]
  server.breaks = "POST https://hooks.example.org/very-secret-token: the connection was reset";
  auto row = end();
  EXPECT_EQ(row.state, OutgoingState::pending);
  EXPECT_THAT(row.detail, HasSubstr("the connection was reset"));
  EXPECT_THAT(row.detail, Not(HasSubstr("very-secret-token")));
}

TEST_F(Webhook, WithASecretThatIsNoneIsNotSent) {  // [TOOL-09]
  port.target.secret = "${HOOK_TYPO}";
  EXPECT_THAT(end().detail, HasSubstr("HOOK_TYPO"));
  port.target.secret = "${TOKEN}";
  loop.advance(std::chrono::seconds(5));  // until when the target is left alone
  auto row = end("other");
  EXPECT_EQ(row.state, OutgoingState::pending) << "it can be mended";
  EXPECT_THAT(row.detail, HasSubstr("whsec_"));
  EXPECT_THAT(row.detail, Not(HasSubstr("very-secret-token")));
  EXPECT_THAT(server.requests, SizeIs(0));
}

}  // namespace
}  // namespace executus::deliver
