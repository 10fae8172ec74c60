// How long a run waits for a provider that asked to be left alone.
#include "run/step/model_call.hpp"

#include <gtest/gtest.h>

#include "run/harness_test.hpp"

namespace executus::run {
namespace {

llm::ModelError busy_for(Milliseconds time) {
  return {llm::Failure::transient, "model.rate_limited", "busy", 429, time};
}

TEST(ModelBackoff, IsWhatTheProviderSaysOrGrows) {  // [LLM-15]
  EXPECT_EQ(model_backoff(1, std::nullopt), Milliseconds(1'000));
  EXPECT_EQ(model_backoff(2, std::nullopt), Milliseconds(2'000));
  EXPECT_EQ(model_backoff(1, Milliseconds(100'000)), Milliseconds(100'000));
  EXPECT_EQ(model_backoff(1, Milliseconds(-5)), Milliseconds(0));
  EXPECT_EQ(model_backoff(1, kLongestModelWait), kLongestModelWait);
  EXPECT_EQ(model_backoff(1, kLongestModelWait + Milliseconds(1)), std::nullopt);
}

TEST(ModelCall, IsMadeAgainWhenTheProviderSays) {
  std::vector<MonoTime> asked;
  Harness* world = nullptr;
  Harness run([&](std::size_t) {
    asked.push_back(world->loop.clock().mono());
    if (asked.size() == 1) throw busy_for(Milliseconds(100'000));
    return says("done");
  });
  world = &run;
  run.agent.max_runtime = std::chrono::minutes(10);
  EXPECT_TRUE(run.run().ok());
  ASSERT_EQ(asked.size(), 2U);
  EXPECT_GE(asked[1] - asked[0], Milliseconds(100'000));
}

TEST(ModelCall, IsNotWaitedForWhenTheProviderIsAwayForLong) {  // [DUR-40]
  int asked = 0;
  Harness run([&](std::size_t) -> llm::Response {
    ++asked;
    throw busy_for(std::chrono::hours(1));
  });
  auto outcome = run.run();
  EXPECT_EQ(outcome.status, RunStatus::waiting);
  EXPECT_EQ(asked, 1);
  auto last = run.entries().back();
  const auto* waited = std::get_if<journal::Waited>(&last.payload);
  ASSERT_TRUE(waited && waited->wake_at);
  EXPECT_GE(*waited->wake_at - last.at, std::chrono::hours(1));
}

}  // namespace
}  // namespace executus::run
