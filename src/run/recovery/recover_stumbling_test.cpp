// Runs that got nowhere before, or cannot be read: quarantine, and who is tried with whom.
#include <algorithm>
#include <atomic>

#include <gtest/gtest.h>

#include "run/recovery/recovered_test.hpp"

namespace executus {
namespace {

TEST_F(Recovery, QuarantinesARunWhoseJournalIsDamaged) {  // [DUR-16]
  (void)submit("a", Invocation::Start::queued);
  (void)submit("b", Invocation::Start::queued);
  process_.store->damage = failed("journal.malformed", "entry 2 is damaged");
  RecoverOptions one;
  one.ids = {*RunId::parse("a")};

  auto results = recover(one);

  ASSERT_EQ(results.size(), 1u);
  EXPECT_EQ(results[0].outcome.status, RunStatus::quarantined);
  EXPECT_EQ(row("a").status, RunStatus::quarantined);
  EXPECT_EQ(row("a").reason, "entry 2 is damaged");
  process_.store->damage.reset();
  results = recover();
  ASSERT_EQ(results.size(), 1u) << "it is no candidate any more";
  EXPECT_TRUE(results[0].outcome.ok()) << "and held up no other";
}

TEST_F(Recovery, LeavesARunOfANewerVersionAlone) {  // [DUR-39]
  (void)submit("a", Invocation::Start::queued);
  process_.store->damage = failed("journal.newer", "use a newer version");

  for (int pass = 0; pass < 5; ++pass) {
    auto results = recover();
    ASSERT_EQ(results.size(), 1u);
    EXPECT_EQ(results[0].missing, std::vector<std::string>{"use a newer version"});
  }

  process_.store->damage.reset();
  EXPECT_EQ(row("a").fruitless, 0);
  EXPECT_TRUE(recover().at(0).outcome.ok());
}

TEST_F(Recovery, QuarantinesARunAfterThreeFruitlessAttempts) {  // [DUR-16]
  (void)submit("a", Invocation::Start::queued);
  for (int attempt = 0; attempt < 3; ++attempt) {  // a process that dies before it gets anywhere
    auto doomed = make_process(registry_);
    ASSERT_TRUE(block_on(*loop_, doomed.store->claim(*RunId::parse("a"), row("a").epoch)));
    journal_.declare_dead(doomed.store->inner());
  }
  auto results = recover();
  ASSERT_EQ(results.size(), 1u);
  EXPECT_EQ(results[0].outcome.status, RunStatus::quarantined);
  EXPECT_EQ(row("a").status, RunStatus::quarantined);
  EXPECT_TRUE(recover().empty()) << "it holds up nothing any more";
}

TEST_F(Recovery, ARunThatCannotBeMarkedIsNotKept) {  // [DUR-16] [DUR-18]
  (void)submit("a", Invocation::Start::queued);
  process_.store->quarantine_failures = 1;
  RecoverOptions none_allowed;
  none_allowed.max_attempts = 0;

  auto results = recover(none_allowed);

  ASSERT_EQ(results.size(), 1u);
  EXPECT_EQ(results[0].outcome.error_code, "store.away");
  EXPECT_EQ(results[0].outcome.status, RunStatus::running);
  EXPECT_EQ(row("a").worker, "");
  EXPECT_EQ(recover(none_allowed).at(0).outcome.status, RunStatus::quarantined);
}

// Fails once or twice without getting anywhere.
class Stumbling : public Recovery {
 protected:
  void stumble(const std::string& id, int times = 2) {
    (void)submit(id, Invocation::Start::queued);
    for (int attempt = 0; attempt < times; ++attempt) {
      auto doomed = make_process(registry_);
      ASSERT_TRUE(block_on(*loop_, doomed.store->claim(*RunId::parse(id), row(id).epoch)));
      journal_.declare_dead(doomed.store->inner());
    }
    ASSERT_EQ(row(id).fruitless, times);
  }
};

TEST_F(Stumbling, RunsAreTriedAfterTheOthers) {  // [DUR-16]
  stumble("old");
  (void)submit("young", Invocation::Start::queued);
  RecoverOptions one_by_one;
  one_by_one.concurrency = 1;

  auto results = recover(one_by_one);

  ASSERT_EQ(results.size(), 2u);
  for (const auto& result : results) EXPECT_TRUE(result.outcome.ok()) << result.outcome.error;
  std::vector<std::string> asked;
  for (const auto& request : model_->requests) asked.push_back(request.messages.begin()->text());
  EXPECT_EQ(asked, (std::vector<std::string>{"please, young", "please, old"}));
}

TEST_F(Stumbling, OnceIsNoReasonToBeTriedAfterTheOthers) {  // [DUR-16]
  stumble("old", 1);
  (void)submit("young", Invocation::Start::queued);
  RecoverOptions one_by_one;
  one_by_one.concurrency = 1;

  (void)recover(one_by_one);

  std::vector<std::string> asked;
  for (const auto& request : model_->requests) asked.push_back(request.messages.begin()->text());
  EXPECT_EQ(asked, (std::vector<std::string>{"please, old", "please, young"}));
}

// Counts how many ask it at once; each of them lets the others go on meanwhile.
class CrowdedModel final : public llm::Model {
 public:
  Task<llm::Response> generate(llm::Request, llm::StreamObserver*) override {
    TaskContext context = co_await this_task();
    most = std::max(most.load(), ++inside_);
    for (int turn = 0; turn < 50; ++turn) {
      OneShot<> next;
      context.strand->post([next] { next.set(); });
      co_await next.wait();
    }
    --inside_;
    co_return run::says("done");
  }
  const std::string& target() const override { return target_; }
  std::atomic<int> most = 0;

 private:
  std::atomic<int> inside_ = 0;
  std::string target_ = "test/crowded";
};

TEST_F(Stumbling, RunsAreTriedAlone) {  // [DUR-16]
  auto crowd = std::make_shared<CrowdedModel>();
  run::OneModelResolver models(crowd);
  for (const char* id : {"a", "b", "c"}) stumble(id);
  auto process = make_process(registry_, models);
  RecoverOptions side_by_side;
  side_by_side.concurrency = 3;
  RootGroup group(*loop_);

  EXPECT_EQ(executus::recover(group, *process.executor, *process.store, side_by_side).size(), 3u);

  EXPECT_EQ(crowd->most, 1);
}

TEST_F(Stumbling, AQuarantinedRunThatIsNamedStaysQuarantined) {  // [DUR-16]
  stumble("a");
  auto claimed = block_on(*loop_, process_.store->claim(*RunId::parse("a"), row("a").epoch));
  block_on(*loop_, process_.store->quarantine(claimed->id, claimed->epoch, "as the test says"));
  auto before = row("a");
  RecoverOptions named;
  named.ids = {*RunId::parse("a")};

  EXPECT_TRUE(recover(named).empty());

  EXPECT_EQ(row("a").status, RunStatus::quarantined);
  EXPECT_EQ(row("a").attempts, before.attempts);
  EXPECT_TRUE(model_->requests.empty());
}

}  // namespace
}  // namespace executus
