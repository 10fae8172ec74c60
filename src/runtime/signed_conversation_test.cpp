// Conversations between models that sign what they think, over HTTP: each server refuses what it has not signed.
#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/executus.hpp>
#include <executus/testing/http_server.hpp>
#include <executus/testing/temporary_folder.hpp>

namespace executus {
namespace {

using executus::testing::HttpServer;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

HttpServer::Reply json_reply(std::string body) {
  return {200, {{"Content-Type", "application/json"}}, std::move(body)};
}

// A server whose model signs with a word of its own, and does not take the other server's.
struct Signer {
  HttpServer::Reply reply(const HttpServer::Request& request) const {
    if (request.body.find(foreign) != std::string::npos)
      return {400, {{"Content-Type", "application/json"}}, R"({"error":{"message":"invalid signature"}})"};
    return json_reply(answer);
  }
  std::string foreign, answer;
};

const Signer kThinker{"SIGNED-BY-TWO",
                      R"({"type":"message","content":[{"type":"thinking","thinking":"hm","signature":"SIGNED-BY-ONE"},)"
                      R"({"type":"text","text":"one says"}],"stop_reason":"end_turn"})"};
const Signer kReasoner{
    "SIGNED-BY-ONE",
    R"({"status":"completed","output":[{"type":"reasoning","id":"r","summary":[],"encrypted_content":"SIGNED-BY-TWO"},)"
    R"({"type":"message","id":"m","role":"assistant","content":[{"type":"output_text","text":"two says"}]}]})"};

struct SignedConversation : ::testing::Test {
  SignedConversation() {
    ::setenv("LLM_ONE", ("anthropic+http://k@" + one.url("").substr(7)).c_str(), 1);
    ::setenv("LLM_TWO", ("openai-responses+http://k@" + two.url("").substr(7) + "/v1").c_str(), 1);
    RuntimeOptions options;
    options.database = (folder.path() / "runs.db").string();
    runtime.emplace(std::move(options));
  }
  ~SignedConversation() override { ::unsetenv("LLM_ONE"), ::unsetenv("LLM_TWO"); }

  RunOutcome say(const std::string& model, const RunId& base = {}) {
    Agent agent;
    agent.name = "a";
    agent.model = model;
    Invocation invocation;
    invocation.prompt = "and?";
    invocation.continues = base;
    return runtime->run(agent, std::move(invocation));
  }

  executus::testing::TemporaryFolder folder;
  HttpServer one{[](const HttpServer::Request& request) { return kThinker.reply(request); }};
  HttpServer two{[](const HttpServer::Request& request) { return kReasoner.reply(request); }};
  std::optional<Runtime> runtime;
};

TEST_F(SignedConversation, GoesFromModelToModelAndBack) {  // [DUR-46] [LLM-01]
  auto first = say("one/m");
  auto second = say("two/m", first.run_id);
  auto third = say("one/m", second.run_id);
  auto fourth = say("two/m", third.run_id);

  for (const auto& outcome : {first, second, third, fourth}) EXPECT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_THAT(two.requests()[0].body, AllOf(HasSubstr("one says"), Not(HasSubstr("SIGNED"))));
  EXPECT_THAT(one.requests()[1].body, AllOf(HasSubstr("SIGNED-BY-ONE"), HasSubstr("two says")));
  EXPECT_THAT(two.requests()[1].body, AllOf(HasSubstr("SIGNED-BY-TWO"), HasSubstr("one says")));
}

TEST_F(SignedConversation, OfOneServerKeepsItsModelsApart) {  // [DUR-46] [LLM-01]
  auto first = say("one/m");
  auto second = say("one/other", first.run_id);
  auto third = say("one/m", second.run_id);

  ASSERT_TRUE(third.ok()) << third.error;
  EXPECT_THAT(one.requests()[1].body, Not(HasSubstr("SIGNED")));
  auto body = one.requests()[2].body;
  auto signature = body.find("SIGNED-BY-ONE");
  ASSERT_NE(signature, std::string::npos);
  EXPECT_EQ(body.find("SIGNED-BY-ONE", signature + 1), std::string::npos) << "its own alone";
}

}  // namespace
}  // namespace executus
