// Runs that are stored later than they begin (Durability::lazy).
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "run/family_test.hpp"

namespace executus::run {
namespace {

using std::chrono::seconds;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Kinds = std::vector<std::string>;

// Three steps that look, then a call of `last`, where there is one, and an answer. What is stored by each call is
// noted.
struct LazyRun : Family {
  explicit LazyRun(std::optional<tool::Effect> effect = std::nullopt)
      : Family([this](const llm::Request& request, std::size_t turn) { return answer(request, turn); }) {
    agent = named("clerk", "Be good.");
    agent.tools = {"look"};
    agent.durability = Durability::lazy;
    noting(*look, at_look);
    if (!effect) return;
    act = &add_tool("act", *effect);
    noting(*act, at_act);
    last = "act";
  }
  llm::Response answer(const llm::Request& request, std::size_t turn) const {
    if (request.system == "child") return says("found");
    if (turn < 3) return calls({{"c" + std::to_string(turn), "look", "{\"n\":" + std::to_string(turn) + "}"}});
    if (turn == 3 && !last.empty()) return calls({{"last", last, R"({"prompt":"find out"})"}});
    return says("done");
  }
  void noting(EffectTool& tool, std::vector<Kinds>& stored) {
    tool.around = [this, &stored](OneShot<>) { return note(stored); };
  }
  Task<void> note(std::vector<Kinds>& stored) { stored.push_back(co_await stored_now()); }
  Task<Kinds> stored_now() {
    Kinds kinds;
    for (const auto& row : co_await others->list({}))
      for (const auto& entry : co_await others->read(row.id, 0, 100))
        kinds.emplace_back(journal::kind_name(kind_of(entry.payload)));
    co_return kinds;
  }

  Invocation invocation() {
    Invocation invocation;
    invocation.prompt = "please";
    return invocation;
  }
  RunOutcome drive() { return loop.run(executor->run(agent, invocation())); }
  RunOutcome drive(Invocation invocation) { return loop.run(executor->run(agent, std::move(invocation))); }
  Task<void> keep(Invocation invocation) { outcome = co_await executor->run(agent, std::move(invocation)); }
  Kinds stored() { return loop.run(stored_now()); }
  journal::RunRow row() { return loop.run(others->list({})).at(0); }

