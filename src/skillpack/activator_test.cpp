// What agents' names of packs stand for, and what the tool answers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/async/root_group.hpp>
#include <executus/skillpack/activator.hpp>
#include <executus/skillpack/syncer.hpp>
#include <executus/testing/manual_loop.hpp>

#include "skillpack/pack_files_test.hpp"
#include "skillpack/skill_page.hpp"

namespace executus::skillpack {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

class ScriptedStager final : public BundleStager {
 public:
  int staged = 0;
  bool fails = false;
  Task<std::string> stage(std::shared_ptr<const Pack> pack, std::string skill) override {
    ++staged;
    if (fails) throw failed("disk", "no room");
    co_return "The files of " + pack->name + "/" + skill + " lie in /bundle.";
  }
};

class SkillUse : public ::testing::Test {
 protected:
  SkillUse() {
    PackTree office{{skill_file("pdf", "First line.\nSecond line."),
                     {"pdf/forms.md", false, "one\ntwo\nthree\n"},
                     {"pdf/logo.png", false, std::string("\x89PNG\0", 5)},
                     {"pdf/scripts/fill.py", false, "print()\n"},
                     {"pdf/tool", true, "#!/bin/sh\n"},
                     skill_file("plain")},
                    {{"pdf/link", "a symbolic link"}}};
    subscribe("office", std::move(office));
    subscribe("other", {{skill_file("pdf"), skill_file("csv")}, {}});
  }
  void subscribe(const std::string& name, PackTree tree) {
    FakeSource source;
    source.tree = std::move(tree);
    (void)Syncer(*store_, source, system_clock()).subscribe({Source::Kind::folder, "/" + name, "", ""}, name);
  }

  std::string resolved(const std::vector<std::string>& names) {
    auto packs = activator_.resolve(names);
    if (!packs.ok()) return packs.error().code() + ": " + packs.error().message();
    std::string text;
    for (const auto& pack : packs->packs)
      for (const auto& skill : pack.skills) text += pack.pack + "/" + skill + " ";
    return text;
  }

  std::string use(boost::json::object arguments) {
    if (!tool_) tool_ = activator_.tool(activator_.resolve({"office", "other/csv"}).value().packs);
    tool::Call call;
    call.run = *RunId::parse("run");
    call.arguments = std::move(arguments);
    auto outcome = loop_.run(tool_->call(std::move(call)));
    if (auto* done = std::get_if<tool::Done>(&outcome)) return done->text;
    return "failed: " + std::get<tool::Failed>(outcome).message;
  }

