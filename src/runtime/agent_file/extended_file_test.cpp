// Agent files that extend one another.
#include <filesystem>

#include <sys/stat.h>

#include "runtime/agent_file/agent_checks_test.hpp"

namespace executus {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class ExtendedFiles : public AgentChecks {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(folder_ / "bases/texts");
    write("bases/texts/prompt.md", "Be kind.");
    write("bases/root.yaml",
          "name: root\ndescription: The lowest.\nmodel: fast\nsystem_prompt_file: texts/prompt.md\nroot: texts\n"
          "tools: [grep, read_file]\npermissions: {ask: [grep], deny: [now]}\nmax_iterations: 3\n");
    write("middle.yaml", "name: middle\nextends: bases/root.yaml\ntools+: [now]\npermissions: {deny: []}\n");
  }
  AgentFile loaded(const std::string& yaml) {
    write("probe.yaml", yaml);
    return runtime_.load_agent((folder_ / "probe.yaml").string()).value();
  }
  std::string path(const std::string& file) { return (folder_ / file).string(); }
};

TEST_F(ExtendedFiles, InheritOverThreeLevels) {  // [PER-08]
  auto agent = loaded("name: probe\nextends: middle\nmax_iterations: 5\ntools+: [list_dir]\n").agent;

  EXPECT_EQ(agent.name, "probe");
  EXPECT_EQ(agent.description, "The lowest.");
  EXPECT_EQ(agent.max_iterations, 5);
  EXPECT_THAT(agent.tools, ElementsAre("grep", "read_file", "now", "list_dir"));
  EXPECT_THAT(agent.permissions.ask, ElementsAre("grep"));
  EXPECT_THAT(agent.permissions.deny, IsEmpty());
}

TEST_F(ExtendedFiles, APathIsRelativeToTheFileThatNamesIt) {  // [PER-08]
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(std::filesystem::temp_directory_path());
  auto agent = loaded("name: probe\nextends: middle\n").agent;
  std::filesystem::current_path(before);

  EXPECT_EQ(agent.system_prompt, "Be kind.");
  EXPECT_EQ(agent.root, path("bases/texts"));
}

TEST_F(ExtendedFiles, SayWhereEachValueComesFrom) {  // [PER-08]
  auto origins = loaded("name: probe\nextends: middle\nmax_iterations: 5\ntools+: [list_dir]\n").origins;

  EXPECT_THAT(origins["max_iterations"], ElementsAre(path("probe.yaml:3")));
  EXPECT_THAT(origins["model"], ElementsAre(path("bases/root.yaml:3")));
  EXPECT_THAT(origins["permissions.ask"], ElementsAre(path("bases/root.yaml:7")));
  EXPECT_THAT(origins["permissions.deny"], ElementsAre(path("middle.yaml:4")));
  EXPECT_THAT(origins["tools"], ElementsAre(path("bases/root.yaml:6"), path("middle.yaml:3"), path("probe.yaml:4")));
}

TEST_F(ExtendedFiles, APromptReplacesAPromptFile) {  // [PER-08]
  EXPECT_EQ(loaded("name: probe\nextends: middle\nsystem_prompt: Mine.\n").agent.system_prompt, "Mine.");
}

TEST_F(ExtendedFiles, AListReplacesAndEmptyClears) {  // [PER-08]
  EXPECT_THAT(loaded("name: probe\nextends: middle\ntools: [now]\n").agent.tools, ElementsAre("now"));
  EXPECT_THAT(loaded("name: probe\nextends: middle\ntools: []\n").agent.tools, IsEmpty());
}

TEST_F(ExtendedFiles, AreToldWhatIsWrongInABaseWhereItStands) {  // [PER-08]
  write("bad.yaml", "name: bad\nmodle: fast\ntools: [gerp]\n");

  EXPECT_THAT(errors("extends: bad\n"),
              ElementsAre(AllOf(HasSubstr("bad.yaml:2:1: error: unknown key 'modle'"), HasSubstr("'model'")),
                          AllOf(HasSubstr("bad.yaml:3:9: error: "), HasSubstr("'grep'"))));
  write("bad.yaml", "name: bad\ntools: [\n");
  EXPECT_THAT(errors("extends: bad\n"), ElementsAre(HasSubstr("bad.yaml:")));
}

TEST_F(ExtendedFiles, TheNameIsNotInherited) {  // [PER-08]
  EXPECT_THAT(said_of("extends: middle\n").errors, ElementsAre(HasSubstr("probe.yaml:1:1: error: missing key 'name'")));
}

TEST_F(ExtendedFiles, ABaseThatIsNotThereIsNamed) {  // [PER-08]
  EXPECT_THAT(errors("extends: midle\n"),
              ElementsAre(AllOf(HasSubstr("probe.yaml:2:10: error: no agent 'midle'"), HasSubstr("'middle'"))));
  EXPECT_THAT(errors("extends: none.yaml\n"),
              ElementsAre(AllOf(HasSubstr("probe.yaml:2:10: error: cannot read"), HasSubstr(path("none.yaml")))));
  EXPECT_THAT(errors("extends: [middle]\n"), ElementsAre(HasSubstr("'extends' has to be the name of an agent")));
  write("middle.yaml", "name: middle\nextends: nowhere\n");
  EXPECT_THAT(errors("extends: middle\n"),
              ElementsAre(AllOf(HasSubstr("middle.yaml:2:10: error: no agent 'nowhere'"),
                                HasSubstr(path("probe.yaml") + " -> " + path("middle.yaml")))));
}

