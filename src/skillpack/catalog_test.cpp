#include "skillpack/catalog.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.hpp"
#include "skillpack/pack_files_test.hpp"

namespace executus::skillpack {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::shared_ptr<const Pack> pack_with(int skills, std::size_t description) {
  PackTree tree;
  for (int i = 0; i < skills; ++i) {
    auto name = "skill-" + std::to_string(i);
    auto text = "Number " + std::to_string(i) + " " + std::string(description, static_cast<char>('a' + i % 26));
    tree.files.push_back({name + "/SKILL.md", false, manifest_text(name, text)});
  }
  std::ranges::sort(tree.files, {}, &PackFile::path);
  return make_pack("many", std::move(tree));
}

TEST(SkillCatalog, ListsNamesAndDescriptions) {  // [SKP-10]
  auto catalog = catalog_of({make_pack("office", {{skill_file("pdf")}, {}})}, 4'000);
  EXPECT_FALSE(catalog.cut);
  EXPECT_THAT(catalog.text, HasSubstr("call skill_use"));
  EXPECT_THAT(catalog.text, HasSubstr("\n- office/pdf: Does pdf."));
}

TEST(SkillCatalog, KeepsAllNamesAndCutsEvenly) {  // [SKP-10]
  constexpr std::size_t kRoom = 12'000;
  auto catalog = catalog_of({pack_with(300, 900)}, kRoom);
  EXPECT_TRUE(catalog.cut);
  EXPECT_LE(count_characters(catalog.text), kRoom);
  EXPECT_GT(count_characters(catalog.text), kRoom - 301) << "room is not wasted";
  EXPECT_THAT(catalog.text, HasSubstr("`find`"));
  std::size_t lines = 0;
  for (auto line : split(catalog.text, '\n'))
    if (auto colon = line.find(": "); line.starts_with("- ")) {
      ++lines;
      EXPECT_EQ(count_characters(line.substr(colon + 2)), catalog.description_characters + 1) << line;
    }
  EXPECT_EQ(lines, 300u);
}

TEST(SkillCatalog, KeepsTheNamesOf300SkillsIn4000Characters) {  // [SKP-10]
  auto catalog = catalog_of({pack_with(300, 900)}, 4'000);
  EXPECT_EQ(catalog.description_characters, 0u) << "names alone fill it";
  for (int i = 0; i < 300; ++i)
    EXPECT_THAT(catalog.text + "\n", HasSubstr("\n- many/skill-" + std::to_string(i) + "\n"));
  EXPECT_THAT(catalog.text, HasSubstr("Descriptions are cut here"));
}

TEST(SkillCatalog, FindsTheRest) {  // [SKP-10]
  SkillSet set;
  add_skills(set, pack_with(300, 900), {});
  auto text = found_in(set, "Number 217");
  EXPECT_THAT(text, StartsWith("- many/skill-217: Number 217 "));
  EXPECT_GT(text.find('\n'), 900u) << "whole descriptions";
  EXPECT_THAT(text, HasSubstr("more; give other words"));
  EXPECT_EQ(found_in(set, "zebra"), "");
  EXPECT_EQ(found_in(set, " , "), "");
}

}  // namespace
}  // namespace executus::skillpack
