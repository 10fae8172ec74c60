#include <executus/skill/skill.hpp>

#include "saved/store_suite_test.hpp"

namespace executus::skill {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct MemorySkills {
  static std::unique_ptr<SkillStore> open() { return make_memory_store(); }
};

Skill summarise() {
  Skill skill;
  skill.record.owner = "ann";
  skill.definition.agent.name = "summarise";
  skill.definition.agent.tools = {"grep"};
  skill.definition.inputs = {
      {"type", "object"},
      {"properties", {{"text", {{"type", "string"}}}, {"sentences", {{"type", "integer"}, {"default", 3}}}}},
      {"required", {"text"}}};
  return skill;
}

TEST(Skill, LowersIntoAnAgentWithFlatTools) {  // [SKL-07] [RUN-14]
  auto skill = summarise();
  skill.record.id = "s1";
  skill.definition.agent.agents = {"boss"};
  skill.definition.agent.phases = {{.name = "p", .system_prompt = ""}};
  auto agent = to_agent(skill);

  EXPECT_EQ(agent.id, "s1");
  EXPECT_THAT(agent.tools, ElementsAre("grep"));
  EXPECT_TRUE(agent.agents.empty());
  EXPECT_TRUE(agent.phases.empty());
}

TEST(Skill, WithAPaletteIsNotKept) {  // [SKL-07]
  auto store = make_memory_store();
  auto skill = summarise();
  skill.definition.agent.skills = {"other"};

  EXPECT_THROW((void)store->create(skill), Error);
  EXPECT_TRUE(store->list().empty());
}

TEST(Skill, HoldsInputsToWhatItDeclares) {  // [SKL-04]
  auto definition = summarise().definition;

  EXPECT_EQ(with_defaults(definition, {{"text", "x"}}).value(), (boost::json::object{{"text", "x"}, {"sentences", 3}}));
  EXPECT_EQ(with_defaults(definition, {{"text", "x"}, {"sentences", 5}}).value().at("sentences"), 5);
  EXPECT_THAT(with_defaults(definition, {}).error().message(), HasSubstr("text"));
  EXPECT_THAT(with_defaults(definition, {{"text", 7}}).error().message(), HasSubstr("text"));
}

TEST(Skill, IsDueAtTheNextTimeOfItsSchedule) {  // [SKL-06]
  auto skill = summarise();
  skill.record.next_run = WallTime{} + std::chrono::seconds(9);
  EXPECT_EQ(due_at(skill.record, skill.definition), std::nullopt) << "it has no schedule";
  skill.definition.schedule.cron = "0 9 * * *";
  EXPECT_EQ(due_at(skill.record, skill.definition), skill.record.next_run);
}

TEST(SkillStore, ListsExposedOnesThatAPersonSees) {  // [SKL-05]
  auto store = make_memory_store();
  auto add = [&](const std::string& name, bool exposed, tool::Visibility visibility) {
    auto skill = summarise();
    skill.definition.agent.name = name;
    skill.definition.exposed = exposed;
    skill.definition.visibility = visibility;
    (void)store->create(skill);
  };
  add("hidden", false, tool::Visibility::everyone);
  add("open", true, tool::Visibility::everyone);
  add("own", true, tool::Visibility::owner);
  auto names_for = [&](const std::string& person) {
    std::vector<std::string> names;
    for (const auto& skill : list_exposed(*store, person)) names.push_back(skill.definition.agent.name);
    return names;
  };

  EXPECT_THAT(names_for("bob"), ElementsAre("open"));
  EXPECT_THAT(names_for("ann"), ElementsAre("open", "own"));
}

}  // namespace
}  // namespace executus::skill

namespace executus::saved {
// [SKL-01] [SKL-02] [SKL-03] [SKL-06] [SKL-08]
INSTANTIATE_TYPED_TEST_SUITE_P(MemorySkills, SavedStore, skill::MemorySkills);
}  // namespace executus::saved
