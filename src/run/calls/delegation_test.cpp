#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "run/family_test.hpp"
#include "run/record/journal_commands.hpp"

namespace executus::run {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(Delegation, AdmitsAChildWithOneEntryAndNotAgainWithTheNext) {  // [DUR-29]
  Family run;
  std::vector<std::size_t> admitted;
  run.store->on_append = [&](const journal::Append& append) {
    if (!append.admit.empty()) admitted.push_back(append.admit.size());
  };

  EXPECT_TRUE(run.run().ok());

  EXPECT_THAT(admitted, ElementsAre(1u));
}

TEST(Delegation, RunsAChildOfItsOwnAndTakesItsResult) {  // [PAL-02] [PAL-03] [DUR-29]
  Family run;
  auto invocation = run.invocation("run");
  invocation.caller = "me";
  invocation.channel = "ops";
  auto outcome = run.loop.run(run.executor->run(run.agent, invocation));
  ASSERT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_EQ(run.last_result(), "found: find out");
  auto children = run.children();
  ASSERT_EQ(children.size(), 1u);
  EXPECT_EQ(children[0].status, RunStatus::ok);
  EXPECT_EQ(children[0].caller, "me");
  EXPECT_EQ(children[0].id.str(), outcome.tool_calls[0].idempotency_key);
  auto child = run.entries(children[0].id.str());
  EXPECT_EQ(std::get<journal::Admitted>(child[0].payload).invocation.at("channel").as_string(), "ops");
}

// Notes for whom it is asked.
struct AskedFor final : SubAgents {
  std::optional<SubAgent> skill(std::string_view, std::string_view) override { return std::nullopt; }
  std::optional<SubAgent> agent(std::string_view name, std::string_view caller) override {
    asked.push_back(std::string(name) + " for " + std::string(caller));
    return SubAgent{agents.at(std::string(name)), {}};
  }
  std::map<std::string, Agent> agents;
  std::vector<std::string> asked;
};

TEST(Delegation, LooksForTheDelegatesOfAChildAsTheCallerOfItsParent) {  // [PAL-02] [TOOL-05]
  Family run;
  AskedFor port;
  port.agents["researcher"] = run.sub_agents.agents["researcher"].agent;
  port.agents["researcher"].agents = {"helper"};
  port.agents["helper"] = named("helper", "h");
  run.reconfigure([&](ExecutorConfig& config) { config.ports.sub_agents = &port; });
  auto invocation = run.invocation("run");
  invocation.caller = "ann";

  EXPECT_TRUE(run.loop.run(run.executor->run(run.agent, invocation)).ok());

  EXPECT_THAT(port.asked, ElementsAre("researcher for ann", "helper for ann"));
}

TEST(Delegation, IntentAndChildAreOneTransaction) {  // [DUR-29]
  Family run;
  run.store->writes_left = 1;  // the response is written; dies at the intent
  (void)run.run();
  EXPECT_THAT(run.children(), IsEmpty());
  Family later;
  later.store->writes_left = 2;  // the intent is written too
  (void)later.run();
  EXPECT_EQ(later.children().size(), 1u);
}

TEST(Delegation, ASkillsPromptHasItsDefaultsAndNothingForWhatIsAbsent) {  // [PAL-01]
  Family run([](const llm::Request& request, std::size_t turn) {
    if (request.system != "parent") return says(request.system);
    return turn == 0 ? calls({{"c", "skill__summarise", R"({"text":"a story"})"}}) : says("done");
  });
  run.agent.skills = {"summarise"};
  auto skill = named("summarise", "Shorten {{inputs.text}} to {{inputs.words}} words{{inputs.tone}}.");
  run.sub_agents.skills["summarise"] = {
      skill,
      {{"type", "object"},
       {"properties", {{"text", {{"type", "string"}}}, {"words", {{"default", 20}}}, {"tone", {{"type", "string"}}}}}}};
  EXPECT_TRUE(run.run().ok());
  EXPECT_EQ(run.last_result(), "Shorten a story to 20 words.");
}

TEST(Delegation, AChildThatEndsBadlyIsAnErrorWithWhatItHad) {  // [PAL-04] [PAL-05]
  Family run([](const llm::Request& request, std::size_t turn) {
    if (request.system == "parent") return family(request, turn);
    auto response = calls({{"l", "look", R"({"n":)" + std::to_string(turn) + "}"}});
    response.message.parts.push_back(llm::Text{"half of it"});
    return response;
  });
  run.sub_agents.agents["researcher"].agent.max_iterations = 2;
  EXPECT_TRUE(run.run().ok());
  EXPECT_THAT(run.last_result(), HasSubstr("status error"));
  EXPECT_THAT(run.last_result(), HasSubstr("half of it"));
  EXPECT_TRUE(run.last_parent_request().messages.back().tool_results[0].is_error);
}

TEST(Delegation, EmptyAndDoubleNamesGiveNoTools) {  // [PAL-06]
  Family run;
  run.agent.agents = {"", "researcher", "researcher", "nobody"};
  EXPECT_TRUE(run.run().ok());
  EXPECT_EQ(run.model->requests[0].tools.size(), 1u);
}

TEST(Delegation, WithoutSubAgentsThereAreNoTools) {  // [PAL-07] [RUN-41]
  Harness run([](std::size_t) { return says("done"); });
  run.agent.agents = {"researcher"};
  EXPECT_TRUE(run.run().ok());
  EXPECT_TRUE(run.model->requests[0].tools.empty());
}

TEST(Delegation, IsGatedLikeEveryCall) {  // [PAL-08]
  Family run;
  run.agent.permissions.deny = {"agent__*"};
  EXPECT_TRUE(run.run().ok());
  EXPECT_THAT(run.children(), IsEmpty());
}

TEST(Delegation, AParentWaitsForAChildThatWaitsAndIsWokenByItsEnd) {  // [DUR-29]
  Family run(family, tool::Effect::irreversible);
  run.look->act = [] { return tool::Unknown{"the connection was cut"}; };
  auto parked = run.run();
  EXPECT_EQ(parked.status, RunStatus::waiting);
  EXPECT_EQ(parked.reason, "child");
  auto child = run.children().at(0).id.str();
  auto due = [&] { return run.loop.run(run.store->claimable({})); };
  EXPECT_THAT(due(), IsEmpty());
  run.post(commands::resolve({0, 0}, commands::Resolution::completed, "it had happened"), child);
  EXPECT_TRUE(run.recover(child)->ok());
  auto woken = due();
  ASSERT_EQ(woken.size(), 1u);
  EXPECT_EQ(woken[0].id.str(), "run");
  EXPECT_TRUE(run.recover()->ok());
  EXPECT_EQ(run.last_result(), "found: find out");
}

TEST(Delegation, CancellingTheParentCancelsTheTree) {  // [DUR-29]
  Family run(family, tool::Effect::irreversible);
  run.look->act = [] { return tool::Unknown{"the connection was cut"}; };
  (void)run.run();
  auto child = run.children().at(0).id.str();
  run.post(commands::cancel());
  EXPECT_EQ(run.recover()->status, RunStatus::cancelled);
  EXPECT_EQ(run.recover(child)->status, RunStatus::cancelled) << "it was told";
}

Task<void> cancel_and_wait(CancelScope& scope, Cause cause, OneShot<> never) {
  TaskContext context = co_await this_task();
  context.strand->post([&scope, cause] { scope.cancel({cause, "enough"}); });
  co_await never.wait();
}

// Its end is durable first: what came before could still turn out to be no end.
TEST(Delegation, CancellingALiveParentEndsTheChildToo) {  // [DUR-29] [DUR-15]
  for (auto [cause, child_status] :
       {std::pair{Cause::caller, RunStatus::cancelled}, std::pair{Cause::deadline, RunStatus::cancelled},
        std::pair{Cause::kill, RunStatus::cancelled}, std::pair{Cause::shutdown, RunStatus::running}}) {
    Family run;
    CancelScope scope;
    run.look->around = [&](OneShot<> never) { return cancel_and_wait(scope, cause, std::move(never)); };
    std::vector<RunStatus> ends;
    EntryObserver observer([&](const journal::Entry& entry) {
      if (const auto* ended = std::get_if<journal::Ended>(&entry.payload)) ends.push_back(ended->status);
    });
    run.new_process(&observer);
    auto outcome = run.run_in(scope);
    EXPECT_EQ(run.children().at(0).status, child_status) << to_string(cause);
    if (is_terminal(child_status)) EXPECT_THAT(ends, ElementsAre(outcome.status, child_status)) << to_string(cause);
  }
}

TEST(Delegation, ChildrenRunSideBySide) {  // [DUR-29] [DUR-37]
  Family run([](const llm::Request& request, std::size_t turn) {
    if (request.system != "parent") return says("child done");
    if (turn == 0)
      return calls({{"a", "agent__researcher", R"({"prompt":"1"})"}, {"b", "agent__researcher", R"({"prompt":"2"})"}});
    return says("done");
  });
  auto outcome = run.run();
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(run.children().size(), 2u);
  EXPECT_THAT(run.kinds(), Contains("intended").Times(2));
}

TEST(Delegation, WorksWithoutAJournal) {  // [RUN-02]
  Family run;
  run.reconfigure([&](ExecutorConfig& config) {
    config.ports = {};
    config.ports.sub_agents = &run.sub_agents;
  });
  auto outcome = run.run();
  EXPECT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_EQ(run.last_result(), "found: find out");
}

}  // namespace
}  // namespace executus::run
