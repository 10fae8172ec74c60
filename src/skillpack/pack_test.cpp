#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/skillpack/pack.hpp>

namespace executus::skillpack {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

PackFile skill(const std::string& folder, const std::string& name) {
  return {folder + "SKILL.md", false, "---\nname: " + name + "\ndescription: Does " + name + ".\n---\nBody.\n"};
}
PackFile file(const std::string& path) { return {path, false, "x"}; }

TEST(Pack, GivesEachSkillTheFilesBesideIt) {  // [SKP-01]
  auto pack = make_pack("office", {{skill("", "all"), file("README"), skill("pdf/", "pdf"), file("pdf/ref/a.md"),
                                    skill("pdf/deep/", "deep"), file("pdf/deep/b.md")},
                                   {{"pdf/link", "a symbolic link"}}});
  ASSERT_THAT(pack->skills, SizeIs(3));
  const auto* pdf = pack->find("pdf");
  ASSERT_TRUE(pdf);
  ASSERT_THAT(pdf->files, SizeIs(1));
  EXPECT_EQ(pdf->local(pdf->files[0]->path), "ref/a.md");
  EXPECT_THAT(pdf->missing, ElementsAre(MissingFile{"pdf/link", "a symbolic link"}));
  EXPECT_EQ(pack->find("all")->files.at(0)->path, "README");
  EXPECT_EQ(pack->find("all")->files.size(), 1u);
}

TEST(Pack, ListsWhatIsBroken) {  // [SKP-01]
  auto pack = make_pack(
      "office", {{{"a/SKILL.md", false, "no front matter"}, skill("b/", "b"), {"c/SKILL.md", false, "\xFF"}}, {}});
  EXPECT_THAT(pack->skills, SizeIs(1));
  ASSERT_THAT(pack->broken, SizeIs(2)) << "found = loaded + broken";
  EXPECT_THAT(pack->broken[0].errors, ElementsAre(HasSubstr("office/a/SKILL.md:1:1: error: no front matter")));
  EXPECT_EQ(pack->broken[1].file, "c/SKILL.md");
}

TEST(Pack, GoesByTheNameInTheFile) {  // [SKP-01]
  auto pack = make_pack("office", {{skill("pdf-tools/", "pdf")}, {}});
  EXPECT_TRUE(pack->find("pdf"));
  EXPECT_FALSE(pack->find("pdf-tools"));
  EXPECT_THAT(pack->warnings, ElementsAre(HasSubstr("the folder is called 'pdf-tools' and the skill 'pdf'")));
}

TEST(Pack, HasEachNameOnce) {  // [SKP-01]
  auto pack = make_pack("office", {{skill("a/pdf/", "pdf"), skill("b/pdf/", "pdf")}, {}});
  EXPECT_EQ(pack->find("pdf")->folder, "a/pdf");
  ASSERT_THAT(pack->broken, SizeIs(1));
  EXPECT_THAT(pack->broken[0].errors.at(0), HasSubstr("'pdf' already, in a/pdf/SKILL.md"));
  EXPECT_THAT(pack->warnings, IsEmpty());
}

}  // namespace
}  // namespace executus::skillpack
