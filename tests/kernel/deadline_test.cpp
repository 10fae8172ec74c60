// The time a run may take, and what breaks when it is over.
#include <gtest/gtest.h>

#include "kernel/ported_test.hpp"

namespace executus::run {
namespace {

TEST(Executor, TheClockOfARunStartsWhenItIsTakenUp) {  // [RUN-16] [RUN-05]
  Harness run(look_then_answer());
  run.add_tool("look", tool::Effect::pure);
  run.agent.max_runtime = Milliseconds(10'000);
  auto invocation = run.invocation("run");
  invocation.start = Invocation::Start::queued;
  (void)run.loop.run(run.executor->run(run.agent, invocation));
  run.loop.manual_clock().advance(Milliseconds(3'600'000));
  EXPECT_TRUE(run.recover()->ok());
}

TEST(Executor, AnErrorAfterTheDeadlineIsNoTimeout) {  // [RUN-22]
  Harness run([](std::size_t turn) -> llm::Response {
    if (turn == 0) return calls({{"c", "look", "{}"}});
    throw llm::ModelError(llm::Failure::permanent, "model.refused", "no", 400);
  });
  auto& look = run.add_tool("look", tool::Effect::pure);
  look.before_effect = [&] { run.loop.manual_clock().advance(Milliseconds(61'000)); };
  EXPECT_EQ(run.run().status, RunStatus::error);
}

// Throws what a test wants when its wait for an answer is cancelled, as a library does that has errors of its own.
class TornDownModel final : public llm::Model {
 public:
  explicit TornDownModel(std::function<void()> tear) : tear_(std::move(tear)) {}
  Task<llm::Response> generate(llm::Request, llm::StreamObserver*) override {
    bool cancelled = false;
    try {
      OneShot<> never;
      co_await never.wait();
    } catch (const Cancelled&) {
      cancelled = true;
    }
    if (cancelled) tear_();
    throw Cancelled({Cause::deadline, "as the run's own"});
  }
  const std::string& target() const override { return target_; }

 private:
  std::string target_ = "test/torn-down";
  std::function<void()> tear_;
};

RunOutcome end_after_the_deadline(std::function<void()> tear, std::vector<Phase> phases = {}) {
  Harness run([](std::size_t) { return says("unused"); });
  OneModelResolver models(std::make_shared<TornDownModel>(std::move(tear)));
  run.reconfigure([&](ExecutorConfig& config) { config.models = &models; });
  run.agent.phases = std::move(phases);
  run.agent.max_runtime = Milliseconds(5'000);
  return run.run();
}

TEST(Executor, WhatBreaksAfterTheDeadlineFiredIsTheError) {  // [RUN-21] [RUN-22]
  auto outcome = end_after_the_deadline([] { throw std::runtime_error("the socket was shut"); });
  EXPECT_EQ(outcome.status, RunStatus::error);
  EXPECT_EQ(outcome.error, "the socket was shut");
}

TEST(Executor, AModelThatFailsAfterTheDeadlineFiredIsNotWaitedFor) {  // [RUN-22]
  auto outcome = end_after_the_deadline(
      [] { throw llm::ModelError(llm::Failure::transient, "model.busy", "busy", 503, std::chrono::hours(1)); });
  EXPECT_EQ(outcome.status, RunStatus::error);
  EXPECT_EQ(outcome.error_code, "model.busy");
}

TEST(Executor, AnOptionalPhaseThatBreaksAfterTheDeadlineIsNotReplaced) {  // [RUN-22] [PH-07]
  Phase optional{"only", "only"};
  optional.optional = true;
  auto outcome = end_after_the_deadline([] { throw std::runtime_error("the socket was shut"); }, {optional});
  EXPECT_EQ(outcome.status, RunStatus::error);
}

TEST(Executor, TheDeadlineItselfIsATimeout) {  // [RUN-21]
  EXPECT_EQ(end_after_the_deadline([] {}).status, RunStatus::timeout);
}

}  // namespace
}  // namespace executus::run
