#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/runtime/builtins.hpp>
#include <executus/testing/temporary_folder.hpp>

namespace executus {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Builtins : public ::testing::Test {
 protected:
  void write(const std::string& file, const std::string& text) {
    auto path = folder_ / file;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }
  LoadedBuiltins load() { return load_builtins(folder_.path().string(), tools_, *agents_, *skills_); }
  persona::Persona kept(const std::string& name) { return agents_->find_named("builtin", name).value(); }

  const executus::testing::TemporaryFolder folder_;
  tool::Registry tools_;
  std::unique_ptr<persona::PersonaStore> agents_ = persona::make_memory_store();
  std::unique_ptr<skill::SkillStore> skills_ = skill::make_memory_store();
};

TEST_F(Builtins, AreKeptUnderTheirOwner) {  // [PER-06]
  write("agents/boss/agent.yml", "name: boss\nsystem_prompt_file: prompt.md\nskills: [cut]\nexposed: true\n");
  write("agents/boss/prompt.md", "Be kind.");
  write("skills/cut/skill.yml", "name: cut\nvisibility: private\ninputs: {properties: {text: {type: string}}}\n");
  auto loaded = load();

  EXPECT_EQ(loaded.created, 2);
  EXPECT_THAT(loaded.warnings, IsEmpty());
  auto boss = kept("boss");
  EXPECT_EQ(to_agent(boss)->system_prompt, "Be kind.");
  EXPECT_EQ(boss.definition.visibility, tool::Visibility::everyone);
  EXPECT_TRUE(boss.definition.exposed);
  auto cut = skills_->find_named("builtin", "cut").value();
  EXPECT_TRUE(cut.definition.inputs.contains("properties"));
  EXPECT_EQ(cut.definition.visibility, tool::Visibility::owner);
}

TEST_F(Builtins, AreChangedOnlyWhereTheyDiffer) {  // [PER-06]
  write("agents/boss/agent.yml", "name: boss\n");
  write("agents/kid/agent.yml", "name: kid\n");
  (void)load();
  auto boss = kept("boss");
  boss.triggers.webhook_secret = "s3cret";
  boss.definition.schedule.cron = "0 9 * * *";
  boss = agents_->update(boss);

  EXPECT_EQ(load().unchanged, 2);
  EXPECT_EQ(kept("boss"), boss) << "no new version";
  write("agents/boss/agent.yml", "name: boss\ndescription: New.\n");
  auto loaded = load();
  EXPECT_EQ(loaded.updated, 1);
  EXPECT_EQ(loaded.unchanged, 1);
  EXPECT_EQ(kept("boss").record.id, boss.record.id);
  EXPECT_EQ(kept("boss").definition.agent.description, "New.");
  EXPECT_EQ(kept("boss").triggers, boss.triggers) << "no file says them";
  EXPECT_EQ(kept("boss").definition.schedule, boss.definition.schedule);
  EXPECT_EQ(agents_->versions(boss.record.id).size(), 3u);
}

TEST_F(Builtins, OfWhichOneIsWrongAreKeptButForThat) {  // [PER-07]
  write("agents/bad/agent.yml", "name: bad\ntools: [\n");
  write("agents/boss/agent.yml", "name: boss\nskills: [nowhere]\n");
  auto loaded = load();

  EXPECT_EQ(loaded.created, 1);
  EXPECT_THAT(loaded.warnings, ElementsAre(HasSubstr("bad/agent.yml:"),
                                           AllOf(HasSubstr("boss/agent.yml:2:10: warning: no skill 'nowhere'"),
                                                 HasSubstr("runs go without it"))));
  EXPECT_THAT(kept("boss").definition.agent.skills, ElementsAre("nowhere"));
}

TEST_F(Builtins, ThatBecameWrongStayAsTheyWere) {  // [PER-07]
  write("agents/boss/agent.yml", "name: boss\ndescription: First.\n");
  (void)load();
  write("agents/boss/agent.yml", "name: boss\ndescription: Second.\nmodle: x\n");

  EXPECT_THAT(load().warnings, ElementsAre(HasSubstr("unknown key 'modle'")));
  EXPECT_EQ(kept("boss").definition.agent.description, "First.");
}

TEST_F(Builtins, SayThatAScheduleIsNotTakenOver) {
  write("agents/boss/agent.yml", "name: boss\nschedule: {cron: '0 9 * * *', prompt: Go.}\n");

  EXPECT_THAT(load().warnings, ::testing::Contains(HasSubstr("'schedule' is not taken over")));
  EXPECT_EQ(kept("boss").definition.schedule, saved::Schedule{});
}

TEST_F(Builtins, NeedNoFolder) { EXPECT_THAT(load().warnings, IsEmpty()); }

}  // namespace
}  // namespace executus
