#include <algorithm>
#include <atomic>
#include <functional>

#include <gtest/gtest.h>

#include "run/commands.hpp"
#include "run/harness_test.hpp"

namespace executus {
namespace {

using run::CountingModel;

// Processes on one journal, driven by a loop with threads, as `executus recover` does.
class Recovery : public ::testing::Test {
 protected:
  Recovery() {
    agent_.name = "test";
    agent_.root = "/";
    agent_.tools = {"look"};
    look_ = std::make_shared<run::EffectTool>("look", tool::Effect::pure, world_);
    registry_.add(look_);
    process_ = make_process(registry_);
  }

  struct Process {
    std::unique_ptr<run::MortalStore> store;
    std::unique_ptr<Executor> executor;
  };
  Process make_process(const tool::Registry& registry) { return make_process(registry, models_); }
  Process make_process(const tool::Registry& registry, llm::ModelResolver& models) {
    ExecutorConfig config;
    config.registry = &registry;
    config.models = &models;
    Process process{std::make_unique<run::MortalStore>(journal_.open_worker()), nullptr};
    config.ports.journal = process.store.get();
    process.executor = std::make_unique<Executor>(std::move(config));
    return process;
  }
  RunOutcome submit(std::string id, Invocation::Start start = Invocation::Start::now) {
    Invocation invocation;
    invocation.run_id = *RunId::parse(id);
    invocation.prompt = "please, " + id;
    invocation.start = start;
    return block_on(*loop_, process_.executor->run(agent_, std::move(invocation)));
  }
  std::vector<Recovered> recover(RecoverOptions options = {}) {
    RootGroup group(*loop_);
    return executus::recover(group, *process_.executor, *process_.store, options);
  }
  // Returns when the cancellation has been heard.
  static Task<void> cancel_all(RootGroup* group, OneShot<> heard) {
    TaskContext context = co_await this_task();
    group->cancel_all({Cause::shutdown, "a signal"});
    context.strand->post([heard] { heard.set(); });
    co_await heard.wait_shielded();
  }
  journal::RunRow row(std::string id) { return *block_on(*loop_, process_.store->find(*RunId::parse(id))); }

