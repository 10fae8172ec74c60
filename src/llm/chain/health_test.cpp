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
  bool is_benched(const std::string& target = "lab/m") { return health_.benched(target).has_value(); }

  ManualLoop loop_;
  Health health_{loop_.clock()};
};

TEST_F(HealthTest, BenchesAfterTwoFailuresInARow) {  // [LLM-16]
  EXPECT_FALSE(health_.failed("lab/m", "busy"));
  EXPECT_FALSE(is_benched());
  EXPECT_TRUE(health_.failed("lab/m", "busy"));
  EXPECT_TRUE(is_benched());
  EXPECT_FALSE(is_benched("lab/other"));
  EXPECT_TRUE(health_.failed("lab/m", "busy")) << "of a call that was under way";
  pass(5);
  EXPECT_FALSE(is_benched());
}

TEST_F(HealthTest, LeavesAloneWhatAsksForIt) {  // [LLM-16]
  EXPECT_TRUE(health_.failed("lab/m", "busy", Milliseconds(600'000)));
  EXPECT_TRUE(health_.failed("lab/m", "busy", Milliseconds(1'000))) << "of a call that was under way";
  pass(599);
  EXPECT_TRUE(is_benched());
  pass(1);
  EXPECT_FALSE(is_benched());
}

TEST_F(HealthTest, DoublesTheBenchUpToFiveMinutes) {  // [LLM-16]
  (void)health_.failed("lab/m", "busy");
  for (int seconds : {5, 10, 20, 40, 80, 160, 300, 300}) {
    EXPECT_TRUE(health_.failed("lab/m", "busy"));
    pass(seconds - 1);
    EXPECT_TRUE(is_benched()) << seconds;
    pass(1);
    EXPECT_FALSE(is_benched()) << seconds;
  }
}

TEST_F(HealthTest, CallsThatFailTogetherCountAsOne) {  // [LLM-16]
  for (int i = 0; i < 100; ++i) (void)health_.failed("lab/m", "busy");
  EXPECT_TRUE(is_benched());
  pass(5);
  EXPECT_FALSE(is_benched()) << "they were asked before the first bench";
  EXPECT_TRUE(health_.failed("lab/m", "busy"));
  pass(9);
  EXPECT_TRUE(is_benched()) << "the second is twice as long";
  pass(1);
  EXPECT_FALSE(is_benched());
}

TEST_F(HealthTest, ForgetsAllWithOneSuccess) {  // [LLM-16]
  for (int i = 0; i < 4; ++i) (void)health_.failed("lab/m", "busy");
  health_.succeeded("lab/m");
  EXPECT_FALSE(is_benched());
  EXPECT_FALSE(health_.failed("lab/m", "busy")) << "it counts anew";
  EXPECT_THAT(health_.snapshot(), ::testing::SizeIs(1));
}

TEST_F(HealthTest, IsBenchedAndTakenBackByHand) {  // [LLM-17]
  health_.bench({"lab/m", {}, "too expensive"});
  health_.bench({"lab/soon", loop_.clock().wall() + Milliseconds(60'000), ""});
  pass(59);
  auto bench = health_.benched("lab/m");
  ASSERT_TRUE(bench);
  EXPECT_TRUE(bench->by_hand);
  EXPECT_EQ(bench->reason, "too expensive");
  EXPECT_TRUE(is_benched("lab/soon"));
  pass(1);
  EXPECT_FALSE(is_benched("lab/soon"));
  EXPECT_TRUE(health_.unbench("lab/m"));
  EXPECT_FALSE(health_.unbench("lab/m"));
  EXPECT_FALSE(is_benched());
}

TEST_F(HealthTest, TakesBackByHandWhatItBenchedItself) {  // [LLM-17]
  (void)health_.failed("lab/m", "busy");
  (void)health_.failed("lab/m", "busy");
  EXPECT_TRUE(health_.unbench("lab/m"));
  EXPECT_FALSE(is_benched());
  EXPECT_FALSE(health_.failed("lab/m", "busy")) << "it begins anew";
}

TEST_F(HealthTest, ASuccessDoesNotEndABenchByHand) {  // [LLM-17]
  health_.bench({"lab/m", {}, ""});
  health_.succeeded("lab/m");
  EXPECT_TRUE(is_benched());
}

TEST_F(HealthTest, ListsWhatFailedOrIsBenched) {  // [LLM-17]
  EXPECT_THAT(health_.snapshot(), IsEmpty());
  (void)health_.failed("lab/a", "busy");
  health_.bench({"lab/b", {}, "mine"});
  auto all = health_.snapshot();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].failures, 1);
  EXPECT_FALSE(all[0].benched_for);
  EXPECT_EQ(all[1].benched_for, Milliseconds::max());
}

struct SharedBenches final : BenchStore {
  std::optional<std::vector<ManualBench>> load() override {
    if (away) throw std::runtime_error("away");
    return std::exchange(changed, false) ? std::optional(benches) : std::nullopt;
  }
  void save(const std::vector<ManualBench>& all) override { benches = all; }
  std::vector<ManualBench> benches;
  bool changed = true, away = false;
};

TEST_F(HealthTest, SharesBenchesByHandThroughAStore) {  // [LLM-17]
  SharedBenches store;
  Health here(loop_.clock(), {}, &store);
  here.bench({"lab/m", {}, "mine"});
  EXPECT_THAT(store.benches, ElementsAre(ManualBench{"lab/m", {}, "mine"}));
  Health there(loop_.clock(), {}, &store);
  store.changed = true;
  EXPECT_TRUE(there.benched("lab/m"));
  store.benches.clear();
  store.changed = true;
  EXPECT_FALSE(there.benched("lab/m")) << "another process took it back";
  store.away = true;
  EXPECT_TRUE(here.benched("lab/m")) << "what was known stays";
}

}  // namespace
}  // namespace executus::llm
