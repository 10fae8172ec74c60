// Maps that are told something, asked about, upgraded, forked, late, or too deep.
#include <memory>

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/journal/checkpoint.hpp>
#include <executus/run/answering.hpp>
#include <executus/run/forking.hpp>
#include <executus/run/redefining.hpp>
#include <executus/run/reopening.hpp>

#include "kernel/mapping_test.hpp"
#include "kernel/mixed_map_test.hpp"
#include "run/record/journal_commands.hpp"

namespace executus::run {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

// --- people

TEST(MapThatIsTold, HandsTheMessageToTheNextPhase) {  // [WFL-01] [DUR-13]
  Mapping run({"a", "b"});
  run.on_child = [&](const std::string& prompt, std::size_t) {
    if (prompt == "Look into a") run.post(commands::steer("hurry"));
    return std::nullopt;
  };
  auto outcome = run.run();
  ASSERT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_TRUE(Mapping::heard(run.model->requests.back(), "hurry"));
  EXPECT_THAT(run.undelivered(), IsEmpty());
  for (std::size_t i = 0; i + 1 < run.model->requests.size(); ++i)
    EXPECT_FALSE(Mapping::heard(run.model->requests[i], "hurry"));
}

TEST(MapThatIsTold, AsTheLastPhaseKeepsTheMessageAsUndelivered) {  // [WFL-01] [DUR-13] [DUR-38]
  Mapping run({"a", "b"});
  run.agent.phases.pop_back();
  run.on_child = [&](const std::string& prompt, std::size_t) {
    if (prompt == "Look into a") run.post(commands::steer("hurry"));
    return std::nullopt;
  };
  auto outcome = run.run();
  ASSERT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_EQ(outcome.output, R"(["found: Look into a","found: Look into b"])");
  EXPECT_THAT(run.undelivered(), ElementsAre("hurry"));
}

TEST(MapThatIsTold, WhileItsRunsWaitGoesOnAllTheSame) {  // [WFL-01] [DUR-13]
  Mixed run(MapItems::OnFailure::collect, "none");
  ASSERT_EQ(run.run().status, RunStatus::waiting);
  run.post(commands::steer("hurry"));
  auto still = run.recover();
  ASSERT_TRUE(still);
  EXPECT_EQ(still->status, RunStatus::waiting);
  auto outcome = run.go_on();
  ASSERT_TRUE(outcome && outcome->ok()) << (outcome ? outcome->error : "not due");
  EXPECT_EQ(outcome->output, R"(tell ["found: 0","found: 1","found: 2","found: 3"])");
  EXPECT_TRUE(Mapping::heard(run.model->requests.back(), "hurry"));
}

TEST(MapThatAsks, MakesNoRunBeforeAllItemsAreDecided) {  // [WFL-01]
  for (auto on_failure : {MapItems::OnFailure::collect, MapItems::OnFailure::stop}) {
    Mapping run({"a", "b"}, {"{{plan.items}}", "researcher", "{{item}}", 8, on_failure});
    run.agent.permissions.ask = {"agent__researcher"};
    auto outcome = run.run();
    ASSERT_EQ(outcome.reason, "approval") << outcome.error;
    EXPECT_TRUE(run.children().empty());
    auto record = journal::fold(run.entries());
    auto open = record.conversation.open_batch();
    ASSERT_EQ(open.size(), 2u);
    run.post(commands::approve(open[1], Approval::approved, ""));
    auto still = run.recover();
    ASSERT_TRUE(still);
    EXPECT_EQ(still->reason, "approval");
    EXPECT_TRUE(run.children().empty());
    run.post(commands::approve(open[0], Approval::rejected, "not this"));
    auto ended = run.recover();
    ASSERT_TRUE(ended);
    if (on_failure == MapItems::OnFailure::collect) {
      EXPECT_EQ(ended->output, R"(tell [null,"found: b"])");
      EXPECT_THAT(run.each_of(*ended).error, HasSubstr("not this"));
    } else {
      EXPECT_EQ(ended->error_code, "map.item_failed");
      EXPECT_THAT(ended->error, AllOf(HasSubstr("item 1 of 2"), HasSubstr("not this")));
      EXPECT_TRUE(run.children().empty());
    }
  }
}

// --- other definitions

TEST(MapThatIsUpgraded, MayRunMoreAtATimeButNotHaveAnotherAgent) {  // [WFL-01] [DUR-40]
  Mixed run(MapItems::OnFailure::collect, "none");
  ASSERT_EQ(run.run().status, RunStatus::waiting);
  auto other = run.agent;
  run.sub_agents.agents["helper"] = run.sub_agents.agents["researcher"];
  other.agents = {"researcher", "helper"};
  other.phases[1].map.agent = "helper";
  auto refused = run.upgrade(other);
  EXPECT_EQ(refused, Redefinition::refused);
  EXPECT_THAT(refused.hindrances, Contains(HasSubstr("phase 'each'")));

  auto wider = run.agent;
  wider.phases[1].map.concurrency = 3;
  EXPECT_EQ(run.upgrade(wider), Redefinition::accepted);
  auto outcome = run.go_on();
  ASSERT_TRUE(outcome && outcome->ok()) << (outcome ? outcome->error : "not due");
  EXPECT_EQ(outcome->output, R"(tell ["found: 0","found: 1","found: 2","found: 3"])");
}

TEST(MapThatIsForked, TakesResultsOverAndMakesTheRestAnew) {  // [WFL-01]
  Mixed run(MapItems::OnFailure::collect, "none");
  ASSERT_EQ(run.run().status, RunStatus::waiting);
  ForkOptions options;
  options.at = 2;
  options.run_id = *RunId::parse("fork");
  run.asked.clear();
  (void)run.loop.run(fork_run(*run.executor, *run.store, *RunId::parse("run"), std::move(options), DryRun::no));
  auto outcome = run.recover("fork");
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->status, RunStatus::waiting) << outcome->error;
  EXPECT_THAT(run.asked, ElementsAre(Pair("1", 1))) << "the others have their results";
}

