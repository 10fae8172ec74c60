// A recovery takes up what can be taken up, once each, and stops when it is told to.
#include <algorithm>

#include <gtest/gtest.h>

#include "run/record/journal_commands.hpp"
#include "run/recovery/recovered_test.hpp"
#include "run/recovery/take_up.hpp"

namespace executus {
namespace {

TEST_F(Recovery, TakesUpWhatIsQueued) {
  for (const char* id : {"a", "b", "c"}) EXPECT_EQ(submit(id, Invocation::Start::queued).status, RunStatus::queued);
  auto results = recover();
  ASSERT_EQ(results.size(), 3u);
  for (const auto& result : results) EXPECT_TRUE(result.outcome.ok()) << result.outcome.error;
}

TEST_F(Recovery, CancelledBeforeItBeginsTouchesNothing) {  // [DUR-27]
  for (const char* id : {"a", "b"}) (void)submit(id, Invocation::Start::queued);
  RootGroup group(*loop_);
  group.cancel_all({Cause::shutdown, "a signal"});

  auto results = executus::recover(group, *process_.executor, *process_.store, {});

  ASSERT_EQ(results.size(), 2u);
  for (const auto& result : results) {
    EXPECT_TRUE(result.untouched);
    EXPECT_EQ(result.outcome.status, RunStatus::queued);
    EXPECT_EQ(row(result.outcome.run_id.str()).attempts, 0);
  }
  EXPECT_TRUE(model_->requests.empty());
}

// One run at a time: the first one's model call is the moment of the signal.
TEST_F(Recovery, CancelledMeanwhileTouchesNoFurtherRun) {  // [DUR-27]
  for (const char* id : {"a", "b", "c"}) (void)submit(id, Invocation::Start::queued);
  RootGroup group(*loop_);
  model_->on_call = [&] { group.cancel_all({Cause::shutdown, "a signal"}); };
  model_->wait.emplace();  // for ever: what ends the call is the signal
  RecoverOptions one_at_a_time;
  one_at_a_time.concurrency = 1;

  auto results = executus::recover(group, *process_.executor, *process_.store, one_at_a_time);

  ASSERT_EQ(results.size(), 3u);
  EXPECT_FALSE(results[0].untouched);
  for (const char* id : {"b", "c"}) {
    EXPECT_EQ(row(id).attempts, 0) << id;
    EXPECT_EQ(row(id).status, RunStatus::queued) << id;
  }
  EXPECT_TRUE(results[1].untouched && results[2].untouched);
}

// The run is to be ended here, since it was cancelled, though it cannot be driven here.
TEST_F(Recovery, CancelledWhileItLooksAtARunDoesNotTakeItUp) {  // [DUR-27]
  (void)submit("a", Invocation::Start::queued);
  (void)block_on(*loop_, process_.store->post(*RunId::parse("a"), run::commands::cancel()));
  look_->lacks = {"variable LOOK_TOKEN is not set"};
  RootGroup group(*loop_);
  process_.store->around_inbox = [&](OneShot<> heard) { return cancel_all(&group, heard); };

  auto results = executus::recover(group, *process_.executor, *process_.store, {});

  ASSERT_EQ(results.size(), 1u);
  EXPECT_TRUE(results[0].untouched);
  EXPECT_EQ(row("a").attempts, 0);
}

TEST_F(Recovery, CancelledBetweenItsPassesBeginsNoOther) {  // [DUR-27]
  (void)submit("a", Invocation::Start::queued);
  RootGroup group(*loop_);
  int looks = 0;
  process_.store->on_claimable = [&] {
    if (++looks != 2) return;  // the look for what the first pass has woken
    (void)submit("b", Invocation::Start::queued);
    group.cancel_all({Cause::shutdown, "a signal"});
  };

  auto results = executus::recover(group, *process_.executor, *process_.store, {});

  ASSERT_EQ(results.size(), 2u);
  EXPECT_TRUE(results[0].outcome.ok());
  EXPECT_TRUE(results[1].untouched);
  EXPECT_EQ(row("b").attempts, 0);
}

// As it is where a budget is nearly spent, and the suspect holds the rest of it.
TEST(RecoveryOfASuspect, BeginsWhenTheOthersTakeLong) {  // [DUR-16] [DUR-35]
  run::Harness h([](std::size_t) { return run::says("done"); });
  for (const char* id : {"other", "suspect"}) {
    auto queued = h.invocation(id);
    queued.start = Invocation::Start::queued;
    (void)h.loop.run(h.executor->run(h.agent, std::move(queued)));
  }
  for (int epoch = 0; epoch < run::kSuspectFrom; ++epoch)
    ASSERT_TRUE(h.loop.run(h.journal.open_worker()->claim(*RunId::parse("suspect"), epoch)).has_value());
  h.model->wait.emplace();
  h.model->on_call = [&, calls = 0]() mutable {
    if (++calls != 2) return;
    auto waits = *std::exchange(h.model->wait, std::nullopt);
    waits.set();
  };

  RootGroup group(h.loop);
  auto results = h.loop.run(recover_runs(group, *h.executor, *h.store, {}));

  ASSERT_EQ(results.size(), 2u);
  for (const auto& result : results) EXPECT_TRUE(result.outcome.ok()) << result.outcome.run_id.str();
}

// Runs that wait for runs below them.
class RecoveryOfAFamily : public Recovery {
 protected:
  void submit_below(const std::string& parent, const std::string& id) {
    Invocation child;
    child.run_id = *RunId::parse(id);
    child.parent = *RunId::parse(parent);
    child.prompt = "please";
    child.start = Invocation::Start::queued;
    (void)block_on(*loop_, process_.executor->run(agent_, std::move(child)));
  }
  void waits_for_a_child(const std::string& id) {
    auto parent = *block_on(*loop_, process_.store->claim(*RunId::parse(id), row(id).epoch));
    journal::Append waits;
    waits.run = parent.id;
    waits.epoch = parent.epoch;
    waits.after = parent.last_seq;
    waits.entries.push_back({parent.last_seq + 1, {}, {}, journal::Waited{WaitReason::child, {}, "", {}}});
    (void)block_on(*loop_, process_.store->append(std::move(waits)));
    block_on(*loop_, process_.store->release(parent.id, parent.epoch, journal::Attempt::does_not_count));
  }
  static RecoverOptions of(const std::string& id) {
    RecoverOptions options;
    options.ids = {*RunId::parse(id)};
    return options;
  }
  std::vector<std::string> taken_by(const RecoverOptions& options) {
    std::vector<std::string> ids;
    for (const auto& row : block_on(*loop_, recoverable(*process_.store, options))) ids.push_back(row.id.str());
    return ids;
  }
};

TEST_F(RecoveryOfAFamily, OfANamedRunGoesOnWithTheParentThatWaitedForIt) {  // [DUR-29]
  (void)submit("parent", Invocation::Start::queued);
  submit_below("parent", "child");
  waits_for_a_child("parent");
  (void)submit("stranger", Invocation::Start::queued);

  auto results = recover(of("child"));

  ASSERT_EQ(results.size(), 2u);
  EXPECT_EQ(results[1].outcome.run_id.str(), "parent");
  EXPECT_TRUE(results[1].outcome.ok()) << results[1].outcome.error;
  EXPECT_EQ(row("stranger").status, RunStatus::queued);
}

TEST_F(RecoveryOfAFamily, OfANamedRunThatWaitsTakesUpWhatItWaitsForAtAnyDepth) {  // [DUR-29]
  (void)submit("parent", Invocation::Start::queued);
  submit_below("parent", "child");
  submit_below("child", "grandchild");
  (void)submit("stranger", Invocation::Start::queued);
  EXPECT_EQ(taken_by(of("parent")), std::vector<std::string>{"parent"}) << "it does not wait";
  waits_for_a_child("parent");
  EXPECT_EQ(taken_by(of("parent")), std::vector<std::string>{"child"});
  waits_for_a_child("child");
  EXPECT_EQ(taken_by(of("parent")), std::vector<std::string>{"grandchild"});
}

// The oldest child, which is listed last, waits for a run below it.
TEST_F(RecoveryOfAFamily, OfANamedRunTakesUpAllBelowItHoweverMany) {  // [DUR-29]
  (void)submit("parent", Invocation::Start::queued);
  submit_below("parent", "child");
  submit_below("child", "grandchild");
  waits_for_a_child("child");
  for (int i = 0; i < 1'100; ++i) submit_below("parent", "due-" + std::to_string(i));
  waits_for_a_child("parent");

  auto taken = taken_by(of("parent"));

  EXPECT_EQ(taken.size(), 1'101u);
  EXPECT_EQ(std::ranges::count(taken, "grandchild"), 1);
}

// A run that waits for one that is not there any more: it can go on, and is told as it is when it is not touched.
TEST_F(RecoveryOfAFamily, TellsOfARunThatItDoesNotTouchAsItIs) {  // [DUR-27]
  (void)submit("parent", Invocation::Start::queued);
  submit_below("parent", "child");
  waits_for_a_child("child");
  RootGroup group(*loop_);
  group.cancel_all({Cause::shutdown, "a signal"});

  auto results = executus::recover(group, *process_.executor, *process_.store, of("child"));

  ASSERT_EQ(results.size(), 1u);
  EXPECT_TRUE(results[0].untouched);
  EXPECT_EQ(results[0].outcome.status, RunStatus::waiting);
  EXPECT_EQ(results[0].outcome.reason, "child");
  EXPECT_EQ(results[0].outcome.parent, "parent");
  EXPECT_EQ(results[0].outcome.attempts, 1);
}

TEST_F(Recovery, AStoreThatIsAwayOnlyDelays) {  // [DUR-18]
  (void)submit("a", Invocation::Start::queued);
  journal_.go_away();

  auto results = recover();

  ASSERT_EQ(results.size(), 1u);
  EXPECT_EQ(results[0].outcome.error_code, "store.away");
  EXPECT_FALSE(results[0].outcome.reason.empty());
  EXPECT_EQ(results[0].outcome.status, RunStatus::running) << "it stays for recovery";
  journal_.come_back();
  EXPECT_EQ(row("a").attempts, 0);
  EXPECT_TRUE(recover().at(0).outcome.ok());
}

TEST_F(Recovery, ARunWhoseCommandsCannotBeReadIsNotKept) {  // [DUR-16] [DUR-18]
  (void)submit("a", Invocation::Start::queued);
  process_.store->inbox_failures = 1;
  RecoverOptions none_allowed;
  none_allowed.max_attempts = 0;

  EXPECT_EQ(recover(none_allowed).at(0).outcome.error_code, "store.away");

  EXPECT_EQ(row("a").worker, "");
  EXPECT_EQ(recover(none_allowed).at(0).outcome.status, RunStatus::quarantined);
}

TEST_F(Recovery, TakesUpRunsBehindThoseThatItCannotTakeUp) {  // [DUR-18]
  (void)submit("stuck", Invocation::Start::queued);
  agent_.tools.clear();
  (void)submit("fine", Invocation::Start::queued);
  tool::Registry nothing;
  auto other = make_process(nothing);
  other.store->others_due = 99'999;  // a pass sees one more
  RootGroup group(*loop_);

  auto results = executus::recover(group, *other.executor, *other.store, {});

  ASSERT_EQ(results.size(), 2u);
  EXPECT_FALSE(results[0].missing.empty());
  EXPECT_EQ(row("fine").status, RunStatus::ok);
}

TEST_F(Recovery, IsOfTheRunsThatItIsAskedFor) {
  (void)submit("a", Invocation::Start::queued);
  agent_.name = "other";
  (void)submit("b", Invocation::Start::queued);
  auto taken_by = [&](const RecoverOptions& options) {
    std::vector<std::string> ids;
    for (const auto& row : block_on(*loop_, recoverable(*process_.store, options))) ids.push_back(row.id.str());
    return ids;
  };
  RecoverOptions of_agent, younger, named;
  of_agent.agent = "other";
  younger.since = system_clock().wall() + std::chrono::hours(1);
  named.ids = {*RunId::parse("a")};

  EXPECT_EQ(taken_by({}), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(taken_by(of_agent), std::vector<std::string>{"b"});
  EXPECT_EQ(taken_by(younger), std::vector<std::string>{});
  EXPECT_EQ(taken_by(named), std::vector<std::string>{"a"});
  (void)recover(named);
  EXPECT_EQ(taken_by(named), std::vector<std::string>{}) << "it is over";
}

// It was never begun: nothing of it can go wrong only here.
TEST_F(Recovery, AQueuedRunWhoseFirstModelCallIsRejectedEnds) {  // [DUR-16]
  answer_ = [](std::size_t) -> llm::Response {
    throw llm::ModelError(llm::Failure::permanent, "model.unauthorized", "401", 401);
  };
  (void)submit("a", Invocation::Start::queued);

  auto results = recover();

  ASSERT_EQ(results.size(), 1u);
  EXPECT_EQ(results[0].outcome.status, RunStatus::error);
  EXPECT_EQ(results[0].outcome.error_code, "model.unauthorized");
  EXPECT_EQ(row("a").status, RunStatus::error);
}

class AwayModel final : public llm::Model {
 public:
  Task<llm::Response> generate(llm::Request, llm::StreamObserver*) override {
    throw llm::ModelError(llm::Failure::transient, "model.unreachable", "the model is away", 0, Milliseconds(0));
    co_return llm::Response{};
  }
  const std::string& target() const override { return target_; }

 private:
  std::string target_ = "test/away";
};

TEST_F(Recovery, TakesUpANamedRunThatIsNotDueYet) {  // [DUR-40]
  run::OneModelResolver away(std::make_shared<AwayModel>());
  ExecutorConfig config;
  config.registry = &registry_;
  config.models = &away;
  auto store = journal_.open_worker();
  config.ports.journal = store.get();
  Executor executor(config);
  Invocation invocation;
  invocation.run_id = *RunId::parse("a");
  auto parked = block_on(*loop_, executor.run(agent_, invocation));
  EXPECT_EQ(parked.status, RunStatus::waiting);
  EXPECT_EQ(parked.reason, "provider");
  EXPECT_EQ(row("a").fruitless, 0) << "waiting is no attempt";
  EXPECT_TRUE(recover().empty()) << "it is not due yet";
  RecoverOptions named;
  named.ids = {*RunId::parse("a")};
  auto results = recover(named);
  ASSERT_EQ(results.size(), 1u);
  EXPECT_TRUE(results[0].outcome.ok());
}

}  // namespace
}  // namespace executus
