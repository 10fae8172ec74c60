// Which runs need not be stored from their beginning.
#include "run/open/kept_later.hpp"

#include <gtest/gtest.h>

namespace executus::run {
namespace {

Agent lazy_agent() {
  Agent agent;
  agent.durability = Durability::lazy;
  return agent;
}

TEST(KeptLater, AreLazyRunsThatNothingElseKnowsOf) {  // [HOST-01]
  EXPECT_TRUE(may_be_kept_later(lazy_agent(), Invocation()));
  for (auto durability : {Durability::strict, Durability::relaxed, Durability::memory}) {
    Agent agent;
    agent.durability = durability;
    EXPECT_FALSE(may_be_kept_later(agent, Invocation())) << to_string(durability);
  }
  Agent limited = lazy_agent();
  limited.budget.emplace();
  EXPECT_FALSE(may_be_kept_later(limited, Invocation()));
}

TEST(KeptLater, AreNoRunsThatAreKnownByTheirIds) {  // [HOST-01]
  Invocation queued, child, resumed, with_files;
  queued.start = Invocation::Start::queued;
  child.parent = *RunId::parse("parent");
  resumed.resume.emplace();
  with_files.files.emplace_back();
  for (const auto* invocation : {&queued, &child, &resumed, &with_files})
    EXPECT_FALSE(may_be_kept_later(lazy_agent(), *invocation));
}

TEST(KeptLater, AreStoredAfterFiveSecondsUnlessTheAgentSaysOtherwise) {  // [HOST-01]
  Agent agent = lazy_agent();
  EXPECT_EQ(durable_after(agent), Milliseconds(5'000));
  agent.durable_after = Milliseconds(20);
  EXPECT_EQ(durable_after(agent), Milliseconds(20));
  agent.durable_after = std::chrono::hours(1);
  EXPECT_EQ(durable_after(agent), std::chrono::minutes(1)) << "at most";
}

}  // namespace
}  // namespace executus::run
