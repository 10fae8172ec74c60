#include "runtime/agent_file/agent_library.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/testing/temporary_folder.hpp>

#include "runtime/agent_file/file_sub_agents.hpp"

namespace executus {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A project's agents/ folder.
class Library : public ::testing::Test {
 protected:
  void write(const std::string& file, const std::string& yaml) { std::ofstream(folder_ / file) << yaml; }
  std::vector<std::string> errors(const std::string& file) {
    Diagnostics said;
    (void)library().load((folder_ / file).string(), said);
    return said.errors;
  }
  AgentLibrary library() { return {{folder_.path()}, {"grep"}}; }
  std::string path(const std::string& file) { return (folder_ / file).string(); }

  const executus::testing::TemporaryFolder folder_;
};

TEST_F(Library, TellsWhereTheSkillPacksOfAHostThrow) {  // [SKP-12]
  struct Broken final : SkillPacks {
    Result<ResolvedSkills> resolve(const std::vector<std::string>&) override { throw std::runtime_error("no server"); }
    std::shared_ptr<tool::Tool> tool(const std::vector<PinnedPack>&) override { return nullptr; }
  } broken;
  write("one.yaml", "name: one\nskill_packs: [office]\n");
  Diagnostics said;
  (void)AgentLibrary({folder_.path()}, {"grep"}, {.skill_packs = &broken}).load(path("one.yaml"), said);

  EXPECT_THAT(said.errors, ElementsAre(AllOf(HasSubstr("one.yaml:2:15: error: 'office'"), HasSubstr("no server"))));
}

TEST_F(Library, FindsAnAgentByWhatItIsCalled) {
  write("one.yaml", "name: first\n");
  write("two.yaml", "name: two\n");

  EXPECT_EQ(library().agents().path_of("first"), path("one.yaml")) << "as listings call it";
  EXPECT_EQ(library().agents().path_of("one"), path("one.yaml")) << "as its file is called";
  EXPECT_EQ(library().agents().path_of("three"), std::nullopt);
  EXPECT_THAT(library().agents().names(), ElementsAre("one", "first", "two"));
}

TEST_F(Library, HasFilesOfBothEndings) {
  write("long.yaml", "name: long\n");
  write("short.yml", "name: other\n");
  write("notes.txt", "name: notes\n");

  EXPECT_THAT(library().agents().paths(), ElementsAre(path("long.yaml"), path("short.yml")));
  EXPECT_EQ(library().agents().path_of("short"), path("short.yml")) << "as its file is called";
}

TEST_F(Library, TheFirstFolderThatKnowsAFileCounts) {
  const executus::testing::TemporaryFolder second;
  std::ofstream(second / "a.yaml") << "name: a\n";
  std::ofstream(second / "b.yaml") << "name: b\n";
  write("a.yaml", "name: a\n");
  AgentLibrary both({folder_.path(), second.path()}, {});

  EXPECT_EQ(both.agents().path_of("a"), path("a.yaml"));
  EXPECT_EQ(both.agents().path_of("b"), (second / "b.yaml").string());
}

TEST_F(Library, TheNameInAFileGoesBeforeThatOfAFile) {
  write("a.yaml", "name: b\n");
  write("b.yaml", "name: a\n");

  EXPECT_EQ(library().agents().path_of("a"), path("b.yaml"));
}

// Along every path, a dozen of them would be looked at for ever.
TEST_F(Library, LooksOnceAtFilesThatAllNameEachOther) {
  constexpr int kAgents = 12;
  for (int i = 0; i < kAgents; ++i) {
    std::string others;
    for (int other = 0; other < kAgents; ++other)
      if (other != i) others += (others.empty() ? "a" : ", a") + std::to_string(other);
    write("a" + std::to_string(i) + ".yaml", "name: a" + std::to_string(i) + "\nagents: [" + others + "]\n");
  }

  EXPECT_THAT(errors("a0.yaml"), IsEmpty());
}

TEST_F(Library, DoesNotChooseBetweenAgentsOfOneName) {
  write("one.yaml", "name: x\n");
  write("two.yaml", "name: x\n");

  EXPECT_THROW((void)library().agents().path_of("x"), Error);
  EXPECT_THAT(library().agents().namesakes(path("one.yaml"), "x"), ElementsAre(path("two.yaml")));
  write("x.yaml", "name: x\n");
  EXPECT_THROW((void)library().agents().path_of("x"), Error) << "the name of the file does not tell which is meant";
}

TEST_F(Library, TakesALinkForTheFileItLeadsTo) {
  write("one.yaml", "name: x\n");
  std::filesystem::create_symlink(path("one.yaml"), path("two.yaml"));

  EXPECT_EQ(library().agents().path_of("x"), path("one.yaml"));
  EXPECT_THAT(library().agents().namesakes(path("one.yaml"), "x"), IsEmpty());
}

TEST_F(Library, DoesNotChooseBetweenFilesOfBothEndings) {
  write("x.yaml", "name: a\n");
  write("x.yml", "name: b\n");

  EXPECT_THROW((void)library().agents().path_of("x"), Error);
  EXPECT_EQ(library().agents().path_of("b"), path("x.yml"));
}

TEST_F(Library, ReadsDelegatesTooAndSaysWhatIsWrongWithThem) {  // [PAL-01] [PAL-02]
  write("probe.yaml", "name: probe\nagents: [kid]\n");
  write("kid.yaml", "name: kid\nmodle: fast\ntools: [gerp]\n");

  EXPECT_THAT(errors("probe.yaml"),
              ElementsAre(AllOf(HasSubstr("probe.yaml:2:10: error: agent 'kid' cannot be delegated to"),
                                HasSubstr("kid.yaml:2:1: error: unknown key 'modle'"), HasSubstr("1 more"))));
}

TEST_F(Library, ReadsDelegatesOfDelegates) {
  write("probe.yaml", "name: probe\nagents: [kid]\n");
  write("kid.yaml", "name: kid\nskills: [baby]\n");
  write("baby.yaml", "name: baby\nsystem_prompt: '{{nope}}'\n");

  EXPECT_THAT(errors("probe.yaml"), ElementsAre(HasSubstr("nothing here is named 'nope'")));
}

TEST_F(Library, LetsAgentsDelegateInACircleButNotToThemselves) {
  write("a.yaml", "name: a\nagents: [b]\n");
  write("b.yaml", "name: b\nagents: [a]\n");
  write("self.yaml", "name: own\nagents: [self]\n");

  EXPECT_THAT(errors("a.yaml"), IsEmpty());
  EXPECT_THAT(errors("self.yaml"), ElementsAre(HasSubstr("it is this agent itself")));
  EXPECT_THAT(errors("./self.yaml"), ElementsAre(HasSubstr("it is this agent itself"))) << "written in another way";
}

TEST_F(Library, GivesInputsToSkillsOnly) {  // [PAL-01] [PAL-02]
  write("kid.yaml",
        "name: kid\nsystem_prompt: '{{inputs.x}}'\n"
        "inputs: {type: object, properties: {x: {type: string}}, required: [x]}\n");
  write("open.yaml", "name: open\nsystem_prompt: '{{inputs.y}}'\n");
  write("asks.yaml", "name: asks\nsystem_prompt: 'Do {{inputs.prompt}}'\n");
  write("phased.yaml",
        "name: phased\ninputs: {type: object, properties: {x: {type: string}}}\n"
        "phases: [{name: p, system_prompt: '{{inputs.x}}'}]\n");
  auto with = [&](const std::string& list) {
    write("probe.yaml", "name: probe\n" + list + "\n");
    return errors("probe.yaml");
  };

  EXPECT_THAT(with("skills: [kid, asks, phased]"), IsEmpty());
  EXPECT_THAT(with("skills: [kid]\nagents: [kid]"), ElementsAre(HasSubstr("list it under 'skills'")))
      << "what holds of a skill holds of no agent";
  EXPECT_THAT(with("agents: [kid]"), ElementsAre(HasSubstr("list it under 'skills'")));
  EXPECT_THAT(with("agents: [phased]"), ElementsAre(HasSubstr("list it under 'skills'")));
  EXPECT_THAT(with("skills: [open]"), ElementsAre(HasSubstr("its 'inputs' do not declare")));
}

TEST(FileSubAgents, GivesASkillTheInputsOfItsFileAndAnAgentNone) {  // [PAL-01] [PAL-02]
  AgentFile file;
  file.inputs_schema = {{"type", "object"}, {"properties", {{"x", {{"type", "string"}}}}}};
  FileSubAgents sub_agents([&](auto, auto name, auto) { return name == "kid" ? std::optional(file) : std::nullopt; });

  EXPECT_EQ(sub_agents.skill("kid", "")->parameters, file.inputs_schema);
  EXPECT_TRUE(sub_agents.agent("kid", "")->parameters.empty());
  EXPECT_FALSE(sub_agents.skill("other", ""));
}

TEST(FileSubAgents, KeepWhatEachCallerWasGiven) {  // [TOOL-05]
  int asked = 0;
  FileSubAgents sub_agents([&](DelegateKind, std::string_view, std::string_view caller) {
    ++asked;
    AgentFile file;
    file.agent.description = "of " + std::string(caller);
    return std::optional(file);
  });

  for (const char* caller : {"ann", "bob", "ann"})
    EXPECT_EQ(sub_agents.agent("kid", caller)->agent.description, "of " + std::string(caller));
  EXPECT_EQ(asked, 2);
}

TEST_F(Library, HasAgentsInFoldersOfTheirOwn) {
  std::filesystem::create_directories(folder_ / "one");
  std::filesystem::create_directories(folder_ / "two");
  write("one/agent.yml", "name: first\nsystem_prompt_file: prompt.md\n");
  write("one/prompt.md", "Be kind.");
  write("one/notes.yaml", "name: notes\n");
  write("two/agent.yaml", "name: two\n");

  EXPECT_EQ(library().agents().path_of("first"), path("one/agent.yml"));
  EXPECT_EQ(library().agents().path_of("one"), path("one/agent.yml")) << "as its folder is called";
  EXPECT_THAT(library().agents().names(), ElementsAre("one", "first", "two"));
  EXPECT_EQ(library().read(path("one/agent.yml"))->agent.system_prompt, "Be kind.");
}

TEST_F(Library, TwoFilesOfOneNameAreAnErrorThatNamesBoth) {
  std::filesystem::create_directories(folder_ / "other");
  write("one.yaml", "\nname: x\n");
  write("other/agent.yml", "name: x\n");

  EXPECT_THAT(errors("one.yaml"),
              ElementsAre(AllOf(HasSubstr("one.yaml:2:7: error: 'x' is the name in "), HasSubstr("other/agent.yml"))));
  EXPECT_THAT(errors("other/agent.yml"),
              ElementsAre(AllOf(HasSubstr("other/agent.yml:1:7: error: "), HasSubstr(path("one.yaml")))));
}

// agents/ and skills/ side by side.
class SkillFiles : public Library {
 protected:
  SkillFiles() {
    std::filesystem::create_directories(folder_ / "skills/big");
    write("probe.yaml", "name: probe\nskills: [summarise]\n");
  }
  AgentLibrary library() { return {{folder_.path()}, {"grep"}, {}, {folder_ / "skills"}}; }
  std::vector<std::string> errors(const std::string& file) {
    Diagnostics said;
    (void)library().load(path(file), said);
    return said.errors;
  }
};

TEST_F(SkillFiles, AreWhatAgentsNameAndGoBeforeAgents) {  // [PAL-01]
  write("skills/summarise.yaml",
        "name: summarise\ndescription: The skill.\ninputs: {properties: {text: {type: string}}}\n");
  write("summarise.yaml", "name: summarise\ndescription: The agent.\n");
  auto path = library().path_of(DelegateKind::skill, "summarise");

  EXPECT_THAT(errors("probe.yaml"), IsEmpty());
  EXPECT_EQ(library().read(*path)->agent.description, "The skill.");
  EXPECT_EQ(library().read(*library().path_of(DelegateKind::agent, "summarise"))->agent.description, "The agent.");
  std::filesystem::remove(folder_ / "skills/summarise.yaml");
  EXPECT_THAT(errors("probe.yaml"), IsEmpty()) << "an agent file is a skill too";
}

TEST_F(SkillFiles, LieInFoldersOfTheirOwnAsWell) {
  write("skills/big/skill.yml", "name: summarise\nextends: plain\n");
  write("skills/plain.yaml", "name: plain\ntools: [grep]\n");

  EXPECT_THAT(errors("probe.yaml"), IsEmpty());
  EXPECT_THAT(library().read(path("skills/big/skill.yml"))->agent.tools, ElementsAre("grep"));
}

TEST_F(SkillFiles, AreWarnedOfAScheduleThatStartsNothing) {  // [SKL-06]
  write("skills/summarise.yaml", "name: summarise\nschedule: {cron: 0 8 * * *}\n");
  Diagnostics said;
  ASSERT_TRUE(library().load(path("skills/summarise.yaml"), said));
  EXPECT_THAT(said.warnings, ElementsAre(HasSubstr(":2:11: warning: workers start no runs of skills")));
}

TEST_F(SkillFiles, HaveFlatTools) {  // [SKL-07]
  write("skills/summarise.yaml", "name: summarise\nagents: [probe]\nskills: []\nphases: [{name: p}]\ncritic: {}\n");

  EXPECT_THAT(errors("skills/summarise.yaml"),
              ElementsAre(HasSubstr(":2:9: error: a skill has no 'agents'"), HasSubstr("a skill has no 'skills'"),
                          HasSubstr("a skill has no 'phases'"), HasSubstr("a skill has no 'critic'")));
  EXPECT_THAT(errors("probe.yaml"), ElementsAre(HasSubstr("'summarise' cannot be delegated to")));
}

TEST_F(SkillFiles, SayWhoSeesThem) {  // [TOOL-05]
  write("skills/summarise.yaml", "name: summarise\nvisibility: shared\nshared_with: [ann]\nexposed: true\n");
  auto skill = library().read(path("skills/summarise.yaml")).value();

  EXPECT_EQ(skill.visibility, tool::Visibility::shared);
  EXPECT_THAT(skill.shared_with, ElementsAre("ann"));
  EXPECT_TRUE(skill.exposed);
  write("skills/summarise.yaml", "name: summarise\nvisibility: shared\n");
  EXPECT_THAT(errors("skills/summarise.yaml"), ElementsAre(HasSubstr("needs 'shared_with'")));
  write("skills/summarise.yaml", "name: summarise\nvisibility: pubic\nshared_with: [ann]\n");
  EXPECT_THAT(errors("skills/summarise.yaml"),
              ElementsAre(HasSubstr("did you mean 'public'?"), HasSubstr("only for 'visibility: shared'")));
}

TEST_F(SkillFiles, ANameThatIsNoneIsToldWithTheNearOne) {
  write("skills/summaries.yaml", "name: summaries\n");

  EXPECT_THAT(errors("probe.yaml"), ElementsAre(AllOf(HasSubstr("no skill 'summarise' in skills/ or agents/"),
                                                      HasSubstr("did you mean 'summaries'?"))));
}

}  // namespace
}  // namespace executus
