// Forks of runs that have phases, continue a conversation, or were retried.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/run/answering.hpp>
#include <executus/run/forking.hpp>
#include <executus/run/reopening.hpp>
#include <executus/run/stored_run.hpp>

#include "kernel/forked_test.hpp"
#include "kernel/parking_test.hpp"
#include "run/family_test.hpp"
#include "run/record/journal_commands.hpp"

namespace executus::run {
namespace {

TEST(Fork, GoesOnInTheMiddleOfAPhase) {  // [API-13] [DUR-12]
  Harness run([](const llm::Request& request, std::size_t turn) {
    if (request.system == "plan") return says("a plan");
    return turn == 0 ? calls({{"c", "act", "{}"}}) : says("done by " + request.system);
  });
  run.add_tool("act", tool::Effect::keyed);
  run.agent.phases = {{"first", "plan"}, {"second", "do {{first}}"}};
  ASSERT_TRUE(run.run().ok());
  for (int steps : {2, 1}) {
    auto id = "fork" + std::to_string(steps);
    fork(run, after(steps, id));
    run.model->requests.clear();

    auto outcome = run.recover(id);

    EXPECT_EQ(outcome->output, "done by do a plan");
    EXPECT_EQ(run.model->requests.size(), static_cast<std::size_t>(3 - steps));
  }
}

TEST(Fork, BeginsAPhaseAnewThatTheModelHasNotAnswered) {  // [API-13] [PH-02]
  Harness run([](const llm::Request& request, std::size_t) { return says("by " + request.system); });
  run.agent.phases = {{"first", "plan"}, {"second", "do it for {{Query}}"}};
  ASSERT_EQ(run.run().output, "by do it for please");
  auto options = after(1);
  options.prompt = "someone else";

  fork(run, options);

  EXPECT_EQ(run.recover("fork")->output, "by do it for someone else");
  EXPECT_EQ(run.model->requests.size(), 3u) << "the first phase is over";
}

TEST(Fork, OfAContinuedConversationRefersToTheSameRun) {  // [API-13] [DUR-46]
  Harness run([](const llm::Request& request, std::size_t) { return says("to " + request.messages.back().text()); });
  ASSERT_TRUE(run.run("base").ok());
  auto invocation = run.invocation("run");
  invocation.prompt = "and then?";
  invocation.continues = *RunId::parse("base");
  ASSERT_EQ(run.loop.run(run.executor->run(run.agent, std::move(invocation))).output, "to and then?");

  auto options = after(0);
  options.prompt = "and now?";
  fork(run, options);

  EXPECT_EQ(run.recover("fork")->output, "to and now?");
  EXPECT_EQ(run.model->requests.back().messages.size(), 3u) << "what was said before, and the other prompt";
  EXPECT_EQ(run.loop.run(run.store->find(*RunId::parse("fork")))->continues, "base");
}

TEST(Fork, OfARetriedRunHasWhatItHas) {  // [API-13] [DUR-40]
  bool cut = true;
  Harness run([&](std::size_t) {
    auto answer = says(cut ? "half" : "whole");
    if (std::exchange(cut, false)) answer.finish = llm::FinishReason::length;
    return answer;
  });
  EXPECT_EQ(run.run().error_code, "model.cut");
  EXPECT_EQ(run.loop.run(retry_run(*run.store, *RunId::parse("run"))), Reopening::accepted);
  EXPECT_EQ(run.recover()->output, "whole");

  fork(run, after(2));

  EXPECT_EQ(run.recover("fork")->output, "whole");
  EXPECT_EQ(run.model->requests.size(), 2u);
}

TEST(Fork, OfARetriedRunBeginsAPhaseAnewThatTheModelHasNotAnswered) {  // [API-13] [DUR-40] [PH-02]
  bool broken = true;
  Harness run([&](const llm::Request& request, std::size_t) {
    if (broken) throw failed("model.failed", "out of order");
    return says("by " + request.system);
  });
  run.agent.phases = {{"first", "plan"}, {"second", "do"}};
  ASSERT_EQ(run.run().error_code, "model.failed");
  broken = false;
  ASSERT_EQ(run.loop.run(retry_run(*run.store, *RunId::parse("run"))), Reopening::accepted);
  ASSERT_EQ(run.recover()->output, "by do");

  fork(run, after(0));

  auto outcome = run.recover("fork");
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->output, "by do") << outcome->error;
}

}  // namespace
}  // namespace executus::run
