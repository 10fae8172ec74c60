#include <gmock/gmock.h>

#include <executus/llm/scripted.hpp>
#include <executus/testing/manual_loop.hpp>

#include "llm/model_error_test.hpp"

namespace executus::llm {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Scripted : public ::testing::Test {
 protected:
  Response ask(Model& model, Request request, StreamObserver* observer = nullptr) {
    return loop_.run(model.generate(std::move(request), observer));
  }
  ModelError error_of(Model& model, Request request) {
    return error_in([&] { return ask(model, std::move(request)); });
  }
  testing::ManualLoop loop_;
};

// A request after `answers` responses of the model.
Request after(int answers) {
  Request request;
  request.messages.push_back(user_message("u"));
  for (int i = 0; i < answers; ++i) request.messages.push_back(assistant_message("a"));
  return request;
}

ScriptedTurn says(std::string text) { return {.text = std::move(text)}; }
ScriptedTurn fails(ScriptedError error) { return {.error = std::move(error)}; }

TEST_F(Scripted, AnswersByTheNumberOfAnswersInTheRequest) {
  ScriptedModel model(Script{{.text = "I look.", .calls = {{"grep", "{\"p\":1}"}, {"now"}}}, says("Done.")});

  auto second = ask(model, after(1));
  auto first = ask(model, after(0));

  EXPECT_EQ(second.message, assistant_message("Done."));
  EXPECT_EQ(second.finish, FinishReason::stop);
  EXPECT_EQ(first.message,
            assistant_message("I look.", {{"call_0_0", "grep", "{\"p\":1}"}, {"call_0_1", "now", "{}"}}));
  EXPECT_EQ(first.finish, FinishReason::tool_calls);
  EXPECT_EQ(first.target, "scripted/script");
}

TEST_F(Scripted, GivesTheSameAnswerInAnotherObject) {
  Script script{says("one"), says("two")};
  ScriptedModel before(script), later(script);
  (void)ask(before, after(0));

  EXPECT_EQ(ask(later, after(1)).message, ask(before, after(1)).message);
}

TEST_F(Scripted, BeyondItsEndFailsForGood) {
  ScriptedModel model(Script{says("one")}, "scripted//tmp/t.yaml");

  auto error = error_of(model, after(1));

  EXPECT_EQ(error.failure(), Failure::permanent);
  EXPECT_EQ(error.code(), "model.script");
  EXPECT_THAT(error.message(), HasSubstr("scripted//tmp/t.yaml has no turn number 1"));
  EXPECT_EQ(error_of(model, after(7)).code(), "model.script");
}

TEST_F(Scripted, FailsBeforeATurnAsOftenAsItSays) {  // [LLM-15]
  ScriptedModel model(Script{
      says("one"), fails({.status = 429, .message = "slow down", .retry_after = Milliseconds(1'000), .times = 2}),
      fails({.status = 400}), says("two")});

  auto first = error_of(model, after(1)), second = error_of(model, after(1)), third = error_of(model, after(1));

  EXPECT_EQ(first.http_status(), 429);
  EXPECT_EQ(first.failure(), Failure::transient);
  EXPECT_EQ(first.retry_after(), Milliseconds(1'000));
  EXPECT_THAT(first.message(), HasSubstr("slow down"));
  EXPECT_EQ(second.http_status(), 429);
  EXPECT_EQ(third.failure(), Failure::permanent);
  EXPECT_EQ(ask(model, after(1)).message.text(), "two");
}

TEST_F(Scripted, FailsForEverAtItsEnd) {
  ScriptedModel model(Script{fails({})});

  for (int i = 0; i < 5; ++i) EXPECT_EQ(error_of(model, after(0)).code(), "model.unreachable");
}

TEST_F(Scripted, ThinksAsLongAsItSays) {
  ScriptedModel model(Script{{.text = "x", .delay = Milliseconds(300)}});
  auto start = loop_.clock().mono();

  (void)ask(model, after(0));

  EXPECT_EQ(loop_.clock().mono() - start, Milliseconds(300));
}

TEST_F(Scripted, CountsTokensFromTheTextsUnlessItSaysThem) {
  ScriptedModel model(Script{says("12345678"), {.text = "x", .usage = Usage{.input = 10, .output = 5}}});
  Request request = after(0);
  request.system = "1234";

  auto counted = ask(model, std::move(request)).usage;

  EXPECT_EQ(counted, (Usage{.input = 2, .output = 2}));
  EXPECT_EQ(ask(model, after(1)).usage, (Usage{.input = 10, .output = 5}));
}

TEST_F(Scripted, ShowsItsTextInPieces) {
  struct Pieces final : StreamObserver {
    void on_text(std::string_view delta) override { list.emplace_back(delta); }
    void on_reset() override {}
    std::vector<std::string> list;
  } pieces;
  ScriptedModel model(Script{says("The final answer")});

  (void)ask(model, after(0), &pieces);

  EXPECT_THAT(pieces.list, ElementsAre("The ", "final ", "answer"));
}

TEST_F(Scripted, MayAnswerByAFunction) {
  ScriptedModel model([](const Request& request) -> Response {
    if (request.messages.size() > 1) throw ModelError(Failure::permanent, "model.rejected", "no");
    Response response;
    response.message = assistant_message("yes");
    return response;
  });

  EXPECT_EQ(ask(model, after(0)).message.text(), "yes");
  EXPECT_EQ(ask(model, after(0)).target, "scripted/function");
  EXPECT_EQ(error_of(model, after(1)).code(), "model.rejected");
}

}  // namespace
}  // namespace executus::llm
