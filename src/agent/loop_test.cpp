#include <deque>

#include <gtest/gtest.h>

#include <executus/agent/loop.hpp>
#include <executus/testing/manual_loop.hpp>

namespace executus::agent {
namespace {

using llm::CallState;
using llm::Conversation;

llm::Response answer(std::string text, std::vector<llm::ToolCall> calls = {}) {
  llm::Response response;
  response.message = llm::assistant_message(std::move(text), std::move(calls));
  return response;
}

Conversation asked(std::string question) {
  Conversation conversation;
  conversation.add(llm::user_message(std::move(question)));
  return conversation;
}

void step(Conversation& conversation, std::string arguments, CallState state) {
  std::uint32_t response = conversation.responses();
  conversation.add_response(answer("", {{"id", "tool", std::move(arguments)}}));
  conversation.settle({response, 0}, state, {"id", "tool", "result", {}, state != CallState::done});
}

TEST(Decide, CallsTheModelForAQuestion) { EXPECT_EQ(decide(asked("why?"), {}), Next::call_model); }

TEST(Decide, EndsWithAnAnswerThatAsksForNoTools) {  // [AGT-01]
  auto conversation = asked("why?");
  conversation.add_response(answer("because"));
  EXPECT_EQ(decide(conversation, {}), Next::answered);
  EXPECT_EQ(final_text(conversation.transcript()), "because");
}

TEST(Decide, TakesNoCutOrRefusedTextForAnAnswer) {  // [AGT-01]
  using llm::FinishReason;
  for (auto [finish, next] :
       {std::pair(FinishReason::length, Next::cut), std::pair(FinishReason::other, Next::cut),
        std::pair(FinishReason::refusal, Next::refused), std::pair(FinishReason::tool_calls, Next::answered)}) {
    auto conversation = asked("why?");
    auto response = answer("beca");
    response.finish = finish;
    conversation.add_response(response);
    EXPECT_EQ(decide(conversation, {}), next) << to_string(finish);
    conversation.begin({llm::user_message("again"), llm::assistant_message("an answer of before")});
    EXPECT_EQ(decide(conversation, {}), Next::answered) << "what was before is over";
  }
}

TEST(Decide, GoesOnAfterCallsThatTheLimitCut) {
  auto conversation = asked("why?");
  auto response = answer("", {{"a", "tool", "{ (cut"}});
  response.finish = llm::FinishReason::length;
  conversation.add_response(response);
  conversation.settle({0, 0}, CallState::failed, {"a", "tool", "not JSON", {}, true});
  EXPECT_EQ(decide(conversation, {}), Next::call_model);
}

TEST(Decide, RunsTheBatchUntilEveryCallIsSettled) {
  auto conversation = asked("why?");
  conversation.add_response(answer("", {{"a", "tool", "{}"}, {"b", "tool", "{}"}}));
  conversation.settle({0, 1}, CallState::done, {"b", "tool", "second", {}, false});
  EXPECT_EQ(decide(conversation, {}), Next::run_batch);

  conversation.settle({0, 0}, CallState::done, {"a", "tool", "first", {}, false});

  EXPECT_EQ(decide(conversation, {}), Next::call_model);
  const auto& results = conversation.transcript().back().tool_results;
  EXPECT_EQ(results[0].text, "first") << "results stand in the order of the calls, not of completion";
  EXPECT_EQ(results[1].text, "second");
}

TEST(CanHear, IsWhetherAnotherRequestFollows) {
  auto conversation = asked("why?");
  step(conversation, "{}", CallState::failed);
  EXPECT_TRUE(can_hear(conversation, {10, 2, 3}));
  EXPECT_FALSE(can_hear(conversation, {1, 2, 3})) << "no step left";
  EXPECT_FALSE(can_hear(conversation, {10, 1, 3})) << "only failures";
  EXPECT_FALSE(can_hear(conversation, {10, 2, 1})) << "the same call again";
  conversation.add_response(answer("because"));
  EXPECT_TRUE(can_hear(conversation, {10, 2, 3})) << "then the answer is another one";
}

TEST(Decide, StopsAfterTheAllowedSteps) {  // [AGT-01] [AGT-02]
  auto conversation = asked("why?");
  for (int i = 0; i < 10; ++i) step(conversation, "{\"i\":" + std::to_string(i) + "}", CallState::done);
  EXPECT_EQ(decide(conversation, {}), Next::max_steps);
}

TEST(Decide, StopsWhenStepAfterStepFails) {  // [AGT-03]
  auto conversation = asked("why?");
  step(conversation, "1", CallState::done);
  for (int i = 0; i < 3; ++i) step(conversation, std::to_string(i), CallState::failed);
  EXPECT_EQ(decide(conversation, {}), Next::tool_loop);
}

TEST(Decide, StopsWhenTheSameCallIsRepeated) {  // [AGT-03]
  auto conversation = asked("why?");
  for (int i = 0; i < 2; ++i) step(conversation, "{}", CallState::done);
  EXPECT_EQ(decide(conversation, {}), Next::call_model);
  step(conversation, "{}", CallState::done);
  EXPECT_EQ(decide(conversation, {}), Next::tool_loop);
}

// A host without a journal: what the loop asks for, answered from a script.
class ScriptedHost final : public LoopHost {
 public:
  explicit ScriptedHost(std::deque<llm::Response> script) : script_(std::move(script)) {
    conversation_.add(llm::user_message("go"));
  }
  const Conversation& conversation() const override { return conversation_; }
  Limits limits() const override { return {}; }
  Task<llm::Response> ask() override {
    seen.push_back(conversation_.transcript().size());
    llm::Response response = std::move(script_.front());
    script_.pop_front();
    co_return response;
  }
  Task<void> record(llm::Response response) override {
    conversation_.add_response(std::move(response));
    co_return;
  }
  Task<Batch> run_batch() override {
    auto call = conversation_.open_batch().front();
    conversation_.settle(call.position, CallState::done, {call.call.id, call.call.name, "ok", {}, false});
    co_return Batch::settled;
  }
  Task<void> repair() override {
    conversation_.add(llm::user_message("again"));
    co_return;
  }
  std::vector<std::size_t> seen;

 private:
  Conversation conversation_;
  std::deque<llm::Response> script_;
};

TEST(Loop, GoesFromModelToToolsToAnswer) {  // [AGT-01]
  ScriptedHost host({answer("", {{"a", "tool", "{}"}}), answer("done")});
  testing::ManualLoop loop;
  EXPECT_EQ(loop.run(run_loop(host)), LoopEnd::answered);
  EXPECT_EQ(host.seen, (std::vector<std::size_t>{1, 3})) << "the second request holds question, call and result";
}

}  // namespace
}  // namespace executus::agent
