// `executus packs`, and agents that have skills of them.
#include <fstream>

#include "cli_program.hpp"

namespace executus::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class Packs : public CliProgram {
 protected:
  Packs() { skill("office/pdf", "pdf", "The old way."); }
  void skill(const std::string& folder, const std::string& name, const std::string& body) {
    write(folder + "/SKILL.md", "---\nname: " + name + "\ndescription: Does " + name + ".\n---\n" + body + "\n");
  }
  std::string pinned() {
    return run({"packs", "show", "office", "--json"}).json().at("pinned").at("digest").as_string().c_str();
  }
  fs::path content(const std::string& digest) {
    for (const auto& entry : fs::recursive_directory_iterator(folder()))
      if (entry.path().filename() == digest) return entry.path();
    return {};
  }
};

TEST_F(Packs, AreBroughtCheckedAndApplied) {  // [SKP-07]
  auto brought = run({"packs", "subscribe", "office"});
  EXPECT_EQ(brought.exit, 0) << brought.err;
  EXPECT_THAT(brought.out,
              AllOf(HasSubstr("brought office: 1 skill"), HasSubstr("office/pdf"), HasSubstr("skill_packs: [office]")));
  auto before = pinned();
  EXPECT_THAT(run({"packs", "check"}).out, HasSubstr("office: as it is pinned"));

  skill("office/pdf", "pdf", "The new way.");
  write("office/pdf/more.md", "more");
  auto checked = run({"packs", "check"});
  EXPECT_THAT(checked.out, AllOf(HasSubstr("  + pdf/more.md\n"), HasSubstr("  ~ pdf/SKILL.md\n"),
                                 HasSubstr("executus packs apply office")));
  EXPECT_EQ(pinned(), before);
  EXPECT_THAT(run({"packs", "list"}).out, HasSubstr("pending"));
  EXPECT_THAT(run({"packs", "apply", "office", "--dry-run"}).out, HasSubstr("would have"));
  EXPECT_EQ(pinned(), before);

  auto applied = run({"packs", "apply", "office", "--json"});
  EXPECT_TRUE(applied.json().at("applied").as_bool());
  EXPECT_NE(pinned(), before);
  EXPECT_THAT(run({"packs", "apply", "office"}).out, HasSubstr("nothing is pending"));
}

// Thirty of them, with descriptions of which the catalog has room for half.
TEST_F(Packs, WhoseDescriptionsAreCutAreNamedByDoctor) {  // [SKP-10]
  ASSERT_EQ(run({"packs", "subscribe", "office"}).exit, 0);
  EXPECT_FALSE(run({"doctor", "--json"}).json().at("packs").at("descriptions_are_cut").as_bool());

  for (int i = 0; i < 30; ++i) {
    auto name = "skill-" + std::to_string(i);
    write("many/" + name + "/SKILL.md",
          "---\nname: " + name + "\ndescription: " + std::string(250, 'd') + "\n---\nBody.\n");
  }
  ASSERT_EQ(run({"packs", "subscribe", "many"}).exit, 0);

  auto found = run({"doctor", "--json"}).json().at("packs");
  EXPECT_TRUE(found.at("ok").as_bool()) << "nothing is wrong with that";
  EXPECT_EQ(found.at("skills"), 31);
  EXPECT_TRUE(found.at("descriptions_are_cut").as_bool());
  EXPECT_LT(found.at("characters_of_a_description").to_number<int>(), 250);
  EXPECT_THAT(run({"doctor"}).out, HasSubstr("descriptions_are_cut: true"));
}

TEST_F(Packs, GiveAnAgentTheirSkills) {  // [SKP-10] [SKP-12]
  ASSERT_EQ(run({"packs", "subscribe", "office", "-q"}).out, "office\n");
  agent("a", "  - calls: [{tool: skill_use, arguments: {skill: pdf}}]\n  - text: Done.\n", "skill_packs: [office]\n");
  EXPECT_EQ(run({"agents", "validate", "a"}).exit, 0);
  auto outcome = run({"run", "a", "please", "--json"});
  EXPECT_EQ(outcome.exit, 0) << outcome.err;
  auto shown = boost::json::serialize(show(std::string(outcome.json().at("run_id").as_string())));
  EXPECT_THAT(shown, HasSubstr("Skill office/pdf\\n\\nThe old way."));
}