// --- limits

TEST(MapThatIsLate, EndsWithItsRunsAtTheDeadlineAndIsRetried) {  // [WFL-01] [RUN-21]
  Mapping run({"a", "b"}, stopping(1));
  bool slow = true;
  run.agent.max_runtime = Milliseconds(100);
  run.on_child = [&](const std::string& prompt, std::size_t turn) {
    return prompt == "b" && turn == 0 && slow ? std::optional(calls({{"l", "look", "{}"}})) : std::nullopt;
  };
  run.look->around = [](OneShot<> never) -> Task<void> { co_await never.wait(); };
  std::optional<RunOutcome> outcome;
  {
    ManualGroup group(run.loop);
    group.spawn(Mapping::keep(run.executor->run(run.agent, run.invocation("run")), &outcome));
    run.loop.run_ready();
    run.loop.advance(Milliseconds(100));
    ASSERT_TRUE(outcome);
  }
  EXPECT_EQ(outcome->status, RunStatus::timeout) << outcome->error;
  slow = false;
  run.look->around = nullptr;
  for (const auto& row : run.children())
    if (!is_terminal(row.status)) (void)run.recover(row.id.str());
  EXPECT_TRUE(run.retry() == Reopening::accepted);
  auto retried = run.recover();
  ASSERT_TRUE(retried);
  EXPECT_EQ(retried->output, R"(tell ["found: a","found: b"])") << retried->error;
  EXPECT_EQ(run.children().size(), 2u);
}

TEST(MapThatIsDeep, IsRefusedWhereRunsMayNotDelegateDeeper) {  // [WFL-01] [COR-15]
  Mapping run({"a"});
  auto top = named("top", "top");
  run.sub_agents.agents["boss"] = {run.agent, {}};
  run.reconfigure([family = &run](ExecutorConfig& config) {
    config.ports.sub_agents = &family->sub_agents;
    config.delegation = {1, 100};
  });
  auto boss = run.agent;
  run.agent = top;
  run.agent.agents = {"boss"};
  run.agent.phases = {
      Phase{.name = "list", .system_prompt = "plan", .kind = Phase::Kind::prompt, .output = kItems},
      Phase{.name = "each", .system_prompt = "", .kind = Phase::Kind::map, .map = {"{{list.items}}", "boss"}},
      Phase{.name = "tell", .system_prompt = "tell {{each}}", .kind = Phase::Kind::prompt}};
  auto outcome = run.run();
  ASSERT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_EQ(outcome.output, R"(tell ["tell [null]"])");
}

}  // namespace
}  // namespace executus::run
