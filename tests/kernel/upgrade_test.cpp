// A run goes on with another definition of its agent, because a person says so.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/run/answering.hpp>
#include <executus/run/redefining.hpp>
#include <executus/run/stored_run.hpp>

#include "kernel/parking_test.hpp"
#include "run/family_test.hpp"
#include "run/record/journal_commands.hpp"

namespace executus::run {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

Redefinition upgrade(Harness& run, Agent agent, DryRun dry_run = DryRun::no) {
  return run.loop.run(upgrade_run(*run.executor, *run.store, *RunId::parse("run"), std::move(agent), "ada", dry_run));
}

Task<void> upgrade_beside(Harness& run, Agent agent, std::string id, std::optional<Redefinition>& result,
                          DryRun dry_run) {
  result = co_await upgrade_run(*run.executor, *run.store, *RunId::parse(std::move(id)), std::move(agent), "", dry_run);
}

std::vector<std::string> changed(const Redefinition& redefinition) {
  std::vector<std::string> names;
  for (const auto& change : redefinition.changes) names.push_back(change.what);
  return names;
}

// Asks whether it may act, acts, and answers.
struct Asking : Harness {
  Asking()
      : Harness([](std::size_t turn) { return turn == 0 ? calls({{"c", "act", "{}"}}) : says("done"); }),
        act(add_tool("act", tool::Effect::keyed)) {
    agent.permissions.ask = {"act"};
  }
  void park() { ASSERT_EQ(run().reason, "approval"); }
  journal::RunRow row() { return *loop.run(store->inner().find(*RunId::parse("run"))); }
  EffectTool& act;
};

TEST(Upgrade, IsWhatTheRunGoesOnWith) {  // [DUR-22] [DUR-40]
  Asking run;
  run.park();
  auto better = run.agent;
  better.system_prompt = "Be better.";
  better.permissions = {};

  auto redefinition = upgrade(run, better);

  EXPECT_EQ(redefinition, Redefinition::accepted);
  EXPECT_THAT(changed(redefinition), ElementsAre("ask", "system_prompt"));
  EXPECT_EQ(run.row().status, RunStatus::queued);
  run.new_process();
  auto outcome = run.recover();
  EXPECT_TRUE(outcome->ok()) << "nothing is asked any more";
  EXPECT_EQ(run.model->requests.back().system, "Be better.");
  EXPECT_EQ(run.model->requests.size(), 2u);
  EXPECT_EQ(run.total_effects(), 1);
  EXPECT_EQ(run.loop.run(read_stored_run(*run.store, *RunId::parse("run")))->agent.system_prompt, "Be better.");
}

TEST(Upgrade, AsksAgainForCallsThatWereNotSent) {  // [DUR-22] [DUR-36] [DUR-32]
  Asking run;
  run.park();
  (void)run.loop.run(answer_approval(*run.store, *RunId::parse("run"), "", Approval::approved, AnswerNote()));
  auto better = run.agent;
  better.system_prompt = "Be better.";
  EXPECT_EQ(upgrade(run, better), Redefinition::answers_waiting);
  EXPECT_EQ(upgrade(run, better, DryRun::yes), Redefinition::answers_waiting) << "it would be refused, it says";
  run.store->writes_left = 1;  // the approval is taken in, and the process dies
  (void)run.recover();
  run.new_process();

  EXPECT_EQ(upgrade(run, better), Redefinition::accepted);

  EXPECT_EQ(run.recover()->reason, "approval") << "the approval was for the definition of then";
  EXPECT_EQ(run.total_effects(), 0);
}

TEST(Upgrade, ThatIsOnlyLookedAtChangesNothing) {  // [DUR-40]
  Asking run;
  run.park();
  auto better = run.agent;
  better.max_iterations = 99;

  EXPECT_THAT(changed(upgrade(run, better, DryRun::yes)), ElementsAre("max_iterations"));

  EXPECT_THAT(run.kinds(), Not(Contains("redefined")));
  EXPECT_EQ(upgrade(run, run.agent), Redefinition::same);
  auto kept = run.agent;
  kept.root.clear();
  kept.durability = Durability::relaxed;
  EXPECT_EQ(upgrade(run, kept), Redefinition::same) << "root and durability are the run's";
  EXPECT_THAT(run.kinds(), Not(Contains("redefined")));
}

TEST(Upgrade, RefusesADefinitionThatTheRunCannotGoOnWith) {  // [DUR-22] [DUR-40]
  Asking run;
  run.park();
  auto without = run.agent;
  without.tools = {};
  EXPECT_THAT(upgrade(run, without).hindrances, ElementsAre(HasSubstr("no such tool")));
  auto other = run.agent;
  other.name = "another";
  EXPECT_THAT(upgrade(run, other).hindrances, ElementsAre(HasSubstr("of agent 'test'")));
  auto phased = run.agent;
  phased.phases = {{"first", "plan"}};
  EXPECT_EQ(upgrade(run, phased), Redefinition::refused);
  run.act.change().spec.parameters = {{"type", "object"}, {"required", boost::json::array{"x"}}};
  EXPECT_THAT(upgrade(run, run.agent).hindrances, ElementsAre(HasSubstr("other arguments")));
  EXPECT_THAT(run.kinds(), Not(Contains("redefined")));
}

TEST(Upgrade, RefusesPhasesInThePlaceOfThoseThatHaveBegun) {  // [DUR-22] [DUR-12]
  Harness run([](const llm::Request& request, std::size_t turn) {
    if (request.system == "plan") return says("a plan");
    return turn == 0 ? calls({{"c", "act", "{}"}}) : says("done by " + request.system);
  });
  run.add_tool("act", tool::Effect::keyed);
  run.agent.permissions.ask = {"act"};
  run.agent.phases = {{"first", "plan"}, {"second", "do"}, {"third", "look"}};
  ASSERT_EQ(run.run().reason, "approval");
  auto other = run.agent;
  other.phases[1].name = "else";
  EXPECT_THAT(upgrade(run, other).hindrances, ElementsAre(HasSubstr("phase 'second' of the run has begun")));
  other.phases[1] = run.agent.phases[1];
  other.phases[0].kind = Phase::Kind::prompt;
  EXPECT_THAT(upgrade(run, other).hindrances, ElementsAre(HasSubstr("phase 'first' of the run has begun")));
  other.phases.resize(1);
  other.phases[0] = run.agent.phases[0];
  EXPECT_THAT(upgrade(run, other).hindrances, ElementsAre(HasSubstr("no such phase")));
  other = run.agent;
  other.permissions = {};
  other.phases[1].system_prompt = "do it better";
  other.phases[2] = {"last", "sum up"};

  EXPECT_EQ(upgrade(run, other), Redefinition::accepted);

  EXPECT_EQ(run.recover()->output, "done by sum up") << "what comes later may change";
  EXPECT_EQ(run.model->requests[2].system, "do") << "the phase that runs keeps its prompt";
}

TEST(Upgrade, GivesPhasesToARunThatHasNotBegun) {  // [DUR-22] [DUR-12]
  Harness run([](const llm::Request& request, std::size_t) { return says("by " + request.system); });
  auto queued = run.invocation("run");
  queued.start = Invocation::Start::queued;
  ASSERT_EQ(run.loop.run(run.executor->run(run.agent, std::move(queued))).status, RunStatus::queued);
  run.agent.phases = {{"first", "plan"}};

  EXPECT_EQ(upgrade(run, run.agent), Redefinition::accepted);

  EXPECT_EQ(run.recover()->output, "by plan");
}

TEST(Upgrade, NeedsNoToolWhoseCallIsOver) {  // [DUR-22]
  using namespace std::chrono_literals;
  Parking run({call_of("look", "a"), call_of("nap", "b")});
  run.add_tool("look", tool::Effect::pure);
  run.add_parking("nap", tool::Effect::pure, [](const auto&, const tool::Call&) { return tool::ParkFor{1h}; });
  ASSERT_EQ(run.run().reason, "timer");
  run.agent.tools = {"nap"};

  auto redefinition = upgrade(run, run.agent);

  EXPECT_EQ(redefinition, Redefinition::accepted);
  EXPECT_THAT(changed(redefinition), ElementsAre("resolved_tools"));
}

TEST(Upgrade, LeavesAParkedCallParked) {  // [DUR-22] [DUR-43]
  using namespace std::chrono_literals;
  Parking run({call_of("nap", "a")});
  run.add_parking("nap", tool::Effect::irreversible, [](const auto&, const tool::Call&) { return tool::ParkFor{1h}; });
  auto due = run.now() + 1h;
  ASSERT_EQ(run.run().reason, "timer");
  auto better = run.agent;
  better.tools = {};
  EXPECT_THAT(upgrade(run, better).hindrances, ElementsAre(HasSubstr("no such tool")));
  better = run.agent;
  better.permissions.ask = {"nap"};

  EXPECT_EQ(upgrade(run, better), Redefinition::accepted);

  auto outcome = run.go_on();
  EXPECT_EQ(outcome.reason, "timer") << "it was let through when it was sent";
  EXPECT_EQ(outcome.wake_at, due);
  EXPECT_FALSE(run.is_claimable());
  run.loop.advance(1h);
  EXPECT_TRUE(run.go_on().ok());
  EXPECT_THAT(run.told(), ElementsAre("a first", "a time"));
}

TEST(Upgrade, RefusesAParkedCallOfAnotherEffectClass) {  // [DUR-22] [DUR-43]
  using namespace std::chrono_literals;
  auto an_hour = [](const auto&, const tool::Call&) { return tool::ParkFor{1h}; };
  Parking run({call_of("nap", "a")});
  run.add_parking("nap", tool::Effect::irreversible, an_hour);
  ASSERT_EQ(run.run().reason, "timer");
  run.forget_tools();
  run.agent.tools.clear();
  run.add_parking("nap", tool::Effect::pure, an_hour);
  run.new_process();

  EXPECT_THAT(upgrade(run, run.agent).hindrances, ElementsAre(HasSubstr("was sent as irreversible")));
}

TEST(Upgrade, IsForRunsThatNothingDrives) {  // [DUR-22]
  Asking run;
  auto better = run.agent;
  better.permissions = {};
  EXPECT_EQ(upgrade(run, better), Redefinition::no_such_run);
  std::optional<Redefinition> meanwhile;
  run.agent.permissions = {};
  better.system_prompt = "Be better.";
  for (auto dry_run : {DryRun::yes, DryRun::no}) {
    auto id = dry_run == DryRun::yes ? "run" : "other";
    run.act.around = [&](OneShot<>) { return upgrade_beside(run, better, id, meanwhile, dry_run); };
    EXPECT_TRUE(run.run(id).ok());
    EXPECT_EQ(*meanwhile, Redefinition::driven);
  }
  EXPECT_EQ(upgrade(run, better), Redefinition::ended);
}

TEST(Upgrade, LetsAProcessTakeUpARunWhoseToolIsGone) {  // [DUR-39] [DUR-22]
  Harness run([](std::size_t turn) { return turn == 0 ? calls({{"c", "act", "{}"}}) : says("done"); });
  run.add_tool("act", tool::Effect::keyed);
  run.add_tool("gone", tool::Effect::pure);
  run.agent.permissions.ask = {"act"};
  ASSERT_EQ(run.run().reason, "approval");
  run.forget_tools();
  run.agent.tools.clear();
  run.add_tool("act", tool::Effect::keyed);
  run.agent.permissions = {};
  run.new_process();
  auto missing = [&] { return run.loop.run(missing_here(*run.executor, *run.store, *RunId::parse("run"))); };
  EXPECT_THAT(missing(), ElementsAre(HasSubstr("gone")));

  EXPECT_EQ(upgrade(run, run.agent), Redefinition::accepted);

  EXPECT_THAT(missing(), IsEmpty());
  EXPECT_TRUE(run.recover()->ok());
}

// The child of a call that was sent has the definition it was started with.
TEST(Upgrade, RefusesAnotherDefinitionOfAChildThatLives) {  // [DUR-22] [DUR-29]
  Family run;
  run.sub_agents.agents["researcher"].agent.permissions.ask = {"look"};
  ASSERT_EQ(run.run().reason, "child");
  auto better = run.agent;
  better.system_prompt = "better parent";
  run.sub_agents.agents["researcher"].agent.system_prompt = "better child";

  EXPECT_THAT(upgrade(run, better).hindrances, ElementsAre(HasSubstr(run.children()[0].id.str())));

  run.sub_agents.agents["researcher"].agent.system_prompt = "child";
  EXPECT_EQ(upgrade(run, better), Redefinition::accepted);
  EXPECT_EQ(run.recover()->reason, "child") << "it waits for the same child";
  EXPECT_EQ(run.children().size(), 1u);
}

}  // namespace
}  // namespace executus::run
