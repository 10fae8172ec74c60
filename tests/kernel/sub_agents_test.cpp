// Agents as values of another one (Agent::sub_agents).
#include "run/definition/sub_agents.hpp"

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "run/family_test.hpp"

namespace executus::run {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// The boss asks its researcher, which looks; no port, the researcher is a value.
struct Team : Family {
  explicit Team(std::function<llm::Response(const llm::Request&, std::size_t)> answer = family) : Family(answer) {
    researcher = named("researcher", "child");
    researcher.tools = {"look"};
    agent = named("boss", "parent");
    agent.sub_agents = {researcher};
    reconfigure([](ExecutorConfig&) {});
  }
  std::string refusal() {
    auto outcome = run();
    return outcome.error_code + ": " + outcome.error;
  }
  journal::Admitted admitted(const std::string& id) { return std::get<journal::Admitted>(entries(id).at(0).payload); }
  Agent researcher;
};

TEST(SubAgents, AreToolsAsThoseThatThePortGives) {  // [API-06] [PAL-02]
  Team team;
  auto outcome = team.run();
  Family by_name;
  auto same = by_name.run();

  ASSERT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_EQ(team.last_result(), "found: find out");
  EXPECT_EQ(digest_of(outcome), digest_of(same));
  ASSERT_EQ(team.model->requests[0].tools.size(), 1u);
  EXPECT_EQ(team.model->requests[0].tools[0], by_name.model->requests[0].tools[0]);
  auto child = team.children().at(0).id.str();
  EXPECT_EQ(child, by_name.children().at(0).id.str());
  EXPECT_EQ(team.admitted(child).agent, std::get<journal::Admitted>(by_name.entries(child).at(0).payload).agent);
}

TEST(SubAgents, WinOverThePortsOfTheirName) {  // [API-06]
  Team team;
  team.agent.agents = {"researcher"};
  team.sub_agents.agents["researcher"].agent.description = "Another one.";
  team.reconfigure([&](ExecutorConfig& config) { config.ports.sub_agents = &team.sub_agents; });

  EXPECT_TRUE(team.run().ok());

  const auto& tools = team.model->requests[0].tools;
  ASSERT_EQ(tools.size(), 1u);
  EXPECT_EQ(tools[0].description, "Knows a lot.");
  EXPECT_EQ(team.last_result(), "found: find out");
}

TEST(SubAgents, StandBesideThosePortAndSkillsGive) {  // [API-06]
  Team team;
  team.agent.agents = {"helper"};
  team.agent.skills = {"researcher"};
  team.sub_agents.agents["helper"] = {named("helper", "h"), {}};
  team.sub_agents.skills["researcher"] = {named("researcher", "r"), {}};
  team.reconfigure([&](ExecutorConfig& config) { config.ports.sub_agents = &team.sub_agents; });

  EXPECT_TRUE(team.run().ok());

  std::vector<std::string> names;
  for (const auto& tool : team.model->requests[0].tools) names.push_back(tool.name);
  EXPECT_THAT(names, ElementsAre("agent__researcher", "skill__researcher", "agent__helper"));
}

TEST(SubAgents, OfOneNameAreRefused) {  // [API-06]
  Team team;
  team.agent.sub_agents = {team.researcher, team.researcher};
  EXPECT_THAT(team.refusal(),
              AllOf(HasSubstr("submission.sub_agents: "), HasSubstr("'boss'"), HasSubstr("'researcher'")));
  EXPECT_TRUE(team.model->requests.empty());
}

TEST(SubAgents, OfNamesThatNoToolHasAreRefused) {  // [API-06]
  for (const auto& name : std::vector<std::string>{"", "a b", "a.b", "\xC3\xA4", std::string(58, 'a')}) {
    Team team;
    team.agent.sub_agents[0].name = name;
    EXPECT_THAT(team.refusal(), AllOf(HasSubstr("submission.sub_agents: "), HasSubstr("'" + name + "'")));
  }
  Team team;
  team.agent.sub_agents[0].name = "web-" + std::string(53, 'a');
  EXPECT_TRUE(team.run().ok());
}

TEST(SubAgents, AreCheckedAtEveryDepth) {  // [API-06]
  Team team;
  team.agent.sub_agents[0].sub_agents = {named("a b", "x")};
  EXPECT_THAT(team.refusal(), AllOf(HasSubstr("submission.sub_agents: "), HasSubstr("'researcher'")));
}

TEST(SubAgents, OfAgentsThatThePortGivesAreCheckedToo) {  // [API-06]
  Family run;
  run.sub_agents.agents["researcher"].agent.sub_agents = {named("a b", "x")};
  EXPECT_EQ(run.run().error_code, "submission.sub_agents");
  run.sub_agents.agents["researcher"].agent.sub_agents = {named("reader", "x")};
  EXPECT_TRUE(run.run().ok());
}

Agent nested(int levels) {
  Agent agent = named("level" + std::to_string(levels), "deep");
  if (levels > 0) agent.sub_agents = {nested(levels - 1)};
  return agent;
}

// What is stored nests with them, and can be read back.
TEST(SubAgents, NestAsDeepAsTheStoredDefinitionMay) {  // [API-06]
  Team team([](const llm::Request&, std::size_t) { return says("done"); });
  team.agent = nested(kDeepestSubAgents);
  team.model->on_call = [&] { team.store->dead = true; };
  (void)team.run();
  team.model->on_call = {};
  team.new_process();
  EXPECT_TRUE(team.recover()->ok());
  Team deeper;
  deeper.agent = nested(kDeepestSubAgents + 1);
  EXPECT_THAT(deeper.refusal(), HasSubstr("nested deeper than 16 levels"));
}

TEST(SubAgents, AreStoredOnce) {  // [API-06]
  Team team;
  EXPECT_TRUE(team.run().ok());
  auto stored = *agent_from_json(team.admitted("run").agent);
  EXPECT_TRUE(stored.sub_agents.empty());
  ASSERT_EQ(stored.resolved_delegates.size(), 1u);
  EXPECT_EQ(agent_from_json(stored.resolved_delegates[0].agent)->system_prompt, "child");
}

// boss -> researcher -> reader, each a value of the one above.
llm::Response three_levels(const llm::Request& request, std::size_t turn) {
  if (request.system == "parent") return family(request, turn);
  if (request.system == "grandchild") return says("read: " + request.messages.begin()->text());
  if (turn == 0) return calls({{"r", "agent__reader", R"({"prompt":"read it"})"}});
  return says("found: " + request.messages.back().tool_results[0].text);
}
std::unique_ptr<Family> three_level_team() {
  auto team = std::make_unique<Team>(three_levels);
  team->researcher.tools = {};
  team->researcher.sub_agents = {named("reader", "grandchild")};
  team->agent.sub_agents = {team->researcher};
  return team;
}

// Goes to another working directory, and back when it goes.
struct ElsewhereFor {
  explicit ElsewhereFor(const char* path) { std::filesystem::current_path(path); }
  ~ElsewhereFor() { std::filesystem::current_path(home); }
  ElsewhereFor(const ElsewhereFor&) = delete;
  ElsewhereFor& operator=(const ElsewhereFor&) = delete;
  const std::filesystem::path home = std::filesystem::current_path();
};

TEST(SubAgents, HaveTheirRootsFromWhereTheirRunWasSubmitted) {  // [API-06] [DUR-29]
  for (int dies_at = 0; dies_at <= 5; ++dies_at) {
    auto team = three_level_team();
    auto& researcher = team->agent.sub_agents[0];
    researcher.root = "data";
    researcher.sub_agents[0].root = "deeper";
    int asked = 0;
    team->model->on_call = [&] { team->store->dead = ++asked == dies_at; };
    auto home = std::filesystem::current_path().string();
    (void)team->run();
    team->model->on_call = {};
    if (dies_at > 0) {
      ElsewhereFor elsewhere("/");
      team->new_process();
      EXPECT_TRUE(team->recover()->ok());
    }
    std::vector<std::string> roots;
    for (const auto& row : team->loop.run(team->store->inner().list({}))) {
      auto admitted = std::get<journal::Admitted>(team->entries(row.id.str()).at(0).payload);
      roots.push_back(agent_from_json(admitted.agent)->root);
    }
    EXPECT_THAT(roots, ::testing::UnorderedElementsAre("/", home + "/data", home + "/deeper")) << dies_at;
  }
}

TEST(SubAgents, AreWhatARunIsToldApartBy) {  // [API-06]
  Team team;
  EXPECT_TRUE(team.run().ok());
  EXPECT_TRUE(team.run().ok()) << "the same submission attaches";
  team.agent.sub_agents[0].system_prompt = "another one";
  EXPECT_THAT(team.refusal(), HasSubstr("submission.conflict"));
}

TEST(SubAgents, OfSubAgentsWorkInProcessesThatNeverSawThem) {  // [API-06] [DUR-29]
  auto whole = three_level_team()->run();
  ASSERT_TRUE(whole.ok()) << whole.error;
  die_at_every_write(three_level_team, whole, [](Family& run) {
    EXPECT_EQ(run.last_result(), "found: read: read it");
    EXPECT_EQ(run.loop.run(run.store->inner().list({})).size(), 3u);
  });
}

TEST(SubAgents, GoNoDeeperThanTheHostAllows) {  // [API-06] [COR-15]
  auto team = three_level_team();
  team->reconfigure([](ExecutorConfig& config) { config.delegation = {1, 100}; });
  EXPECT_TRUE(team->run().ok());
  EXPECT_THAT(team->last_result(), HasSubstr("1"));
  EXPECT_EQ(team->loop.run(team->store->inner().list({})).size(), 2u);
}

TEST(SubAgents, DoNotStandBelowOneOfTheirName) {  // [API-06] [COR-14]
  Team team([](const llm::Request& request, std::size_t turn) {
    if (request.system == "parent") return family(request, turn);
    if (turn == 0) return calls({{"b", "agent__boss", R"({"prompt":"go on"})"}});
    return says(request.messages.back().tool_results[0].text);
  });
  team.agent.sub_agents[0].sub_agents = {named("boss", "impostor")};
  EXPECT_TRUE(team.run().ok());
  EXPECT_THAT(team.last_result(), HasSubstr("boss"));
  EXPECT_EQ(team.children().size(), 1u);
}

}  // namespace
}  // namespace executus::run
