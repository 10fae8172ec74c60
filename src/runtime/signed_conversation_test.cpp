// Conversations between models that sign what they think, over HTTP: each server refuses what it has not signed.
#include <atomic>
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

  static HttpServer::Reply not_there() {
    return {404, {{"Content-Type", "application/json"}}, R"({"error":{"message":"no such model"}})"};
  }
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
  std::atomic<bool> one_is_away = false;
  HttpServer one{
      [this](const HttpServer::Request& request) { return one_is_away ? not_there() : kThinker.reply(request); }};
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

// The first model of the chain is not there for a turn.
TEST_F(SignedConversation, GoesFromModelToModelAndBackByFailover) {  // [DUR-46] [LLM-01]
  const std::string chain = "one/m,two/m";
  auto first = say(chain);
  one_is_away = true;
  auto second = say(chain, first.run_id);
  one_is_away = false;
  auto third = say(chain, second.run_id);

  for (const auto& outcome : {first, second, third}) EXPECT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_EQ(second.output, "two says");
  EXPECT_THAT(two.requests().at(0).body, AllOf(HasSubstr("one says"), Not(HasSubstr("SIGNED"))));
  EXPECT_THAT(one.requests().back().body,
              AllOf(HasSubstr("SIGNED-BY-ONE"), HasSubstr("two says"), Not(HasSubstr("SIGNED-BY-TWO"))));
  auto stored = runtime->runs().transcript(third.run_id).get();
  EXPECT_EQ(third.output, "one says");
  int answers = 0;
  for (const auto& message : stored) answers += message.role == llm::Role::assistant ? 1 : 0;
  EXPECT_EQ(answers, 3);
}

// A server that refuses the images of a request in these words.
struct RefusedImage : ::testing::Test {
  RefusedImage() {
    ::setenv("LLM_EYES", ("anthropic+http://k@" + server.url("").substr(7)).c_str(), 1);
    RuntimeOptions options;
    options.database = (folder.path() / "runs.db").string();
    runtime.emplace(std::move(options));
  }
  ~RefusedImage() override { ::unsetenv("LLM_EYES"); }

  HttpServer::Reply reply(const HttpServer::Request& request) const {
    if (request.body.find("\"image\"") == std::string::npos) return json_reply(kThinker.answer);
    return {400, {{"Content-Type", "application/json"}}, R"({"error":{"message":")" + words + "\"}}"};
  }
  RunOutcome say(std::string prompt, std::vector<llm::Image> images, const RunId& base = {}) {
    Agent agent{.name = "a", .model = "eyes/m"};
    Invocation invocation;
    invocation.prompt = std::move(prompt);
    invocation.images = std::move(images);
    invocation.continues = base;
    return runtime->run(agent, std::move(invocation));
  }

  executus::testing::TemporaryFolder folder;
  std::string words;
  HttpServer server{[this](const HttpServer::Request& request) { return reply(request); }};
  std::optional<Runtime> runtime;
  const std::vector<llm::Image> picture{{std::string("\x89PNG\r\n\x1a\n", 8), "image/png"}};
};

TEST_F(RefusedImage, IsLeftOutWhichIsSaidAndTheNextTurnWorks) {  // [DUR-46] [LLM-15]
  for (const auto& [refusal, note] :
       {std::pair{"messages.0.content.1.image: image exceeds 5 MB maximum", "for its size"},
        std::pair{"Could not process image", "could not read it"}}) {
    SCOPED_TRACE(refusal);
    words = refusal;
    auto first = say("look at this", picture);
    auto second = say("and now?", {}, first.run_id);

    EXPECT_TRUE(first.ok()) << first.error;
    EXPECT_TRUE(second.ok()) << second.error;
    auto asked = server.requests().back().body;
    EXPECT_THAT(asked, AllOf(HasSubstr("1 image of 8 bytes left out"), HasSubstr(note), HasSubstr("look at this")));
  }
}

TEST_F(RefusedImage, ForAnotherReasonEndsTheRunWithWhatTheServerSays) {  // [LLM-15]
  words = "images are not allowed for this key";

  auto outcome = say("look at this", picture);

  EXPECT_EQ(outcome.status, RunStatus::error);
  EXPECT_THAT(outcome.error, AllOf(HasSubstr("images are not allowed for this key"), HasSubstr("eyes/m")));
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
