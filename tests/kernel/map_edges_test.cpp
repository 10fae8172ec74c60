// Maps whose runs wait, fail, are cancelled or talked to, and what a process that dies leaves of them.
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

namespace json = boost::json;
using ::testing::AllOf;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

TEST(MapItemsOf, EachKindOfValueReachThePromptAsText) {  // [WFL-01]
  auto list = json::parse(R"([null, 1, 1.5, true, {"a":"{{plan}}"}, ["y"], "", "last"])").as_array();
  Mapping run(list, {"{{plan.items}}", "researcher", "[{{item}}]"});
  auto outcome = run.run();
  ASSERT_TRUE(outcome.ok()) << outcome.error;
  std::vector<std::string> prompts;
  for (const auto& [prompt, times] : run.asked) prompts.push_back(prompt + std::to_string(times));
  EXPECT_THAT(prompts, UnorderedElementsAre("[]2", "[1]1", "[1.5]1", "[true]1", R"([{"a":"{{plan}}"}]1)", R"([["y"]]1)",
                                            "[last]1"));
}

// Dies at every write, with a child that waits for a person, and an item that fails.
TEST(MapThatWaits, DiesAtEveryWriteAndGoesOn) {  // [WFL-01] [WFL-04] [DUR-24]
  Mixed calm(MapItems::OnFailure::collect);
  ASSERT_EQ(calm.run().status, RunStatus::waiting);
  auto whole = calm.go_on();
  ASSERT_TRUE(whole && whole->ok());
  ASSERT_EQ(whole->output, R"(tell ["found: 0","found: 1","found: 2",null])");
  bool died = true;
  for (int writes = 1; died; ++writes) {
    SCOPED_TRACE(writes);
    ASSERT_LT(writes, 120);
    Mixed run(MapItems::OnFailure::collect);
    run.store->writes_left = writes;
    auto outcome = run.run();
    died = run.store->writes_left == 0;
    run.new_process();
    for (int i = 0; i < 4 && !outcome.ok(); ++i)
      if (auto next = run.go_on()) outcome = *next;
    ASSERT_TRUE(outcome.ok()) << outcome.error;
    EXPECT_EQ(digest_of(outcome), digest_of(*whole));
    EXPECT_EQ(run.children().size(), 4u);
    EXPECT_EQ(run.total_effects(), 1);
  }
}

// Each item's run asks another one: two and two, wherever a process dies.
TEST(MapWhoseRunsDelegate, CountsTheRunsBelowAfterACrash) {  // [WFL-01] [COR-16] [DUR-24]
  auto make = [] {
    auto run = std::make_unique<Mapping>(numbered(2), MapItems{"{{plan.items}}", "researcher", "{{item}}", 1});
    run->sub_agents.agents["researcher"].agent.agents = {"helper"};
    run->sub_agents.agents["helper"] = {named("helper", "helper"), {}};
    run->on_child = [](const std::string&, std::size_t turn) -> std::optional<llm::Response> {
      if (turn > 0) return std::nullopt;
      return calls({{"h", "agent__helper", R"({"prompt":"help"})"}});
    };
    return run;
  };
  auto whole = make()->run();
  ASSERT_TRUE(whole.ok()) << whole.error;
  ASSERT_EQ(whole.runs_below, 4);
  for (int writes = 1;; ++writes) {
    SCOPED_TRACE(writes);
    ASSERT_LT(writes, 80);
    auto run = make();
    run->store->writes_left = writes;
    if (run->run().ok()) break;
    run->new_process();
    auto outcome = run->recover();
    ASSERT_TRUE(outcome && outcome->ok());
    EXPECT_EQ(outcome->runs_below, 4);
    EXPECT_EQ(digest_of(*outcome), digest_of(whole));
  }
}

// Dies at every write of a map that stops, is retried, and goes on: no item has a second run.
TEST(MapThatStops, DiesAtEveryWriteAndIsRetried) {  // [WFL-01] [WFL-04]
  for (int writes = 1;; ++writes) {
    SCOPED_TRACE(writes);
    ASSERT_LT(writes, 80);
    Mapping run({"a", "a", "b"}, stopping(1));
    run.agent.phases[1].map.prompt = "{{index}}";
    bool broken = true;
    run.on_child = [&](const std::string& prompt, std::size_t) {
      return broken && prompt == "2" ? break_down() : std::nullopt;
    };
    run.store->writes_left = writes;
    auto outcome = run.run();
    bool died = outcome.error_code != "map.item_failed";
    run.new_process();
    if (died)
      if (auto next = run.recover()) outcome = *next;
    if (!outcome.ok()) {
      ASSERT_EQ(outcome.error_code, "map.item_failed") << outcome.error;
      EXPECT_THAT(outcome.error, HasSubstr("item 2 of 3"));
      EXPECT_EQ(run.children().size(), 2u);
      broken = false;
      EXPECT_TRUE(run.retry() == Reopening::accepted);
      outcome = *run.recover();
    }
    ASSERT_TRUE(outcome.ok()) << outcome.error;
    EXPECT_EQ(outcome.output, R"(tell ["found: 1","found: 2","found: 3"])");
    EXPECT_EQ(run.children().size(), 3u);
    if (!died) break;
  }
}