TEST_F(Packs, AreNamedWhereAnAgentHasNone) {  // [SKP-12]
  ASSERT_EQ(run({"packs", "subscribe", "office"}).exit, 0);
  agent("a", "  - text: Done.\n", "skill_packs: [ofice]\n");
  auto said = run({"agents", "validate", "a"});
  EXPECT_EQ(said.exit, 2);
  EXPECT_THAT(said.err, AllOf(HasSubstr("error: 'ofice'"), HasSubstr("did you mean 'office'?")));
  EXPECT_THAT(run({"packs", "apply", "offic"}).err, HasSubstr("did you mean 'office'?"));
  EXPECT_THAT(run({"packs", "subscribe", "--", "--upload-pack=x"}).err, HasSubstr("begins with '-'"));
}

TEST_F(Packs, ThatWereChangedOnTheDiskAreRefusedByName) {  // [SKP-08]
  ASSERT_EQ(run({"packs", "subscribe", "office"}).exit, 0);
  auto file = content(pinned()) / "pdf/SKILL.md";
  fs::permissions(file, fs::perms::owner_all);
  std::fstream(file, std::ios::in | std::ios::out).put('+');
  agent("a", "  - text: Done.\n", "skill_packs: [office]\n");
  auto refused = run({"run", "a", "please"});
  EXPECT_EQ(refused.exit, 2);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("skill pack 'office'"), HasSubstr("is not what was pinned")));
  EXPECT_EQ(run({"packs", "check"}).exit, 0) << "its source still has it";
  EXPECT_EQ(run({"run", "a", "please"}).exit, 0);
}

TEST_F(Packs, SayWhatIsBroken) {  // [SKP-01]
  write("office/csv/SKILL.md", "---\nname: csv\n---\n");
  auto brought = run({"packs", "subscribe", "office"});
  EXPECT_EQ(brought.exit, 0);
  EXPECT_THAT(brought.err, HasSubstr("office/csv/SKILL.md:"));
  EXPECT_THAT(brought.err, HasSubstr("'description'"));
  EXPECT_THAT(run({"packs", "list"}).out, HasSubstr("1 (1 broken)"));
}

class BuiltinAgents : public CliProgram {};

TEST_F(BuiltinAgents, RunWithoutAFile) {  // [SKP-14]
  script("answers", "  - text: It was the disk.\n");
  auto outcome =
      run({"run", "triage", "What happened?", "--model", "scripted/" + (folder() / "answers.turns.yaml").string()});
  EXPECT_EQ(outcome.exit, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("It was the disk."));
  EXPECT_EQ(run({"agents", "validate", "researcher"}).out, "built-in/researcher.yaml: ok\n");
  EXPECT_THAT(run({"run", "triag", "x"}).err, HasSubstr("did you mean 'triage'?"));
}

TEST_F(Packs, AreRemovedWithWhatUsesThemNamed) {  // [SKP-07]
  ASSERT_EQ(run({"packs", "subscribe", "office"}).exit, 0);
  agent("a", "  - calls: [{tool: skill_use, arguments: {skill: pdf}}]\n  - text: Done.\n",
        "skill_packs: [office/pdf]\n");
  ASSERT_EQ(run({"run", "a", "x", "--detach", "--run-id", "r"}).exit, 0);

  EXPECT_EQ(run({"packs", "remove", "office", "--dry-run"}).out, "would remove office\n  used by a\n");
  EXPECT_EQ(run({"packs", "list", "-q"}).out, "office\n");
  EXPECT_EQ(run({"packs", "remove", "office", "--json"}).json(),
            (boost::json::object{{"name", "office"}, {"used_by", {"a"}}, {"removed", true}}));
  EXPECT_EQ(run({"packs", "list", "-q"}).out, "");
  EXPECT_EQ(run({"agents", "validate", "a"}).exit, 2);
  EXPECT_EQ(run({"packs", "remove", "office"}).exit, 2);
  EXPECT_EQ(run({"recover"}).exit, 0) << "a run that was started has what it was started with";
  EXPECT_THAT(boost::json::serialize(show("r")), HasSubstr("The old way."));
}

}  // namespace
}  // namespace executus::testing