  EffectTool* act = nullptr;
  std::string last;
  std::vector<Kinds> at_look, at_act;
  std::unique_ptr<journal::JournalStore> others = journal.open_worker();
  std::optional<RunOutcome> outcome;
};

TEST(LazyRun, OfReadOnlyStepsCostsOneCommit) {  // [HOST-01]
  LazyRun strict;
  strict.agent.durability = Durability::strict;
  auto as_ever = strict.drive();
  LazyRun run;

  auto outcome = run.drive();

  ASSERT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_EQ(run.journal.commits(), 1u);
  EXPECT_EQ(strict.journal.commits(), 6u) << "admission, four responses, end";
  EXPECT_THAT(run.at_look, ElementsAre(IsEmpty(), IsEmpty(), IsEmpty()));
  EXPECT_EQ(run.kinds(outcome.run_id.str()), strict.kinds(as_ever.run_id.str()));
  EXPECT_EQ(run.row().status, RunStatus::ok);
  EXPECT_EQ(run.row().durability, Durability::strict);
  EXPECT_EQ(run.row().steps, strict.row().steps);
  EXPECT_EQ(run.row().usage, strict.row().usage);
  EXPECT_EQ(run.row().created, run.entries(outcome.run_id.str()).at(0).at);
}

TEST(LazyRun, IsStoredBeforeACallWithEffectsIsSent) {  // [HOST-01]
  for (auto effect :
       {tool::Effect::idempotent, tool::Effect::keyed, tool::Effect::probeable, tool::Effect::irreversible}) {
    LazyRun run(effect);

    ASSERT_TRUE(run.drive().ok());

    Kinds before{"admitted", "opened",    "responded", "settled",  "responded",
                 "settled",  "responded", "settled",   "responded"};
    if (tool::is_gated(effect)) before.emplace_back("intended");
    EXPECT_THAT(run.at_look, ElementsAre(IsEmpty(), IsEmpty(), IsEmpty()));
    EXPECT_THAT(run.at_act, ElementsAre(before)) << to_string(effect);
  }
}

TEST(LazyRun, IsRecoveredAfterAKillInsideItsFirstCallWithEffects) {  // [HOST-01] [DUR-08]
  LazyRun run(tool::Effect::irreversible);
  run.act->before_effect = [&] { run.store->dead = true; };
  (void)run.drive();
  run.new_process();

  auto outcome = run.recover(run.row().id.str());

  ASSERT_TRUE(outcome.has_value());
  EXPECT_EQ(outcome->status, RunStatus::waiting);
  EXPECT_EQ(outcome->reason, "in_doubt");
  EXPECT_EQ(run.total_effects(), 4) << "three looks, and it was not done twice";
}

TEST(LazyRun, LeavesNothingWhenItsProcessDiesBefore) {  // [HOST-01]
  LazyRun run(tool::Effect::irreversible);
  run.look->before_effect = [&] { run.store->dead = true; };
  (void)run.drive();
  run.new_process();

  EXPECT_THAT(run.stored(), IsEmpty());
  EXPECT_THAT(run.at_act, IsEmpty());
}

TEST(LazyRun, IsStoredWhenItIsOldEnoughInTheMiddleOfAModelCall) {  // [HOST-01]
  LazyRun run;
  run.agent.durable_after = seconds(2);
  run.model->wait.emplace();
  ManualGroup tasks(run.loop);
  tasks.spawn(run.keep(run.invocation()));
  run.loop.run_ready();
  run.loop.advance(Milliseconds(1'999));
  EXPECT_THAT(run.stored(), IsEmpty());

  run.loop.advance(Milliseconds(1));

  EXPECT_THAT(run.stored(), ElementsAre("admitted", "opened"));
  EXPECT_EQ(run.row().status, RunStatus::running);
  run.model->wait->set();
  run.loop.run_ready();
  ASSERT_TRUE(run.outcome.has_value());
  EXPECT_TRUE(run.outcome->ok()) << run.outcome->error;
  EXPECT_THAT(run.at_look.at(0), ElementsAre("admitted", "opened", "responded"));
}

TEST(LazyRun, IsStoredWhenItIsOldEnoughOnceTheStoreIsBack) {  // [HOST-01]
  LazyRun run;
  run.model->wait.emplace();
  ManualGroup tasks(run.loop);
  tasks.spawn(run.keep(run.invocation()));
  run.loop.run_ready();
  run.journal.go_away();
  run.loop.advance(kDurableAfter);
  EXPECT_THAT(run.stored(), IsEmpty());

  run.journal.come_back();
  run.loop.advance(seconds(2));

  EXPECT_THAT(run.stored(), ElementsAre("admitted", "opened"));
}

TEST(LazyRun, IsLeftForRecoveryByAShutdown) {  // [HOST-01]
  LazyRun run;
  CancelScope scope;
  run.look->sees = [&](const tool::Call&) { scope.cancel({Cause::shutdown, "the program is ending"}); };
  auto left = run.loop.run(run.in_scope(scope, run.executor->run(run.agent, run.invocation())));
  EXPECT_EQ(left.status, RunStatus::running);
  EXPECT_EQ(run.journal.commits(), 2u) << "it is stored and given back";
  run.look->sees = nullptr;
  run.new_process();

  auto outcome = run.recover(left.run_id.str());

  ASSERT_TRUE(outcome.has_value());
  EXPECT_TRUE(outcome->ok()) << outcome->error;
  EXPECT_EQ(run.model->asked[0], 1) << "what was paid for is there";
}

TEST(LazyRun, SaysThatItIsLostWhereItCannotBeStored) {  // [HOST-01]
  LazyRun run;
  CancelScope scope;
  run.look->sees = [&](const tool::Call&) {
    run.journal.go_away();
    scope.cancel({Cause::shutdown, "the program is ending"});
  };

  auto outcome = run.loop.run(run.in_scope(scope, run.executor->run(run.agent, run.invocation())));

  EXPECT_EQ(outcome.status, RunStatus::error);
  EXPECT_THAT(outcome.error, HasSubstr("start it again"));
  run.journal.come_back();
  EXPECT_THAT(run.stored(), IsEmpty());
}

// The store does not even say whether it is there.
TEST(LazyRun, DoesNotSayThatItIsLostWhereThatIsNotKnown) {  // [HOST-01]
  LazyRun run;
  CancelScope scope;
  run.look->sees = [&](const tool::Call&) {
    run.store->dead = true;
    scope.cancel({Cause::shutdown, "the program is ending"});
  };

  auto outcome = run.loop.run(run.in_scope(scope, run.executor->run(run.agent, run.invocation())));

  EXPECT_EQ(outcome.status, RunStatus::running);
  EXPECT_EQ(outcome.error, "");
  EXPECT_THAT(outcome.reason, HasSubstr("may be stored or not"));
  EXPECT_THAT(outcome.reason, HasSubstr("executus runs show " + outcome.run_id.str()));
}

// As the timer of its age does it while the store gives no answers.
TEST(LazyRun, IsLeftToRecoveryWhenItWasStoredWithoutAnAnswer) {  // [HOST-01]
  LazyRun run(tool::Effect::irreversible);
  run.model->wait.emplace();
  run.store->after_admit = [&run] {
    run.store->calls_until_away = 0;  // nor does it say what it has
    throw Error(ErrorKind::disconnected, "store.away", "the store is away");
  };
  ManualGroup tasks(run.loop);
  tasks.spawn(run.keep(run.invocation()));
  run.loop.run_ready();
  run.loop.advance(kDurableAfter);
  ASSERT_THAT(run.stored(), ElementsAre("admitted", "opened"));
  run.store->after_admit = nullptr;
  run.model->wait->set();  // its answer comes before the next try of the timer
  run.loop.run_ready();

  ASSERT_TRUE(run.outcome.has_value());
  EXPECT_EQ(run.outcome->status, RunStatus::running);
  EXPECT_THAT(run.outcome->reason, HasSubstr("by a try that had no answer"));
  EXPECT_THAT(run.at_act, IsEmpty());
  EXPECT_EQ(run.row().worker, "");
  run.new_process();
  auto recovered = run.recover(run.outcome->run_id.str());
  ASSERT_TRUE(recovered.has_value());
  EXPECT_TRUE(recovered->ok()) << recovered->error;
  EXPECT_THAT(run.at_act, SizeIs(1));
}

// Notes what is stored when it is asked.
struct NotingGate final : Gate {
  explicit NotingGate(LazyRun& asking) : run(asking) {}
  Task<std::vector<journal::GateDecision>> decide(RunInfo, std::vector<GateCall> calls) override {
    stored.push_back(co_await run.stored_now());
    co_return std::vector<journal::GateDecision>(calls.size());
  }
  LazyRun& run;
  std::vector<Kinds> stored;
};

TEST(LazyRun, IsStoredBeforeTheHostsGateHearsOfIt) {  // [HOST-01]
  LazyRun run;
  NotingGate gate(run);
  run.reconfigure([&](ExecutorConfig& config) { config.ports.gate = &gate; });

  ASSERT_TRUE(run.drive().ok());

  EXPECT_THAT(gate.stored.at(0), ElementsAre("admitted", "opened", "responded"));
}

struct NotingFiles final : InputFiles {
  explicit NotingFiles(LazyRun& asking) : run(asking) {}
  Task<std::string> stage(RunId, std::size_t, InputFile) override { co_return ""; }
  Task<std::optional<std::string>> keep_output(RunId, InputFile) override {
    stored.push_back(co_await run.stored_now());
    co_return std::optional<std::string>("run:output");
  }
  LazyRun& run;
  std::vector<Kinds> stored;
};

TEST(LazyRun, IsStoredBeforeAFileOfItIsWritten) {  // [HOST-01]
  LazyRun run;
  NotingFiles files(run);
  run.look->act = [] { return tool::Done{std::string(200'000, 'x')}; };
  run.reconfigure([&](ExecutorConfig& config) { config.ports.input_files = &files; });

  ASSERT_TRUE(run.drive().ok());

  EXPECT_THAT(files.stored.at(0), ElementsAre("admitted", "opened", "responded"));
}

TEST(LazyRun, IsStoredAsCancelledWithOneCommit) {  // [HOST-01]
  LazyRun run;
  CancelScope scope;
  run.look->sees = [&](const tool::Call&) { scope.cancel({Cause::caller, "enough"}); };

  auto outcome = run.loop.run(run.in_scope(scope, run.executor->run(run.agent, run.invocation())));

  EXPECT_EQ(outcome.status, RunStatus::cancelled);
  EXPECT_EQ(run.row().status, RunStatus::cancelled);
  EXPECT_EQ(run.journal.commits(), 1u);
}

TEST(LazyRun, IsStoredWhereItWaits) {  // [HOST-01]
  LazyRun run;
  run.agent.permissions.ask = {"look"};

  auto outcome = run.drive();

  EXPECT_EQ(outcome.status, RunStatus::waiting);
  EXPECT_EQ(run.row().status, RunStatus::waiting);
  EXPECT_EQ(run.row().reason, "approval");
  EXPECT_EQ(run.row().worker, "");
  EXPECT_THAT(run.stored(), ElementsAre("admitted", "opened", "responded", "gated", "waited"));
}

TEST(LazyRun, IsStoredBeforeARunBelowIt) {  // [HOST-01]
  LazyRun run;
  run.agent.agents = {"researcher"};
  run.last = "agent__researcher";

  auto outcome = run.drive();

  ASSERT_TRUE(outcome.ok()) << outcome.error;
  auto child = run.loop.run(run.others->below(outcome.run_id, 10)).at(0);
  EXPECT_EQ(child.root, outcome.run_id.str());
  EXPECT_EQ(child.durability, Durability::strict);
  EXPECT_EQ(child.status, RunStatus::ok);
}

// Commits before the model is asked for the first time.
std::uint64_t commits_at_first(LazyRun& run, Invocation invocation) {
  std::optional<std::uint64_t> commits;
  run.model->on_call = [&] { commits = commits.value_or(run.journal.commits()); };
  EXPECT_TRUE(run.drive(std::move(invocation)).ok());
  return commits.value_or(0);
}

TEST(LazyRun, IsStoredFirstWhereSomethingElseKnowsOfIt) {  // [HOST-01]
  LazyRun nothing_knows;
  EXPECT_EQ(commits_at_first(nothing_knows, nothing_knows.invocation()), 0u);
  LazyRun with_an_id;
  EXPECT_EQ(commits_at_first(with_an_id, static_cast<Harness&>(with_an_id).invocation("run")), 1u);
  LazyRun with_a_session;
  auto in_session = with_a_session.invocation();
  in_session.session = [](std::shared_ptr<Session>) { return SessionTools(); };
  EXPECT_EQ(commits_at_first(with_a_session, std::move(in_session)), 1u);
  LazyRun told;
  auto wants_to_know = told.invocation();
  bool admitted = false;
  wants_to_know.on_admitted = [&](bool created) { admitted = created; };
  EXPECT_EQ(commits_at_first(told, std::move(wants_to_know)), 1u);
  EXPECT_TRUE(admitted);
}

TEST(LazyRun, TakesItsPlaceWhereThereAreLimits) {  // [HOST-01] [DUR-18]
  LazyRun run;
  run.loop.run(run.others->set_limit({journal::LimitOf::caller, "somebody else", 1}));

  EXPECT_EQ(commits_at_first(run, run.invocation()), 2u) << "the limit, and the run";
}

// A budget that limits what runs spend, and notes what is stored when it is asked.
struct NotingBudget final : Budget {
  explicit NotingBudget(LazyRun& asking) : run(asking) {}
  Task<std::optional<std::string>> check(RunInfo) override { co_return std::nullopt; }
  Task<void> commit(RunInfo, Milliseconds) override { co_return; }
  Task<BudgetTerms> begin(RunInfo, std::optional<AgentBudget>) override { co_return BudgetTerms{limits, false}; }
  Task<BudgetAnswer> reserve(RunInfo, RunSpending, Amounts calls) override {
    stored.push_back(co_await run.stored_now());
    co_return BudgetAnswer{BudgetAnswer::Verdict::granted, calls};
  }
  LazyRun& run;
  bool limits = true;
  std::vector<Kinds> stored;
};

TEST(LazyRun, IsStoredBeforeABudgetHoldsAnythingForIt) {  // [HOST-01]
  LazyRun run;
  NotingBudget budget(run);
  run.reconfigure([&](ExecutorConfig& config) { config.ports.budget = &budget; });

  ASSERT_TRUE(run.drive().ok());
  EXPECT_THAT(budget.stored.at(0), ElementsAre("admitted", "opened"));

  budget.limits = false;
  auto before = run.journal.commits();
  ASSERT_TRUE(run.drive().ok());
  EXPECT_EQ(run.journal.commits() - before, 1u);
}

TEST(LazyRun, IsContinuedAsAnyOther) {  // [HOST-01]
  LazyRun run;
  auto first = run.drive();
  auto next = run.invocation();
  next.continues = first.run_id;

  auto outcome = run.drive(std::move(next));

  EXPECT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_EQ(outcome.inherited_messages, first.messages.size());
  EXPECT_EQ(run.journal.commits(), 2u);
}

TEST(LazyRun, IsLostWhenTheRunItContinuesIsErased) {  // [HOST-01]
  LazyRun run;
  auto first = run.drive();
  auto next = run.invocation();
  next.continues = first.run_id;
  run.model->wait.emplace();
  ManualGroup tasks(run.loop);
  tasks.spawn(run.keep(std::move(next)));
  run.loop.run_ready();
  EXPECT_EQ(run.loop.run(run.others->erase(first.run_id, journal::Erasing::for_good)).verdict,
            journal::EraseVerdict::erased);

  run.model->wait->set();
  run.loop.run_ready();

  ASSERT_TRUE(run.outcome.has_value());
  EXPECT_EQ(run.outcome->status, RunStatus::error);
  EXPECT_THAT(run.outcome->error, HasSubstr("was erased"));
}

}  // namespace
}  // namespace executus::run
