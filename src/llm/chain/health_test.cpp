#include <gmock/gmock.h>

#include <executus/llm/health.hpp>
#include <executus/testing/manual_loop.hpp>

namespace executus::llm {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::ManualLoop;

class HealthTest : public ::testing::Test {
 protected:
  void pass(int seconds) { loop_.advance(Milliseconds(seconds * 1'000)); }
  bool is_suspended(const std::string& target = "lab/m") { return health_.suspended(target).has_value(); }

  ManualLoop loop_;
  Health health_{loop_.clock()};
};

TEST_F(HealthTest, SuspendsAfterTwoFailuresInARow) {  // [LLM-16]
  EXPECT_FALSE(health_.failed("lab/m", "busy"));
  EXPECT_FALSE(is_suspended());
  EXPECT_TRUE(health_.failed("lab/m", "busy"));
  EXPECT_TRUE(is_suspended());
  EXPECT_FALSE(is_suspended("lab/other"));
  EXPECT_TRUE(health_.failed("lab/m", "busy")) << "of a call that was under way";
  pass(5);
  EXPECT_FALSE(is_suspended());
}

TEST_F(HealthTest, LeavesAloneWhatAsksForIt) {  // [LLM-16]
  EXPECT_TRUE(health_.failed("lab/m", "busy", Milliseconds(600'000)));
  EXPECT_TRUE(health_.failed("lab/m", "busy", Milliseconds(1'000))) << "of a call that was under way";
  pass(599);
  EXPECT_TRUE(is_suspended());
  pass(1);
  EXPECT_FALSE(is_suspended());
}

TEST_F(HealthTest, DoublesTheBenchUpToFiveMinutes) {  // [LLM-16]
  (void)health_.failed("lab/m", "busy");
  for (int seconds : {5, 10, 20, 40, 80, 160, 300, 300}) {
    EXPECT_TRUE(health_.failed("lab/m", "busy"));
    pass(seconds - 1);
    EXPECT_TRUE(is_suspended()) << seconds;
    pass(1);
    EXPECT_FALSE(is_suspended()) << seconds;
  }
}

TEST_F(HealthTest, CallsThatFailTogetherCountAsOne) {  // [LLM-16]
  for (int i = 0; i < 100; ++i) (void)health_.failed("lab/m", "busy");
  EXPECT_TRUE(is_suspended());
  pass(5);
  EXPECT_FALSE(is_suspended()) << "they were asked before the first suspension";
  EXPECT_TRUE(health_.failed("lab/m", "busy"));
  pass(9);
  EXPECT_TRUE(is_suspended()) << "the second is twice as long";
  pass(1);
  EXPECT_FALSE(is_suspended());
}

TEST_F(HealthTest, ForgetsAllWithOneSuccess) {  // [LLM-16]
  for (int i = 0; i < 4; ++i) (void)health_.failed("lab/m", "busy");
  health_.succeeded("lab/m");
  EXPECT_FALSE(is_suspended());
  EXPECT_FALSE(health_.failed("lab/m", "busy")) << "it counts anew";
  EXPECT_THAT(health_.snapshot(), ::testing::SizeIs(1));
}

TEST_F(HealthTest, IsSuspendedAndRestoredByHand) {  // [LLM-17]
  health_.suspend({"lab/m", {}, "too expensive"});
  health_.suspend({"lab/soon", loop_.clock().wall() + Milliseconds(60'000), ""});
  pass(59);
  auto suspension = health_.suspended("lab/m");
  ASSERT_TRUE(suspension);
  EXPECT_TRUE(suspension->by_hand);
  EXPECT_EQ(suspension->reason, "too expensive");
  EXPECT_TRUE(is_suspended("lab/soon"));
  pass(1);
  EXPECT_FALSE(is_suspended("lab/soon"));
  EXPECT_TRUE(health_.restore("lab/m"));
  EXPECT_FALSE(health_.restore("lab/m"));
  EXPECT_FALSE(is_suspended());
}

TEST_F(HealthTest, RestoresByHandWhatItSuspendedItself) {  // [LLM-17]
  (void)health_.failed("lab/m", "busy");
  (void)health_.failed("lab/m", "busy");
  EXPECT_TRUE(health_.restore("lab/m"));
  EXPECT_FALSE(is_suspended());
  EXPECT_FALSE(health_.failed("lab/m", "busy")) << "it begins anew";
}

TEST_F(HealthTest, ASuccessDoesNotEndABenchByHand) {  // [LLM-17]
  health_.suspend({"lab/m", {}, ""});
  health_.succeeded("lab/m");
  EXPECT_TRUE(is_suspended());
}

TEST_F(HealthTest, ListsWhatFailedOrIsSuspended) {  // [LLM-17]
  EXPECT_THAT(health_.snapshot(), IsEmpty());
  (void)health_.failed("lab/a", "busy");
  health_.suspend({"lab/b", {}, "mine"});
  auto all = health_.snapshot();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].failures, 1);
  EXPECT_FALSE(all[0].suspended_for);
  EXPECT_EQ(all[1].suspended_for, Milliseconds::max());
}

struct SharedSuspensions final : SuspensionStore {
  std::optional<std::vector<ManualSuspension>> load() override {
    if (away) throw std::runtime_error("away");
    return std::exchange(changed, false) ? std::optional(suspensions) : std::nullopt;
  }
  void save(const std::vector<ManualSuspension>& all) override { suspensions = all; }
  std::vector<ManualSuspension> suspensions;
  bool changed = true, away = false;
};

TEST_F(HealthTest, SharesSuspensionsByHandThroughAStore) {  // [LLM-17]
  SharedSuspensions store;
  Health here(loop_.clock(), {}, &store);
  here.suspend({"lab/m", {}, "mine"});
  EXPECT_THAT(store.suspensions, ElementsAre(ManualSuspension{"lab/m", {}, "mine"}));
  Health there(loop_.clock(), {}, &store);
  store.changed = true;
  EXPECT_TRUE(there.suspended("lab/m"));
  store.suspensions.clear();
  store.changed = true;
  EXPECT_FALSE(there.suspended("lab/m")) << "another process restored it";
  store.away = true;
  EXPECT_TRUE(here.suspended("lab/m")) << "what was known stays";
}

}  // namespace
}  // namespace executus::llm
