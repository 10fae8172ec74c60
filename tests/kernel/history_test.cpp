// A conversation that a host kept goes into a run as it is, and comes out of it longer.
#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "run/harness_test.hpp"

namespace executus::run {
namespace {

std::vector<llm::Message> listed(const llm::Transcript& messages) {
  std::vector<llm::Message> list;
  for (const auto& message : messages) list.push_back(message);
  return list;
}

llm::Message results_of(std::vector<llm::ToolResult> results) {
  llm::Message message;
  message.role = llm::Role::tool;
  message.tool_results = std::move(results);
  return message;
}

// Every kind of message: pictures, what only the provider understands, calls that failed and that did not.
std::vector<llm::Message> kept_history() {
  auto question = llm::user_message("what is this?");
  question.parts.push_back(llm::Image{"\x89PNG", "image/png"});
  auto calls = llm::assistant_message("looking", {{"a", "look", R"({"n":1})"}, {"b", "look", R"({"n":2})"}});
  calls.parts.push_back(llm::Opaque{"test", {{"signature", "s"}}});
  llm::ToolResult fine{"a", "look", "a cat", {{"bytes", "image/png"}}, false};
  llm::ToolResult wrong{"b", "look", "too dark", {}, true};
  return {question, calls, results_of({fine, wrong}), llm::user_message("hurry")};
}

ResumeState kept(std::vector<llm::Message> history, int iteration) {
  ResumeState state;
  state.history = std::move(history);
  state.past.iteration = iteration;
  return state;
}

TEST(History, SeedsTheConversationAndComesBackWhole) {  // [AGT-06]
  Harness run([](std::size_t turn) {
    return turn == 1 ? calls({{"c", "look", R"({"n":3})"}}) : says("answer " + std::to_string(turn));
  });
  run.add_tool("look", tool::Effect::pure);
  run.reconfigure([](ExecutorConfig& config) { config.ports = {}; });
  auto invocation = run.invocation("one");
  invocation.resume = kept(kept_history(), 1);
  auto first = run.loop.run(run.executor->run(run.agent, invocation));
  ASSERT_TRUE(first.ok()) << first.error;
  EXPECT_EQ(first.iterations, 3) << "with the one that was kept";
  EXPECT_EQ(listed(run.model->requests.at(0).messages), kept_history());
  auto all = listed(first.messages);
  ASSERT_EQ(all.size(), kept_history().size() + 3);
  EXPECT_TRUE(std::equal(all.begin(), all.begin() + 4, kept_history().begin()));

  // What came out goes in again.
  all.push_back(llm::user_message("and now?"));
  auto second = run.invocation("two");
  second.resume = kept(all, first.iterations);
  auto outcome = run.loop.run(run.executor->run(run.agent, second));
  EXPECT_EQ(outcome.output, "answer 3");
  EXPECT_EQ(listed(run.model->requests.back().messages), all);
}

TEST(History, IsTakenOverByTheJournal) {  // [AGT-06] [DUR-01] [DUR-11]
  Harness run([](std::size_t turn) {
    return turn == 1 ? calls({{"c", "look", R"({"n":3})"}}) : says("answer " + std::to_string(turn));
  });
  run.add_tool("look", tool::Effect::idempotent);
  auto invocation = run.invocation("run");
  auto record = kept(kept_history(), 4);
  record.past.usage = {70, 7, 0, 0, 0};
  record.elapsed = Milliseconds(9'000);
  invocation.resume = record;
  run.store->writes_left = 1;  // the process dies in the call
  (void)run.loop.run(run.executor->run(run.agent, invocation));
  run.new_process();

  auto outcome = run.recover();

  ASSERT_TRUE(outcome && outcome->ok());
  EXPECT_EQ(outcome->output, "answer 2");
  EXPECT_EQ(outcome->iterations, 4 + 2) << "with those that the history no longer has";
  EXPECT_EQ(outcome->usage.input, 70 + 20);
  EXPECT_GE(run.entries().back().elapsed, Milliseconds(9'000));
  EXPECT_EQ(listed(run.model->requests.at(0).messages), kept_history());
}

TEST(History, WithAnAnswerAtItsEndIsOverAtOnce) {  // [AGT-06]
  Harness run([](std::size_t) { return says("never"); });
  run.reconfigure([](ExecutorConfig& config) { config.ports = {}; });
  auto invocation = run.invocation("run");
  invocation.resume = kept({llm::user_message("q"), llm::assistant_message("the answer")}, 1);
  EXPECT_EQ(run.loop.run(run.executor->run(run.agent, invocation)).output, "the answer");
  EXPECT_TRUE(run.model->requests.empty());
}

}  // namespace
}  // namespace executus::run