TEST_F(ExtendedFiles, ACircleIsAnErrorWithItsChain) {  // [PER-08]
  write("middle.yaml", "name: middle\nextends: ./probe.yaml\n");

  EXPECT_THAT(
      errors("extends: middle\n"),
      ElementsAre(AllOf(HasSubstr("middle.yaml:2:10: error: 'extends' leads in a circle: "),
                        HasSubstr(path("probe.yaml") + " -> " + path("middle.yaml") + " -> " + path("probe.yaml")))));
  EXPECT_THAT(errors("extends: probe\n"),
              ElementsAre(HasSubstr("probe.yaml:2:10: error: 'extends' leads in a circle")));
}

TEST_F(ExtendedFiles, ACircleOfThreeByNameFileAndLinkIsFound) {  // [PER-08]
  std::filesystem::create_symlink("probe.yaml", folder_ / "link.yaml");
  write("low.yaml", "name: low\nextends: ./link.yaml\n");
  write("middle.yaml", "name: middle\nextends: " + path("low.yaml") + "\n");

  EXPECT_THAT(errors("extends: middle\n"),
              ElementsAre(AllOf(HasSubstr("low.yaml:2:10: error: 'extends' leads in a circle: "),
                                HasSubstr(path("middle.yaml") + " -> " + path("low.yaml")))));
}

TEST_F(ExtendedFiles, WhatIsClearedInBetweenStaysCleared) {  // [PER-08]
  write("middle.yaml", "name: middle\nextends: bases/root.yaml\ntools: []\n");
  write("upper.yaml", "name: upper\nextends: middle\ntools+: [now]\n");
  auto file = loaded("name: probe\nextends: upper\ntools+: [list_dir]\n");

  EXPECT_THAT(file.agent.tools, ElementsAre("now", "list_dir"));
  EXPECT_THAT(file.origins["tools"], ElementsAre(path("middle.yaml:3"), path("upper.yaml:3"), path("probe.yaml:3")));
  EXPECT_THAT(loaded("name: probe\nextends: upper\ntools: []\n").agent.tools, IsEmpty());
}

TEST_F(ExtendedFiles, CapitalsCountAndATildeIsNoHome) {  // [PER-08]
  write("Middle.yaml", "name: Middle\nextends: bases/root.yaml\ndescription: The other.\n");

  EXPECT_EQ(loaded("name: probe\nextends: middle\n").agent.description, "The lowest.");
  EXPECT_EQ(loaded("name: probe\nextends: Middle\n").agent.description, "The other.");
  EXPECT_THAT(errors("extends: MIDDLE\n"), ElementsAre(HasSubstr("no agent 'MIDDLE'")));
  EXPECT_THAT(errors("extends: ~/middle.yaml\n"),
              ElementsAre(AllOf(HasSubstr("probe.yaml:2:10: error: cannot read"), HasSubstr("~/middle.yaml"))));
}

TEST_F(ExtendedFiles, ABaseThatIsNoFileIsNotWaitedFor) {
  ASSERT_EQ(::mkfifo(path("pipe.yaml").c_str(), 0600), 0);
  EXPECT_THAT(errors("extends: ./pipe.yaml\n"), ElementsAre(HasSubstr("it is a named pipe")));
  EXPECT_THAT(errors("extends: ./bases\n"), ElementsAre(HasSubstr("cannot read")));
}

TEST_F(ExtendedFiles, AChainHasAnEnd) {
  for (int i = 0; i < 40; ++i)
    write("b" + std::to_string(i) + ".yaml",
          "name: b" + std::to_string(i) + "\nextends: b" + std::to_string(i + 1) + ".yaml\n");

  EXPECT_THAT(errors("extends: b0\n"), ElementsAre(HasSubstr("more than 32 files extend one another")));
}

TEST_F(ExtendedFiles, InheritDelegatesThatLeadBack) {
  write("kid.yaml", "name: kid\nextends: parent\nagents: []\n");
  write("parent.yaml", "name: parent\nagents: [probe]\n");
  EXPECT_THAT(warnings("agents: [kid]\n"), IsEmpty());
  write("kid.yaml", "name: kid\nextends: parent\n");
  EXPECT_THAT(warnings("agents: [kid]\n"), ElementsAre(HasSubstr("leads back")));
}

TEST_F(ExtendedFiles, TooLargeAFileAndABombAreToldWithTheirPlace) {
  write("big.yaml", "name: big\ndescription: " + std::string(std::size_t{10} << 20, 'x') + "\n");
  EXPECT_THAT(errors("extends: big.yaml\n"),
              ElementsAre(AllOf(HasSubstr("probe.yaml:2:10: error: "), HasSubstr("larger than"))));
  std::string bomb = "name: bomb\nx0: &x0 [1, 2, 3, 4, 5, 6, 7, 8, 9, 0]\n";
  for (int i = 1; i < 9; ++i) {
    auto below = "*x" + std::to_string(i - 1);
    bomb += "x" + std::to_string(i) + ": &x" + std::to_string(i) + " [" + below + ", " + below + ", " + below + ", " +
            below + ", " + below + ", " + below + ", " + below + ", " + below + ", " + below + "]\n";
  }
  write("bomb.yaml", bomb);
  EXPECT_THAT(errors("extends: bomb.yaml\n"),
              ElementsAre(AllOf(HasSubstr("bomb.yaml:7:"), HasSubstr("too many nodes"))));
}

}  // namespace
}  // namespace executus
