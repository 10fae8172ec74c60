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
#include "run/record/journal_commands.hpp"

namespace executus::run {
namespace {

namespace json = boost::json;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
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

// Two places: the second item waits for a person, one fails while it is broken.
struct Mixed : Mapping {
  explicit Mixed(MapItems::OnFailure on_failure, std::string fails = "3")
      : Mapping(numbered(4), {"{{plan.items}}", "researcher", "{{item}}", 2, on_failure}) {
    look->change().effect = tool::Effect::irreversible;
    sub_agents.agents["researcher"].agent.permissions.ask = {"look"};
    on_child = [this, fails](const std::string& prompt, std::size_t turn) -> std::optional<llm::Response> {
      if (prompt == fails && broken) return break_down();
      if (prompt == "1" && turn == 0) return calls({{"l", "look", "{}"}});
      return std::nullopt;
    };
  }
  std::optional<RunId> waiting() {
    for (const auto& row : children())
      if (row.status == RunStatus::waiting) return row.id;
    return std::nullopt;
  }
  void approve() {
    auto child = *waiting();
    auto record = journal::fold(entries(child.str()));
    post(commands::approve(record.conversation.open_batch()[0], Approval::approved, ""), child.str());
  }
  // The child that waits first, as a recovery does.
  std::optional<RunOutcome> go_on() {
    if (auto child = waiting()) {
      approve();
      (void)recover(child->str());
    }
    return recover();
  }
  bool broken = true;
};

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