  std::unique_ptr<PackStore> store_ = make_memory_store();
  std::shared_ptr<ScriptedStager> stager_ = std::make_shared<ScriptedStager>();
  std::vector<std::string> stagers_for_;
  ActivatorOptions options_{.stager = [this](const RunId& run) {
    stagers_for_.push_back(run.str());
    return stager_;
  }};
  Activator activator_{*store_, options_};
  testing::ManualLoop loop_;
  std::shared_ptr<tool::Tool> tool_;
};

TEST_F(SkillUse, NamesStandForPacksOrSkills) {  // [SKP-12]
  EXPECT_EQ(resolved({"office"}), "office/pdf office/plain ");
  EXPECT_EQ(resolved({"office/pdf"}), "office/pdf ");
  EXPECT_EQ(resolved({"csv"}), "other/csv ") << "only one pack has it";
  EXPECT_EQ(resolved({"csv", "other", "office/plain"}), "other/csv other/pdf office/plain ");
  EXPECT_THAT(resolved({"pdf"}), AllOf(StartsWith("skillpack.ambiguous"), HasSubstr("office/pdf, other/pdf")));
  EXPECT_THAT(resolved({"ofice"}),
              HasSubstr("skillpack.unknown: there is no skill pack 'ofice'; did you mean 'office'?"));
  EXPECT_THAT(resolved({"PDF"}), StartsWith("skillpack."));
  EXPECT_THAT(resolved({"office/pdff"}), HasSubstr("did you mean 'office/pdf'?"));
  EXPECT_THAT(resolved({"absent/pdf"}), StartsWith("skillpack.unknown"));
}

TEST_F(SkillUse, GivesTextAndNamesOfFiles) {  // [SKP-10] [SKP-02]
  auto text = use({{"skill", "office/pdf"}});
  EXPECT_THAT(text, StartsWith("Skill office/pdf\n\nFirst line.\nSecond line.\n\nFiles of this skill"));
  EXPECT_THAT(text, HasSubstr("\n- forms.md (14 bytes)"));
  EXPECT_THAT(text, HasSubstr("\n- scripts/fill.py (8 bytes, a script: it can be read, and cannot be run here)"));
  EXPECT_THAT(text, HasSubstr("\n- tool (10 bytes, a script"));
  EXPECT_THAT(text, HasSubstr("Not here: link (a symbolic link)"));
  EXPECT_THAT(use({{"skill", "plain"}}), StartsWith("Skill office/plain\n\nBody."));
}

TEST_F(SkillUse, GoesByTheWholeName) {  // [SKP-10]
  tool_ = activator_.tool(activator_.resolve({"office", "other"}).value().packs);
  EXPECT_THAT(use({{"skill", "other/pdf"}}), StartsWith("Skill other/pdf"));
  EXPECT_THAT(use({{"skill", "pdf"}}),
              AllOf(StartsWith("failed: more than one pack"), HasSubstr("office/pdf, other/pdf")));
  EXPECT_THAT(use({{"skill", "Office/PDF"}}), HasSubstr("did you mean 'office/pdf'?"));
}

TEST_F(SkillUse, ReadsFilesOnDemand) {  // [SKP-10]
  EXPECT_EQ(use({{"skill", "office/pdf"}, {"file", "forms.md"}}), "one\ntwo\nthree\n");
  EXPECT_EQ(use({{"skill", "office/pdf"}, {"file", "./forms.md"}, {"offset", 3}}), "three\n");
  EXPECT_EQ(use({{"skill", "office/pdf"}, {"file", "scripts/fill.py"}}), "print()\n");
  EXPECT_THAT(use({{"skill", "office/pdf"}, {"file", "forms.md"}, {"offset", 9}}), HasSubstr("has no line 9"));
  EXPECT_THAT(use({{"skill", "office/pdf"}, {"file", "form.md"}}), HasSubstr("did you mean 'forms.md'?"));
  EXPECT_THAT(use({{"skill", "office/pdf"}, {"file", "link"}}), HasSubstr("in the pack it is a symbolic link"));
  EXPECT_THAT(use({{"skill", "office/pdf"}, {"file", "logo.png"}}), HasSubstr("is no text (5 bytes)"));
}

TEST_F(SkillUse, ReadsNothingElse) {  // [SKP-06]
  for (const char* path : {"/etc/passwd", "../plain/SKILL.md", "../../etc/passwd", "", ".", "forms.md/../forms.md"})
    EXPECT_THAT(use({{"skill", "office/pdf"}, {"file", path}}), StartsWith("failed: skill office/pdf has no file"))
        << path;
}

TEST_F(SkillUse, FailsForScripts) {  // [SKP-10]
  auto text = use({{"skill", "office/pdf"}, {"run", "scripts/fill.py"}});
  EXPECT_THAT(text, StartsWith("failed: scripts of skill packs do not run in this version"));
  EXPECT_THAT(text, HasSubstr("nothing happened"));
  EXPECT_THAT(use({{"skill", "office/pdf"}, {"run", "scripts/absent.py"}}), HasSubstr("has no file"));
}

TEST_F(SkillUse, FindsSkills) {  // [SKP-10]
  EXPECT_EQ(use({{"find", "csv"}}), "- other/csv: Does csv.");
  EXPECT_THAT(use({{"find", "zebra"}}), StartsWith("failed: no skill has one of these words"));
  EXPECT_THAT(use({}), StartsWith("failed: name a skill"));
}

TEST_F(SkillUse, StagesFilesWhenTheyAreFirstNeeded) {  // [SKP-11] [SKP-13]
  (void)use({{"find", "pdf"}});
  (void)use({{"skill", "plain"}});
  EXPECT_EQ(stager_->staged, 0) << "a skill without files needs none";
  EXPECT_THAT(stagers_for_, IsEmpty());
  EXPECT_THAT(use({{"skill", "office/pdf"}}), HasSubstr("\n\nThe files of office/pdf lie in /bundle."));
  (void)use({{"skill", "office/pdf"}});
  EXPECT_THAT(stagers_for_, ElementsAre("run")) << "one for each run";
}

TEST_F(SkillUse, NamesFilesWhenTheyCannotBeStaged) {  // [SKP-11]
  stager_->fails = true;
  EXPECT_THAT(use({{"skill", "office/pdf"}}), AllOf(HasSubstr("- forms.md"), Not(HasSubstr("/bundle"))));
  stager_ = nullptr;
  tool_ = nullptr;
  EXPECT_THAT(use({{"skill", "office/pdf"}}), AllOf(HasSubstr("- forms.md"), Not(HasSubstr("/bundle"))));
}

TEST(SkillPage, PagesLongTexts) {  // [SKP-10]
  std::string text;
  for (int i = 1; i <= 10'000; ++i) text += "line " + std::to_string(i) + "\n";
  std::string read, note = "[more follows: `offset` ";
  for (std::size_t first = 1; first != 0;) {
    auto page = page_of(text, first);
    EXPECT_LE(page.size(), kPageBytes + 100);
    auto at = page.find(note);
    read += page.substr(0, at);
    first = at == std::string::npos ? 0 : std::stoul(page.substr(at + note.size()));
  }
  EXPECT_EQ(read, text);
}

TEST(SkillPage, CutsALineThatIsLongerThanAPage) {  // [SKP-10]
  auto page = page_of("a\n" + std::string(200'000, 'x') + "\nend\n", 2);
  EXPECT_THAT(page, AllOf(HasSubstr("[line 2 is cut]"), HasSubstr("`offset` 3]")));
  EXPECT_EQ(page_of("a\nb\n", 2), "b\n");
  EXPECT_EQ(page_of("a\nb\n", 3), "");
}

}  // namespace
}  // namespace executus::skillpack
