#include <gtest/gtest.h>

#include <executus/critic/extend_once.hpp>
#include <executus/testing/manual_loop.hpp>

namespace executus::critic {
namespace {

using std::chrono::minutes;

Situation idle_run(int extensions) {
  Situation situation;
  situation.soft = minutes(5);
  situation.so_far.extensions = extensions;
  return situation;
}

TEST(ExtendOnce, ExtendsByTheSoftTime) {  // [CRB-06]
  testing::ManualLoop loop;
  ExtendOnce policy;
  CriticDecision decision = loop.run(policy.escalate(idle_run(0)));
  EXPECT_EQ(decision.extend_by, minutes(5));
  EXPECT_FALSE(decision.kill);
}

TEST(ExtendOnce, DoesNothingForARunThatWasExtended) {  // [CRB-06]
  testing::ManualLoop loop;
  ExtendOnce policy;
  EXPECT_EQ(loop.run(policy.escalate(idle_run(1))).extend_by.count(), 0);
}

TEST(ExtendOnce, ExtendsEachRunByWhatItWasTold) {  // [CRB-06]
  testing::ManualLoop loop;
  ExtendOnce policy(minutes(2));
  for (int run = 0; run < 2; ++run) EXPECT_EQ(loop.run(policy.escalate(idle_run(0))).extend_by, minutes(2));
}

}  // namespace
}  // namespace executus::critic
