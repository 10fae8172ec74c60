// A phase of kind `map`: a durable run for each item of a list.
#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/async/timing.hpp>
#include <executus/journal/checkpoint.hpp>

#include "kernel/mapping_test.hpp"
#include "run/record/journal_commands.hpp"

namespace executus::run {
namespace {

namespace json = boost::json;
using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Map, RunsAnAgentForEachItemAndTellsTheResultsInOrder) {  // [WFL-01] [DUR-29]
  Mapping run({"a", "b", "c"});
  auto outcome = run.run();
  ASSERT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_EQ(outcome.output, R"(tell ["found: Look into a","found: Look into b","found: Look into c"])");
  EXPECT_EQ(run.children().size(), 3u);
  EXPECT_THAT(run.asked, Each(::testing::Pair(::testing::_, 1)));
  EXPECT_EQ(outcome.iterations, 3) << "the map is one step";
}

TEST(Map, EqualItemsAreRunsOfTheirOwn) {  // [WFL-01]
  Mapping run({"a", "a", "b"});
  auto outcome = run.run();
  ASSERT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_EQ(run.children().size(), 3u);
  EXPECT_EQ(run.asked["Look into a"], 2);
}

TEST(Map, OfAnEmptyListSucceedsAtOnce) {  // [WFL-01]
  Mapping run({});
  auto outcome = run.run();
  EXPECT_EQ(outcome.output, "tell []");
  EXPECT_TRUE(run.children().empty());
}

TEST(Map, ValuesOfItemsAreNotExpandedAgain) {  // [WFL-01]
  Mapping run({"{{plan}}", "{{item}} {name}", "{{"}, {"{{plan.items}}", "researcher", "{{index}}: {{item}}"});
  auto outcome = run.run();
  ASSERT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_EQ(run.asked["1: {{plan}}"], 1);
  EXPECT_EQ(run.asked["2: {{item}} {name}"], 1);
  EXPECT_EQ(run.asked["3: {{"], 1);
}

TEST(Map, ResultsOfAgentsThatAnswerWithAValueAreValues) {  // [WFL-01]
  Mapping run({"a", "b"});
  run.sub_agents.agents["researcher"].agent.output = {{"type", "object"}};
  run.on_child = [](const std::string&, std::size_t) { return says(R"({"n":7})"); };
  EXPECT_EQ(run.run().output, R"(tell [{"n":7},{"n":7}])");
}

TEST(Map, RunsNoMoreThanItsConcurrencyAtATime) {  // [WFL-01]
  Mapping run(numbered(7), {"{{plan.items}}", "researcher", "{{item}}", 2});
  run.on_child = [](const std::string&, std::size_t turn) {
    return turn == 0 ? std::optional(calls({{"l", "look", "{}"}})) : std::nullopt;
  };
  run.look->around = [](OneShot<>) { return sleep_for(Milliseconds(500)); };
  ManualGroup group(run.loop);
  std::optional<RunOutcome> outcome;
  group.spawn(Mapping::keep(run.executor->run(run.agent, run.invocation("run")), &outcome));
  for (std::size_t begun : {2u, 4u, 6u, 7u}) {
    run.loop.run_ready();
    EXPECT_EQ(run.children().size(), begun) << "two at a time have not ended yet";
    run.loop.advance(Milliseconds(500));
  }
  ASSERT_TRUE(outcome && outcome->ok());
}

// --- failures

TEST(Map, CollectPutsNullInThePlaceOfAnItemThatFailed) {  // [WFL-01]
  Mapping run({"a", "b", "c"});
  run.on_child = [](const std::string& prompt, std::size_t) {
    return prompt == "Look into b" ? break_down() : std::nullopt;
  };
  auto outcome = run.run();
  ASSERT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_EQ(outcome.output, R"(tell ["found: Look into a",null,"found: Look into c"])");
  EXPECT_EQ(run.each_of(outcome).how, journal::PhaseEnd::completed);
  EXPECT_THAT(run.each_of(outcome).error, AllOf(HasSubstr("1 of 3 items failed"), HasSubstr("item 2: ")));
}

TEST(Map, StopBeginsNoFurtherItemAndARetryRunsWhatHasNoResult) {  // [WFL-01]
  Mapping run(numbered(8), stopping(1));
  bool broken = true;
  run.on_child = [&](const std::string& prompt, std::size_t) {
    return prompt == "5" && broken ? break_down() : std::nullopt;
  };
  auto outcome = run.run();
  EXPECT_EQ(outcome.status, RunStatus::error);
  EXPECT_EQ(outcome.error_code, "map.item_failed");
  EXPECT_THAT(outcome.error, AllOf(HasSubstr("phase 'each'"), HasSubstr("item 6 of 8")));
  EXPECT_EQ(run.children().size(), 6u) << "items 6 and 7 did not begin";

  broken = false;
  run.asked.clear();
  auto reopened = run.retry();
  EXPECT_TRUE(reopened == Reopening::accepted);
  EXPECT_EQ(reopened.below.size(), 1u) << "the failed item's run goes on";
  auto retried = run.recover();
  ASSERT_TRUE(retried && retried->ok()) << retried->error;
  EXPECT_THAT(run.asked, ElementsAre(::testing::Pair("5", 1), ::testing::Pair("6", 1), ::testing::Pair("7", 1)));
  EXPECT_EQ(run.children().size(), 8u);
}

// The branches are told apart by their place: the second of equal items fails once, and gets its own answer.
TEST(Map, TheSecondOfEqualItemsFailsOnce) {  // [WFL-01]
  Mapping run({"a", "a", "b"}, stopping(1));
  int times = 0;
  run.on_child = [&](const std::string&, std::size_t) { return ++times == 2 ? break_down() : std::nullopt; };
  EXPECT_EQ(run.run().error_code, "map.item_failed");
  auto before = run.ids_of_children();
  (void)run.retry();
  auto retried = run.recover();
  ASSERT_TRUE(retried && retried->ok());
  EXPECT_EQ(retried->output, R"(tell ["found: a","found: a","found: b"])");
  EXPECT_EQ(times, 4) << "the failed one again, and the one that had not begun";
  EXPECT_EQ(run.children().size(), 3u) << "no attempt is in a key";
}

TEST(Map, AnOptionalOneThatFailsIsReplaced) {  // [WFL-01]
  Mapping run({"a"}, stopping(1));
  run.agent.phases[1].optional = true;
  run.agent.phases[1].fallback = "[]";
  run.on_child = [](const std::string&, std::size_t) { return break_down(); };
  auto outcome = run.run();
  EXPECT_EQ(outcome.output, "tell []");
  EXPECT_EQ(run.each_of(outcome).how, journal::PhaseEnd::fallback);
  EXPECT_THAT(run.each_of(outcome).error, HasSubstr("item 1 of 1 failed"));
}

TEST(Map, RefusesMoreItemsThanItMayHaveBeforeAnyRunIsMade) {  // [WFL-01]
  Mapping run(numbered(static_cast<int>(kMostItems) + 1));
  auto outcome = run.run();
  EXPECT_EQ(outcome.error_code, "map.too_many");
  EXPECT_THAT(outcome.error, HasSubstr("10001 items"));
  EXPECT_TRUE(run.children().empty());
}

TEST(Map, SaysWhatIsNoList) {  // [WFL-01]
  Mapping run({});
  run.agent.phases[1].map.over = "{{inputs.files}}";
  EXPECT_EQ(run.run("absent").error_code, "map.no_list");
  auto invocation = run.invocation("text");
  invocation.inputs = {{"files", "a.txt"}};
  auto outcome = run.loop.run(run.executor->run(run.agent, invocation));
  EXPECT_EQ(outcome.error_code, "map.no_list");
  EXPECT_THAT(outcome.error, HasSubstr("\"a.txt\""));
}

TEST(Map, APromptThatNamesWhatAnItemHasNotMakesNoRun) {  // [WFL-01]
  Mapping run({"a"}, {"{{plan.items}}", "researcher", "{{item.name}}"});
  auto outcome = run.run();
  EXPECT_EQ(outcome.error_code, "map.prompt");
  EXPECT_THAT(outcome.error, AllOf(HasSubstr("item 1"), HasSubstr("'item.name'")));
  EXPECT_TRUE(run.children().empty());
}

// --- children and limits

TEST(Map, MayHaveMoreRunsThanModelsMayStart) {  // [WFL-01]
  Mapping run(numbered(4));
  run.reconfigure([family = &run](ExecutorConfig& config) {
    config.ports.sub_agents = &family->sub_agents;
    config.delegation = {5, 2};
  });
  auto outcome = run.run();
  EXPECT_EQ(run.each_of(outcome).error, "");
  EXPECT_EQ(run.children().size(), 4u);
}

TEST(Map, NoAgentRunsBelowItself) {  // [WFL-01] [COR-14]
  Mapping run({"a"});
  run.agent.name = "researcher";
  auto outcome = run.run();
  EXPECT_THAT(run.each_of(outcome).error, HasSubstr("below itself"));
  EXPECT_TRUE(run.children().empty());
}

// Of two places one waits for a person: it is free for the others meanwhile, and the run waits when all are through.
TEST(Map, AChildThatWaitsGivesItsPlaceBackAndItsEndWakesTheRun) {  // [WFL-01]
  for (bool cancelled : {false, true}) {
    SCOPED_TRACE(cancelled);
    Mapping run({"a", "b", "c"}, {"{{plan.items}}", "researcher", "{{item}}", 1});
    run.look->change().effect = tool::Effect::irreversible;
    run.sub_agents.agents["researcher"].agent.permissions.ask = {"look"};
    run.on_child = [](const std::string& prompt, std::size_t turn) {
      return prompt == "a" && turn == 0 ? std::optional(calls({{"l", "look", "{}"}})) : std::nullopt;
    };
    auto outcome = run.run();
    ASSERT_EQ(outcome.status, RunStatus::waiting) << outcome.error;
    EXPECT_EQ(outcome.reason, "child");
    ASSERT_EQ(run.children().size(), 3u) << "b and c went on";
    std::string waiting;
    for (const auto& row : run.children())
      if (row.status == RunStatus::waiting) waiting = row.id.str();
    auto asked = journal::fold(run.entries(waiting)).conversation.open_batch()[0];
    run.post(cancelled ? commands::cancel() : commands::approve(asked, Approval::approved, ""), waiting);
    auto child = run.recover(waiting);
    auto parent = run.recover();
    ASSERT_TRUE(parent && parent->ok()) << (parent ? parent->error : "not due");
    EXPECT_EQ(parent->output,
              cancelled ? R"(tell [null,"found: b","found: c"])" : R"(tell ["found: a","found: b","found: c"])");
  }
}

// --- a process dies

// Dies at every write of the whole family: nothing that ended runs again, and nothing is told twice.
TEST(Map, DiesAtEveryWriteAndGoesOn) {  // [WFL-01] [WFL-04] [DUR-29] [DUR-24]
  auto make = [] { return std::make_unique<Mapping>(json::array{"a", "a", "b"}); };
  auto calm = make();
  auto whole = calm->run();
  ASSERT_TRUE(whole.ok()) << whole.error;
  for (int writes = 1;; ++writes) {
    SCOPED_TRACE(writes);
    ASSERT_LT(writes, 80);
    auto run = make();
    run->store->writes_left = writes;
    if (run->run().ok()) break;
    run->new_process();
    auto outcome = run->recover();
    ASSERT_TRUE(outcome && outcome->ok());
    EXPECT_EQ(digest_of(*outcome), digest_of(whole));
    EXPECT_EQ(run->ids_of_children().size(), 3u);
  }
}

// Killed after 39 of 40 items have their results: exactly one runs again.
TEST(Map, KilledAfterAllButOneItemRunsThatOneAlone) {  // [WFL-01] [WFL-04] [DUR-29]
  Mapping calm(numbered(40));
  auto whole = calm.run();
  Mapping run(numbered(40));
  int settled = 0;
  EntryObserver observer([&](const journal::Entry& entry) {
    if (std::holds_alternative<journal::Settled>(entry.payload) && ++settled == 39) run.store->writes_left = 0;
  });
  run.new_process(&observer);
  ASSERT_FALSE(run.run().ok());
  run.asked.clear();
  run.new_process();
  auto outcome = run.recover();
  ASSERT_TRUE(outcome && outcome->ok());
  EXPECT_THAT(run.asked, ElementsAre(::testing::Pair("Look into 39", 1))) << "the one whose result was not durable";
  EXPECT_EQ(run.children().size(), 40u);
  EXPECT_EQ(digest_of(*outcome), digest_of(whole));
}

}  // namespace
}  // namespace executus::run