  std::unique_ptr<Loop> loop_ = make_loop(2);
  journal::MemoryJournal journal_{system_clock()};
  run::World world_;
  std::function<llm::Response(std::size_t)> answer_ = [](std::size_t) { return run::says("done"); };
  std::shared_ptr<CountingModel> model_ =
      std::make_shared<CountingModel>([this](std::size_t turn) { return answer_(turn); });
  run::OneModelResolver models_{model_};
  tool::Registry registry_;
  std::shared_ptr<run::EffectTool> look_;
  Agent agent_;
  Process process_;
};

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

TEST_F(Recovery, LeavesARunAloneWhoseToolsAreMissingAndSaysWhich) {  // [DUR-39]
  (void)submit("a", Invocation::Start::queued);
  tool::Registry nothing;
  auto other = make_process(nothing);
  RootGroup group(*loop_);
  auto results = executus::recover(group, *other.executor, *other.store, {});
  ASSERT_EQ(results.size(), 1u);
  ASSERT_EQ(results[0].missing.size(), 1u);
  EXPECT_NE(results[0].missing[0].find("look"), std::string::npos);
  EXPECT_EQ(row("a").attempts, 0) << "no attempt is counted";
  EXPECT_TRUE(recover().at(0).outcome.ok()) << "a process that has the tool takes it up";
}

// Asks about runs by their names, and makes sessions only of those that it opens.
TEST_F(Recovery, MakesNoSessionOfARunThatItLeavesAlone) {  // [DUR-39] [SES-04]
  struct TellingSessions final : Sessions {
    SessionFactory for_run(const RunInfo& info) override {
      asked.push_back(info.run.str());
      return [this](std::shared_ptr<Session>) { return ++made, SessionTools(); };
    }
    std::vector<std::string> asked;
    int made = 0;
  } sessions;
  (void)submit("a", Invocation::Start::queued);
  look_->lacks = {"set LOOK_TOKEN"};
  ExecutorConfig config;
  config.registry = &registry_;
  config.models = &models_;
  config.ports.journal = process_.store.get();
  config.ports.sessions = &sessions;
  Executor other(std::move(config));
  RootGroup group(*loop_);
  EXPECT_EQ(executus::recover(group, other, *process_.store, {}).at(0).missing.size(), 1u);
  EXPECT_EQ(sessions.made, 0);
  for (const auto& id : sessions.asked) EXPECT_EQ(id, "a");
}

TEST_F(Recovery, LeavesARunAloneWhoseToolTakesOtherArgumentsNow) {  // [DUR-39]
  (void)submit("fresh", Invocation::Start::queued);
  (void)submit("begun", Invocation::Start::queued);
  auto dies = make_process(registry_);
  ASSERT_TRUE(block_on(*loop_, dies.store->claim(*RunId::parse("begun"), row("begun").epoch)));
  journal_.declare_dead(dies.store->inner());
  look_->change().spec.parameters = {{"type", "object"}, {"required", boost::json::array{"path"}}};

  auto results = recover();

  ASSERT_EQ(results.size(), 2u);
  for (const auto& result : results)
    EXPECT_EQ(result.missing, std::vector<std::string>{"tool 'look' with the arguments the run was started with"});
  EXPECT_EQ(row("fresh").attempts, 0);
  EXPECT_EQ(row("fresh").status, RunStatus::queued);
  EXPECT_EQ(row("begun").attempts, 1);
  EXPECT_EQ(row("begun").fruitless, 1);
  look_->change().spec.parameters = {{"type", "object"}};
  for (const auto& result : recover()) EXPECT_TRUE(result.outcome.ok()) << result.outcome.reason;
}

TEST_F(Recovery, EndsACancelledRunThoughItsToolsAreMissing) {  // [DUR-38]
  (void)submit("a", Invocation::Start::queued);
  (void)block_on(*loop_, process_.store->post(*RunId::parse("a"), run::commands::cancel()));
  tool::Registry nothing;
  auto other = make_process(nothing);
  RootGroup group(*loop_);
  auto results = executus::recover(group, *other.executor, *other.store, {});
  ASSERT_EQ(results.size(), 1u);
  EXPECT_EQ(results[0].outcome.status, RunStatus::cancelled);
  EXPECT_TRUE(results[0].missing.empty());
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
    block_on(*loop_, process_.store->release(parent.id, parent.epoch, false));
  }
  static RecoverOptions of(const std::string& id) {
    RecoverOptions options;
    options.ids = {*RunId::parse(id)};
    return options;
  }
  std::vector<std::string> taken_by(const RecoverOptions& options) {
    std::vector<std::string> ids;
    for (const auto& row : recoverable(*loop_, *process_.store, options)) ids.push_back(row.id.str());
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

TEST_F(Recovery, LeavesARunAloneWhoseSecretIsMissingAndSaysWhich) {  // [DUR-39]
  (void)submit("a", Invocation::Start::queued);
  look_->lacks = {"variable LOOK_TOKEN is not set"};

  auto results = recover();

  ASSERT_EQ(results.size(), 1u);
  EXPECT_EQ(results[0].missing, std::vector<std::string>{"tool 'look': variable LOOK_TOKEN is not set"});
  EXPECT_EQ(row("a").attempts, 0);
  EXPECT_EQ(row("a").status, RunStatus::queued);
  look_->lacks.clear();
  EXPECT_TRUE(recover().at(0).outcome.ok());
}

TEST_F(Recovery, ARunWhoseSecretIsMissingIsNotStarted) {  // [DUR-39]
  look_->lacks = {"variable LOOK_TOKEN is not set"};

  auto refused = submit("a");

  EXPECT_EQ(refused.error_code, "tool.missing");
  EXPECT_NE(refused.error.find("tool 'look': variable LOOK_TOKEN"), std::string::npos) << refused.error;
  EXPECT_FALSE(block_on(*loop_, process_.store->find(*RunId::parse("a")))) << "nothing was admitted";
}

// Claimed without a look at what is missing, as by a parent.
TEST_F(Recovery, AnAttemptThatLacksASecretDoesNotCount) {  // [DUR-39]
  (void)submit("a", Invocation::Start::queued);
  look_->lacks = {"variable LOOK_TOKEN is not set"};

  auto claimed = block_on(*loop_, process_.store->claim(*RunId::parse("a"), row("a").epoch));
  auto outcome = block_on(*loop_, process_.executor->resume(std::move(*claimed)));

  EXPECT_EQ(outcome.status, RunStatus::running);
  EXPECT_EQ(row("a").fruitless, 0);
  EXPECT_TRUE(row("a").worker.empty());
}

// As a tool whose secret goes between the look at a run and its opening.
struct FadingTool final : tool::Tool {
  explicit FadingTool(const tool::ToolInfo& like) : known(like) {}
  const tool::ToolInfo& info() const override { return known; }
  Task<tool::Outcome> call(tool::Call) override { co_return tool::Outcome{}; }
  std::vector<std::string> missing() const override {
    return asked++ == 0 ? std::vector<std::string>{} : std::vector<std::string>{"variable LOOK_TOKEN is not set"};
  }
  tool::ToolInfo known;
  mutable std::atomic<int> asked = 0;
};

TEST_F(Recovery, SaysWhatIsMissingWhereThatShowsOnlyAtTheOpening) {  // [DUR-39]
  (void)submit("a", Invocation::Start::queued);
  tool::Registry fading;
  fading.add(std::make_shared<FadingTool>(look_->info()));
  auto other = make_process(fading);
  RootGroup group(*loop_);

  auto results = executus::recover(group, *other.executor, *other.store, {});

  ASSERT_EQ(results.size(), 1u);
  ASSERT_EQ(results[0].missing.size(), 1u);
  EXPECT_NE(results[0].missing[0].find("LOOK_TOKEN"), std::string::npos);
  EXPECT_EQ(row("a").fruitless, 0);
}

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
    for (const auto& row : recoverable(*loop_, *process_.store, options)) ids.push_back(row.id.str());
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