TEST(MapThatStops, LetsThoseGoOnThatRunAndKeepsTheirResults) {  // [WFL-01]
  Mixed run(MapItems::OnFailure::stop, "2");
  auto outcome = run.run();
  EXPECT_EQ(outcome.error_code, "map.item_failed") << outcome.error;
  EXPECT_THAT(outcome.error, HasSubstr("item 3 of 4"));
  EXPECT_EQ(run.children().size(), 3u) << "the second one waits for a person";
  run.broken = false;
  EXPECT_TRUE(run.retry() == Reopening::accepted);
  auto retried = run.recover();
  ASSERT_TRUE(retried);
  if (retried->status == RunStatus::waiting) retried = run.go_on();
  ASSERT_TRUE(retried && retried->ok()) << (retried ? retried->error : "not due");
  EXPECT_EQ(retried->output, R"(tell ["found: 0","found: 1","found: 2","found: 3"])");
  EXPECT_EQ(run.children().size(), 4u);
}

TEST(MapThatWaits, IsCancelledWithItsRuns) {  // [WFL-01]
  Mixed run(MapItems::OnFailure::collect);
  ASSERT_EQ(run.run().status, RunStatus::waiting);
  auto child = *run.waiting();
  run.post(commands::cancel());
  auto outcome = run.recover();
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->status, RunStatus::cancelled);
  (void)run.recover(child.str());
  EXPECT_EQ(run.status_of(child), RunStatus::cancelled);
}

TEST(MapThatStops, AsTheLastPhaseAndOptionalHasItsFallbackAsTheAnswer) {  // [WFL-01]
  Mixed run(MapItems::OnFailure::stop, "0");
  run.agent.phases.pop_back();
  run.agent.phases[1].optional = true;
  run.agent.phases[1].fallback = "none";
  auto outcome = run.run();
  ASSERT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_EQ(outcome.output, "none");
}

// A rejection is durable before the map has failed of it.
TEST(MapThatStops, DiesAtEveryWriteWhenAllItsItemsAreRejected) {  // [WFL-01] [WFL-04]
  bool died = true;
  for (int writes = 1; died; ++writes) {
    SCOPED_TRACE(writes);
    ASSERT_LT(writes, 20);
    Mapping run({"a"}, stopping(1));
    run.agent.permissions.ask = {"agent__researcher"};
    ASSERT_EQ(run.run().reason, "approval");
    auto record = journal::fold(run.entries());
    run.post(commands::approve(record.conversation.open_batch()[0], Approval::rejected, "not this"));
    run.store->writes_left = writes;
    auto outcome = run.recover();
    died = !outcome || outcome->error_code != "map.item_failed";
    run.new_process();
    if (died) outcome = run.recover();
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->error_code, "map.item_failed") << outcome->error;
    EXPECT_THAT(outcome->error, HasSubstr("not this"));
    EXPECT_TRUE(run.children().empty());
  }
}

TEST(MapThatCollects, SaysOfTheFirstFewWhyTheyFailed) {  // [WFL-01]
  Mapping run(numbered(5));
  run.on_child = [](const std::string&, std::size_t) { return break_down(); };
  auto outcome = run.run();
  EXPECT_EQ(outcome.output, "tell [null,null,null,null,null]");
  auto why = run.each_of(outcome).error;
  EXPECT_THAT(why, AllOf(HasSubstr("5 of 5 items failed"), HasSubstr("item 3: "), HasSubstr("; and more")));
  EXPECT_THAT(why, ::testing::Not(HasSubstr("item 4")));
}

// A model that delegates after the map has all of its budget, whichever process made the map's runs.
TEST(MapThatIsRecovered, TakesNoneOfWhatModelsMayStart) {  // [WFL-01] [WFL-04] [COR-16]
  bool died = true;
  for (int writes = 1; died; ++writes) {
    SCOPED_TRACE(writes);
    ASSERT_LT(writes, 60);
    Mapping run({"a", "b"});
    run.agent.phases[2] = Phase{.name = "tell", .system_prompt = "tell"};
    run.on_tell = [](std::size_t turn) {
      return turn == 0 ? calls({{"c", "agent__researcher", R"({"prompt":"more"})"}}) : says("told");
    };
    run.reconfigure([family = &run](ExecutorConfig& config) {
      config.ports.sub_agents = &family->sub_agents;
      config.delegation = {5, 1};
    });
    run.store->writes_left = writes;
    auto outcome = run.run();
    died = !outcome.ok();
    if (died) {
      run.new_process();
      outcome = *run.recover();
    }
    EXPECT_EQ(outcome.output, "told") << outcome.error;
    EXPECT_EQ(run.children().size(), 3u);
  }
}

}  // namespace
}  // namespace executus::run
