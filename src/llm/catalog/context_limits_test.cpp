#include "llm/catalog/context_limits.hpp"

#include <gmock/gmock.h>

#include <executus/async/root_group.hpp>
#include <executus/llm/model.hpp>
#include <executus/net/client/http_client.hpp>
#include <executus/testing/http_server.hpp>
#include <executus/testing/manual_loop.hpp>

#include "llm/model_error_test.hpp"

namespace executus::llm {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kListToken = "c4n4ry-0123456789";

ModelTable<int>::Layer own_windows(std::string_view yaml) { return read_windows(yaml, "w.yaml").value(); }

TEST(ContextWindows, AreKnownOfTheShippedModels) {  // [MOD-12]
  ContextLimits limits;
  EXPECT_EQ(limits.tokens("openai/gpt-5.4-mini-2026-03-17"), 400'000);
  EXPECT_EQ(limits.tokens("openai-responses/gpt-5.1"), 400'000);
  EXPECT_EQ(limits.tokens("anthropic/claude-haiku-4-5-20251001"), 200'000);
  EXPECT_EQ(limits.tokens("anthropic/claude-opus-5-5"), 1'000'000);
  EXPECT_EQ(limits.tokens("lab/who-knows"), 0);
}

TEST(ContextWindows, OfAUserCountFirst) {  // [MOD-12]
  ContextLimits limits(own_windows("windows: {openai/gpt-5.1: 1000, lab/*: 32768}\nlike: {work: openai}\n"));
  limits.learn("openai", {{"gpt-5.1", 5}});

  EXPECT_EQ(limits.tokens("openai/gpt-5.1"), 1'000);
  EXPECT_EQ(limits.tokens("lab/x"), 32'768);
  EXPECT_EQ(limits.tokens("work/gpt-5.2"), 400'000);
}

TEST(ContextWindows, LearnedOnesCountBeforeTheShippedAndAreReplaced) {  // [MOD-13]
  ContextLimits limits;
  limits.learn("openai", {{"gpt-5.1", 5}, {"new", 7}});
  EXPECT_EQ(limits.tokens("openai/gpt-5.1"), 5);
  EXPECT_EQ(limits.tokens("openai/new"), 7);

  limits.learn("openai", {{"new", 8}});
  EXPECT_EQ(limits.tokens("openai/gpt-5.1"), 400'000);
  EXPECT_EQ(limits.tokens("openai/new"), 8);
}

TEST(ContextWindows, WithoutATagItIsTheLatest) {  // [MOD-13]
  ContextLimits limits;
  limits.learn("ollama", {{"gemma3", 4'096}});
  EXPECT_EQ(limits.tokens("ollama/gemma3"), 4'096);
  EXPECT_EQ(limits.tokens("ollama/gemma3:latest"), 4'096);
  EXPECT_EQ(limits.tokens("ollama/gemma3:27b"), 0);
}

TEST(ContextWindows, AFileSaysWhatIsWrongWithIt) {  // [MOD-12]
  auto read = read_windows("windows: {gpt: 1, a/b: none, a/c: 0}\nwindow: {}\n", "w.yaml");
  ASSERT_FALSE(read.ok());
  EXPECT_THAT(read.error().message(),
              AllOf(HasSubstr("'gpt' names no model"), HasSubstr("'a/b' has to be an integer"),
                    HasSubstr("'a/c' has to be at least 1"), HasSubstr("unknown key 'window'")));
  EXPECT_TRUE(read_windows("", "w.yaml").ok());
}

// A server that lists its models, seen through the real HTTP client.
class RefreshedLimits : public ::testing::Test {
 protected:
  ToldModels refresh() { return block_on(*loop_, limits_.refresh(ListDialect::openai, endpoint(), *http_)); }
  Endpoint endpoint() { return {"lab", server_.url("/v1"), kListToken, "LLM_LAB"}; }
  ModelError error() {
    auto error = error_in([&] { return refresh(); });
    EXPECT_THAT(error.message(), AllOf(HasSubstr("lab"), Not(HasSubstr("c4n4ry"))));
    return error;
  }

  testing::HttpServer::Reply reply_{200, {}, R"({"data":[{"id":"m","max_model_len":4096}]})"};
  testing::HttpServer server_{[this](const testing::HttpServer::Request&) { return reply_; }};
  std::unique_ptr<Loop> loop_ = make_loop(1);
  std::unique_ptr<net::HttpClient> http_ = net::make_http_client(*loop_);
  ContextLimits limits_;
};

TEST_F(RefreshedLimits, AreWhatTheServerTells) {  // [MOD-13]
  EXPECT_EQ(refresh().windows, 1U);

  EXPECT_EQ(limits_.tokens("lab/m"), 4'096);
  EXPECT_EQ(server_.requests().at(0).target, "/v1/models");
  EXPECT_EQ(server_.requests().at(0).header("authorization"), std::string("Bearer ") + kListToken);
}

TEST_F(RefreshedLimits, AListOfOneMebibyteIsRead) {  // [MOD-13]
  reply_.body += std::string((1 << 20) - reply_.body.size(), ' ');
  EXPECT_EQ(refresh().windows, 1U);
}

TEST_F(RefreshedLimits, ALongerListIsAClearErrorAndWhatWasKnownStays) {  // [MOD-13]
  (void)refresh();
  reply_.body = R"({"data":[{"id":"m","max_model_len":1}]})";
  reply_.body += std::string((1 << 20) + 1 - reply_.body.size(), ' ');

  auto said = error();

  EXPECT_EQ(said.code(), "model.list");
  EXPECT_EQ(said.failure(), Failure::permanent);
  EXPECT_THAT(said.message(), HasSubstr("longer than 1 MiB"));
  EXPECT_EQ(limits_.tokens("lab/m"), 4'096);
}

TEST_F(RefreshedLimits, StatusesAreTold) {  // [MOD-13]
  reply_ = {401, {}, std::string(R"({"error":{"message":"wrong key )") + kListToken + "\"}}"};
  EXPECT_EQ(error().code(), "model.unauthorized");
  reply_ = {503, {}, "busy"};
  EXPECT_EQ(error().failure(), Failure::transient);
}

TEST_F(RefreshedLimits, WhatIsNoListIsTold) {  // [MOD-13]
  reply_.body = "<html>welcome</html>";
  EXPECT_EQ(error().code(), "model.malformed");
}

// One server's failure is its own.
TEST_F(RefreshedLimits, OfManyServersAreAskedTogether) {  // [MOD-13]
  auto lab = endpoint(), gone = endpoint();
  gone.name = "gone";
  gone.base_url = "http://127.0.0.1:1/v1";
  std::vector<ListingServer> servers{{ListDialect::openai, gone}, {ListDialect::openai, lab}};

  auto told = block_on(*loop_, limits_.refresh_all(std::move(servers), *http_));

  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0].provider, "gone");
  EXPECT_THAT(told[0].problem, AllOf(HasSubstr("127.0.0.1:1"), Not(HasSubstr("c4n4ry"))));
  EXPECT_EQ(told[1].provider, "lab");
  EXPECT_EQ(told[1].problem, "");
  EXPECT_EQ(told[1].models, 1U);
  EXPECT_EQ(limits_.tokens("lab/m"), 4'096);
}

// Never answers in the time it is given.
struct DeafClient final : net::HttpClient {
  Task<net::HttpStream> open(net::HttpRequest) override {
    throw net::HttpError(ErrorKind::disconnected, "net.timeout", "no answer in 15 s", net::Sent::maybe);
    co_return net::HttpStream{};
  }
};

TEST(RefreshedLimitsInTime, AServerThatDoesNotAnswerIsTold) {  // [MOD-13]
  DeafClient deaf;
  testing::ManualLoop loop;
  ContextLimits limits;
  const Endpoint home{"home", "http://home:11434", "", ""};
  auto error = error_in([&] { return loop.run(limits.refresh(ListDialect::ollama, home, deaf)); });
  EXPECT_EQ(error.code(), "model.timeout");
  EXPECT_THAT(error.message(), HasSubstr("home"));
}

}  // namespace
}  // namespace executus::llm
