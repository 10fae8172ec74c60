// What every BudgetStore does, as tests. A store's own test includes this once and says how one is made.
#pragma once

#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/async/root_group.hpp>
#include <executus/budget/store.hpp>

namespace executus::budget {

class BudgetStoreSuite : public ::testing::TestWithParam<std::function<std::unique_ptr<BudgetStore>()>> {
 protected:
  using Verdict = BudgetAnswer::Verdict;

  template <class T>
  T run(Task<T> task) {
    return block_on(*loop_, std::move(task));
  }
  static WallTime hour(int n) { return WallTime(std::chrono::hours(480'000 + n)); }
  static Amounts tokens(std::int64_t count) { return {Milliseconds(0), count, {}}; }
  static Amounts cents(std::int64_t count) { return {Milliseconds(0), 0, {count * 10'000'000}}; }
  static Amounts seconds(int count) { return {std::chrono::seconds(count), 0, {}}; }
  static Limit limit_of(std::string account, SpendingLimits limits) {
    return {std::move(account), limits, Milliseconds(0), {}};
  }
  static SpendingLimits a_dollar() { return {{}, {}, llm::NanoDollars{1'000'000'000}}; }

  void set(Limit limit) { run(store_->set(std::move(limit), BudgetStore::Put::always, hour(0))); }
  static Report report(const std::string& run, Amounts total, std::vector<std::string> accounts = {"agent:a"}) {
    RunSpending spending;
    spending.epoch = 1;
    spending.total = total;
    return {*RunId::parse(run), std::move(accounts), spending};
  }
  BudgetAnswer reserve(const std::string& name, Amounts total, Amounts calls, int when = 0) {
    return run(store_->reserve(report(name, total), calls, hour(when)));
  }
  void settle(const std::string& name, Amounts total, int when = 0) {
    run(store_->settle(report(name, total), Budget::Rest::over, hour(when)));
  }
  Standing standing(int when = 0, const std::string& account = "agent:a") {
    for (const auto& each : run(store_->list(hour(when))))
      if (each.limit.account == account) return each;
    throw std::runtime_error("no account " + account);
  }

  std::unique_ptr<Loop> loop_ = make_loop(1);
  std::unique_ptr<BudgetStore> store_ = GetParam()();
};

TEST_P(BudgetStoreSuite, KeepsLimitsWhole) {  // [BUD-06]
  Limit full{"caller:\"x\" \xc3\xa4",
             {std::chrono::seconds(600), 200'000, llm::NanoDollars{1'500'000'000}},
             std::chrono::hours(168),
             {OnBreach::tier, "cheap"}};
  set(full);
  set(limit_of("agent:a", {{}, 0, {}}));
  EXPECT_EQ(standing(0, full.account).limit, full);
  EXPECT_EQ(standing().limit, limit_of("agent:a", {{}, 0, {}}));
  EXPECT_TRUE(run(store_->remove(full.account)));
  EXPECT_FALSE(run(store_->remove(full.account)));
  EXPECT_EQ(run(store_->list(hour(0))).size(), 1U);
}

TEST_P(BudgetStoreSuite, RefusesLimitsThatMakeNoSense) {  // [BUD-05]
  auto negative = limit_of("agent:a", {Milliseconds(-1), {}, {}});
  auto window = limit_of("agent:a", {{}, 1, {}});
  window.window = Milliseconds(-1);
  auto tier = limit_of("agent:a", {{}, 1, {}});
  tier.policy.on_breach = OnBreach::tier;
  for (const auto& limit : {negative, window, tier, limit_of("agent:a", {}), limit_of("", {{}, 1, {}})})
    EXPECT_THROW(set(limit), Error);
  EXPECT_TRUE(run(store_->list(hour(0))).empty());
}

TEST_P(BudgetStoreSuite, LeavesALimitThatIsThereWhenAskedTo) {
  set(limit_of("run:r", {{}, 5, {}}));
  run(store_->set(limit_of("run:r", {{}, 9, {}}), BudgetStore::Put::unless_there, hour(0)));
  EXPECT_EQ(standing(0, "run:r").limit.limits.tokens, 5);
}

TEST_P(BudgetStoreSuite, RaisesTheLimitsThatAreThere) {  // [DUR-35]
  set(limit_of("agent:a", {{}, {}, llm::NanoDollars{5}}));
  auto raised = run(store_->raise("agent:a", {Milliseconds(1), 2, {3}}));
  ASSERT_TRUE(raised);
  EXPECT_EQ(raised->limits, (SpendingLimits{{}, {}, llm::NanoDollars{8}}));
  EXPECT_EQ(standing().limit, *raised);
  EXPECT_FALSE(run(store_->raise("agent:none", tokens(1))));
  EXPECT_THROW(run(store_->raise("agent:a", tokens(-1))), Error);
}

TEST_P(BudgetStoreSuite, SaysWhatLimitsARun) {
  EXPECT_FALSE(run(store_->terms({"agent:a", "caller:c"})).counts);
  set(limit_of("caller:c", {{}, 5, {}}));
  auto terms = run(store_->terms({"agent:a", "caller:c"}));
  EXPECT_TRUE(terms.counts);
  EXPECT_FALSE(terms.priced);
  set(limit_of("agent:a", a_dollar()));
  EXPECT_TRUE(run(store_->terms({"agent:a", "caller:c"})).priced);
}

TEST_P(BudgetStoreSuite, HoldsBeforeACallAndSettlesAfterIt) {  // [DUR-35]
  set(limit_of("agent:a", a_dollar()));
  EXPECT_EQ(reserve("r", {}, cents(30)).held, cents(30));
  EXPECT_EQ(standing().held, cents(30));
  EXPECT_EQ(standing().spent, Amounts{});
  settle("r", cents(20));
  EXPECT_EQ(standing().held, Amounts{});
  EXPECT_EQ(standing().spent, cents(20));
  EXPECT_TRUE(run(store_->holds()).empty());
}

TEST_P(BudgetStoreSuite, CountsWhatIsToldTwiceOnce) {  // [DUR-35]
  set(limit_of("agent:a", a_dollar()));
  (void)reserve("r", cents(10), cents(5));
  (void)reserve("r", cents(10), cents(5));
  (void)reserve("r", cents(15), cents(5));
  run(store_->settle(report("r", cents(15)), Budget::Rest::pause, hour(0)));
  EXPECT_EQ(standing().spent, cents(15));
  settle("r", cents(15));
  EXPECT_EQ(standing().spent, cents(15));
}

TEST_P(BudgetStoreSuite, CountsNothingOfTheTimeBeforeTheRunWasTakenUp) {
  set(limit_of("agent:a", a_dollar()));
  auto told = report("r", cents(50));
  told.spending.before = cents(45);
  (void)run(store_->reserve(told, cents(1), hour(0)));
  EXPECT_EQ(standing().spent, cents(5));
}

TEST_P(BudgetStoreSuite, HoldsWhatIsLeftWhenThatIsLess) {  // [DUR-35]
  set(limit_of("agent:a", a_dollar()));
  (void)reserve("r1", {}, cents(96));
  EXPECT_EQ(reserve("r2", {}, cents(30)).held, cents(4));
  auto third = reserve("r3", {}, cents(30));
  EXPECT_EQ(third.verdict, Verdict::wait) << "what others hold may come back";
  EXPECT_THAT(third.why, ::testing::HasSubstr("agent:a"));
  settle("r1", cents(1));
  EXPECT_EQ(reserve("r3", {}, cents(30)).held, cents(30));
}

TEST_P(BudgetStoreSuite, GivesBlocksWhileMuchIsLeft) {  // [DUR-35]
  set(limit_of("agent:a", {{}, 100'000, {}}));
  EXPECT_EQ(reserve("r1", {}, tokens(100)).held, tokens(800));
  EXPECT_EQ(reserve("r1", tokens(98'000), tokens(100)).held, tokens(125)) << "a sixteenth of what is left";
  EXPECT_EQ(reserve("r1", tokens(99'000), tokens(100)).held, tokens(100));
}

TEST_P(BudgetStoreSuite, RefusesWhenItIsSpent) {  // [BUD-01] [DUR-35]
  auto limit = limit_of("agent:a", a_dollar());
  limit.policy.on_breach = OnBreach::park;
  set(limit);
  auto answer = reserve("r", cents(101), cents(1));
  EXPECT_EQ(answer.verdict, Verdict::breached);
  EXPECT_EQ(answer.on_breach, OnBreach::park);
  EXPECT_FALSE(answer.room_at);
  EXPECT_THAT(answer.why, ::testing::HasSubstr("$1.01 of $1.00"));
  EXPECT_EQ(standing().held, Amounts{});
  EXPECT_EQ(standing().spent, cents(101)) << "what was used counts all the same";
  (void)run(store_->raise("agent:a", cents(10)));
  EXPECT_EQ(reserve("r", cents(101), cents(1)).verdict, Verdict::granted);
}

TEST_P(BudgetStoreSuite, LetsNothingThroughALimitOfZero) {  // [DUR-35]
  for (const auto& limits : {SpendingLimits{Milliseconds(0), {}, {}}, SpendingLimits{{}, 0, {}},
                             SpendingLimits{{}, {}, llm::NanoDollars{0}}}) {
    set(limit_of("agent:a", limits));
    EXPECT_EQ(reserve("r", {}, {}).verdict, Verdict::breached);
  }
}

TEST_P(BudgetStoreSuite, GoesOnWithTheModelOfATier) {  // [DUR-35]
  auto soft = limit_of("agent:a", a_dollar());
  soft.policy = {OnBreach::tier, "cheap"};
  set(soft);
  EXPECT_EQ(reserve("r", {}, cents(1)).tier, "");
  auto answer = reserve("r", cents(100), cents(1));
  EXPECT_EQ(answer.verdict, Verdict::granted);
  EXPECT_EQ(answer.tier, "cheap");
  set(limit_of("caller:c", {{}, 0, {}}));
  auto told = report("r", cents(100), {"agent:a", "caller:c"});
  EXPECT_EQ(run(store_->reserve(told, cents(1), hour(0))).verdict, Verdict::breached) << "another limit still holds";
}

TEST_P(BudgetStoreSuite, HoldsInAllAccountsOfARunWhatTheNarrowestHas) {
  set(limit_of("run:top", {{}, 50, {}}));
  set(limit_of("caller:c", {{}, 1'000, {}}));
  auto told = report("r", {}, {"run:top", "agent:none", "caller:c"});
  EXPECT_EQ(run(store_->reserve(told, tokens(80), hour(0))).held, tokens(50));
  EXPECT_EQ(standing(0, "caller:c").held, tokens(50));
  told.spending.total = tokens(20);
  run(store_->settle(told, Budget::Rest::over, hour(0)));
  EXPECT_EQ(standing(0, "run:top").spent, tokens(20));
  EXPECT_EQ(standing(0, "caller:c").spent, tokens(20));
}

TEST_P(BudgetStoreSuite, CountsSecondsOverARollingWeek) {  // [BUD-02] [BUD-04] [BUD-05]
  auto week = limit_of("agent:a", {std::chrono::seconds(100), {}, {}});
  week.window = std::chrono::hours(168);
  set(week);
  settle("mon", seconds(60), 0);
  settle("tue", seconds(60), 24);
  auto refused = reserve("wed", {}, {}, 48);
  ASSERT_EQ(refused.verdict, Verdict::breached);
  ASSERT_TRUE(refused.room_at);
  EXPECT_GE(*refused.room_at, hour(168));
  EXPECT_LE(*refused.room_at, hour(169)) << "a 256th of the window later at most";
  EXPECT_EQ(standing(48).spent, seconds(120));
  EXPECT_EQ(standing(169).spent, seconds(60)) << "without any other traffic";
  EXPECT_EQ(run(store_->reserve(report("thu", {}), {}, *refused.room_at)).verdict, Verdict::granted);
  EXPECT_EQ(standing(193).spent, Amounts{});
}

TEST_P(BudgetStoreSuite, CountsWhatWasSpentBeforeThereWasAWindowAsSpentNow) {
  auto limit = limit_of("agent:a", {{}, 100, {}});
  set(limit);
  settle("r", tokens(60));
  limit.window = std::chrono::hours(1);
  set(limit);
  EXPECT_EQ(standing(0).spent, tokens(60));
  EXPECT_EQ(standing(2).spent, Amounts{});
}

TEST_P(BudgetStoreSuite, KeepsEstimatesApartUntilTheyAreCorrected) {  // [DUR-35]
  set(limit_of("agent:a", a_dollar()));
  auto told = report("r", cents(10));
  told.spending.estimated = cents(7);
  run(store_->settle(told, Budget::Rest::over, hour(0)));
  EXPECT_EQ(standing().spent, cents(10));
  EXPECT_EQ(standing().estimated, cents(7));
  EXPECT_TRUE(run(store_->correct(told.run, cents(2))));
  EXPECT_EQ(standing().spent, cents(12));
  EXPECT_EQ(standing().estimated, Amounts{});
  EXPECT_FALSE(run(store_->correct(told.run, cents(2))));
}

TEST_P(BudgetStoreSuite, ChargesACallThatWasLostAtItsEstimate) {  // [DUR-35]
  set(limit_of("agent:a", {{}, 100'000, {}}));
  (void)reserve("asked", {}, tokens(100));
  (void)reserve("idle", {}, tokens(100));
  run(store_->settle(report("idle", {}), Budget::Rest::pause, hour(0)));
  for (const char* name : {"asked", "idle", "never-known"}) {
    auto told = report(name, {});
    told.spending.epoch = 2;
    told.spending.lost_call = true;
    run(store_->settle(told, Budget::Rest::over, hour(0)));
  }
  EXPECT_EQ(standing().estimated, tokens(100)) << "not the block, and not what was not asked";
}

TEST_P(BudgetStoreSuite, ChargesACallBesideTheRunsOwnWhenAnotherProcessTells) {  // [DUR-35]
  set(limit_of("agent:a", {{}, 100'000, {}}));
  auto told = report("r", {});
  told.spending.beside = true;
  (void)run(store_->reserve(told, tokens(100), hour(0)));
  told.spending.beside = false;
  run(store_->settle(told, Budget::Rest::pause, hour(0)));
  (void)run(store_->reserve(told, tokens(100), hour(0)));
  ++told.spending.epoch;
  told.spending.beside = true;
  (void)run(store_->reserve(told, tokens(40), hour(0)));
  (void)run(store_->reserve(told, tokens(60), hour(0)));
  EXPECT_EQ(standing().estimated, Amounts{})
      << "each process settles its own calls, and calls of the run are journaled";
  ++told.spending.epoch;
  told.spending.beside = false;
  (void)run(store_->reserve(told, tokens(7), hour(0)));
  EXPECT_EQ(standing().estimated, tokens(60));
  run(store_->settle(told, Budget::Rest::over, hour(0)));
  EXPECT_EQ(standing().estimated, tokens(60));
}

TEST_P(BudgetStoreSuite, HearsNothingOfAnEarlierEpoch) {  // [DUR-35]
  set(limit_of("agent:a", a_dollar()));
  auto later_one = report("r", cents(10));
  later_one.spending.epoch = 2;
  (void)run(store_->reserve(later_one, cents(30), hour(0)));
  EXPECT_EQ(reserve("r", cents(50), cents(5)).verdict, Verdict::lost);
  settle("r", cents(50));
  EXPECT_EQ(standing().spent, cents(10));
  EXPECT_EQ(standing().held, cents(30));
}

TEST_P(BudgetStoreSuite, CountsUpToTheLargestNumber) {  // [BUD-05]
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  set(limit_of("agent:a", {{}, most, {}}));
  settle("r1", tokens(most - 1));
  settle("r2", tokens(most - 1));
  EXPECT_EQ(standing().spent, tokens(most));
  EXPECT_EQ(reserve("r3", {}, tokens(1)).verdict, Verdict::breached);
}

}  // namespace executus::budget
