// Parent and child go on after a crash of either, and each result is taken once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "run/family_test.hpp"
#include "run/record/journal_commands.hpp"

namespace executus::run {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Delegation, GoesOnAfterACrashOfParentAndChild) {  // [DUR-29] [DUR-24]
  Family calm;
  auto whole = calm.run();
  ASSERT_TRUE(whole.ok());
  die_at_every_write([] { return std::make_unique<Family>(); }, whole,
                     [&](Family& run) { EXPECT_LE(run.model->requests.size(), calm.model->requests.size() + 1); });
}

TEST(Delegation, SkillsTakeTheirOwnInputs) {  // [PAL-01] [PAL-08]
  Family run([](const llm::Request& request, std::size_t turn) {
    if (request.system != "parent") return says("summary of " + request.messages.begin()->text());
    if (turn == 0) return calls({{"c", "skill__summarise", R"({"txt":"x"})"}});
    return turn == 1 ? calls({{"d", "skill__summarise", R"({"text":"long story"})"}}) : says("done");
  });
  run.agent.skills = {"summarise"};
  boost::json::object schema{
      {"type", "object"}, {"properties", {{"text", {{"type", "string"}}}}}, {"required", boost::json::array{"text"}}};
  run.sub_agents.skills["summarise"] = {named("summarise", "child"), schema};
  EXPECT_TRUE(run.run().ok());
  const auto& tools = run.model->requests[0].tools;
  EXPECT_EQ(tools[0].name, "skill__summarise");
  EXPECT_EQ(tools[0].parameters, schema);
  EXPECT_EQ(run.children().size(), 1u) << "wrong inputs start nothing";
  const auto& wrong = run.model->requests[1].messages.back().tool_results[0];
  EXPECT_TRUE(wrong.is_error);
  EXPECT_THAT(wrong.text, HasSubstr("text"));
}

TEST(Delegation, ACallInDoubtBesideAWaitingChildIsWhatTheRunWaitsFor) {  // [DUR-06] [DUR-29]
  const llm::ToolCall child{"c", "agent__researcher", R"({"prompt":"find out"})"}, pay{"p", "pay", "{}"};
  for (std::uint32_t place : {0U, 1U}) {
    SCOPED_TRACE(place);
    Family run(
        [&](const llm::Request& request, std::size_t turn) {
          if (request.system != "parent") return calls({{"l", "look", "{}"}});
          if (turn > 0) return says("done");
          return place == 0 ? calls({pay, child}) : calls({child, pay});
        },
        tool::Effect::irreversible);
    run.look->act = [] { return tool::Unknown{"the connection was cut"}; };
    auto& tool = run.add_tool("pay", tool::Effect::irreversible);
    tool.change().order = tool::Order::parallel;  // so that it runs beside the child
    tool.act = run.look->act;

    auto outcome = run.run();

    EXPECT_EQ(outcome.reason, "in_doubt");
    auto waited = std::get<journal::Waited>(run.entries().back().payload);
    EXPECT_THAT(waited.calls, ElementsAre(llm::CallPosition{0, place}));
  }
}

// Any one call of the store finds it away, of the parent's or the child's.
TEST(Delegation, AStoreThatIsAwayAtAnyMomentCostsNoResult) {  // [DUR-29] [DUR-23]
  Family calm;
  auto whole = calm.run();
  ASSERT_TRUE(whole.ok());
  for (int call = 0;; ++call) {
    SCOPED_TRACE(call);
    ASSERT_LT(call, 200);
    Family run;
    EntryObserver observer([&](const journal::Entry& entry) {
      if (std::holds_alternative<journal::Intended>(entry.payload))
        EXPECT_EQ(run.children().size(), 1u) << "it came with the intent, not later";
    });
    run.new_process(&observer);
    run.store->calls_until_away = call;
    auto outcome = run.run();
    bool was_away = *run.store->calls_until_away < 0;
    if (outcome.error_code == "store.away") outcome = run.run();  // refused: the caller asks again
    EXPECT_TRUE(outcome.ok()) << to_string(outcome.status) << " " << outcome.reason << outcome.error;
    EXPECT_EQ(digest_of(outcome), digest_of(whole));
    EXPECT_EQ(run.children().size(), 1u);
    EXPECT_EQ(run.last_result(), calm.last_result());
    if (!was_away) break;
  }
}

// a -> b -> c, and then a again: four descendants would be one too many, also when a process died in between.
TEST(Delegation, CountsTheRunsBelowEndedChildrenAfterACrash) {  // [COR-16] [DUR-24]
  auto answer = [](const llm::Request& request, std::size_t turn) {
    auto ask = [&](std::string whom) {
      return calls({{"c", "agent__" + whom, R"({"prompt":")" + std::to_string(turn) + "\"}"}});
    };
    if (request.system == "parent") return turn < 2 ? ask("a") : says("done");
    if (request.system == "a" && turn == 0) return ask("b");
    if (request.system == "b" && turn == 0) return ask("c");
    return says(request.messages.back().tool_results.empty() ? "the end"
                                                             : request.messages.back().tool_results[0].text);
  };
  auto three_descendants = [&] {
    auto run = std::make_unique<Family>(answer);
    run->agent.agents = {"a"};
    for (std::string name : {"a", "b", "c"}) {
      auto one = named(name, name);
      if (name != "c") one.agents = {std::string(1, static_cast<char>(name[0] + 1))};
      run->sub_agents.agents[name] = {one, {}};
    }
    run->reconfigure([family = run.get()](ExecutorConfig& config) {
      config.ports.sub_agents = &family->sub_agents;
      config.delegation = {5, 3};
    });
    return run;
  };
  auto calm = three_descendants();
  auto whole = calm->run();
  ASSERT_THAT(calm->last_result(), HasSubstr("number 3 already"));
  ASSERT_EQ(whole.runs_below, 3);
  die_at_every_write(three_descendants, whole, [](Family&) {});
}

}  // namespace
}  // namespace executus::run
