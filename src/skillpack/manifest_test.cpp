#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/skillpack/manifest.hpp>

namespace executus::skillpack {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

std::string file_of(const std::string& matter, const std::string& body = "Do it.\n") {
  return "---\n" + matter + "---\n" + body;
}
ReadManifest read(const std::string& bytes) { return read_manifest(bytes, "SKILL.md"); }
std::string only_error(const ReadManifest& read) {
  return !read.manifest && read.errors.size() == 1 ? read.errors.front() : "not one error";
}

TEST(Manifest, HasWhatTheFileSays) {  // [SKP-01]
  auto skill = read(file_of("name: fill-forms\ndescription: >\n  Fills forms\n  of all kinds.\nlicense: MIT\n",
                            "\n# How\n\nRead.\n"));
  ASSERT_TRUE(skill.manifest) << skill.errors.front();
  EXPECT_EQ(skill.manifest->name, "fill-forms");
  EXPECT_EQ(skill.manifest->description, "Fills forms of all kinds.");
  EXPECT_EQ(skill.manifest->license, "MIT");
  EXPECT_EQ(skill.manifest->body, "# How\n\nRead.");
  EXPECT_THAT(skill.warnings, IsEmpty());
}

TEST(Manifest, LoadsWithByteOrderMarkAndCrLf) {  // [SKP-01]
  auto skill = read("\xEF\xBB\xBF---\r\nname: a\r\ndescription: Does a.\r\n---\r\nOne\r\nTwo\r\n");
  ASSERT_TRUE(skill.manifest) << skill.errors.front();
  EXPECT_EQ(skill.manifest->description, "Does a.");
  EXPECT_EQ(skill.manifest->body, "One\nTwo");
  EXPECT_THAT(skill.warnings, IsEmpty());
}

TEST(Manifest, TakesADescriptionWithAColonAsText) {  // [SKP-01]
  auto skill = read(file_of("name: a\ndescription: Use when: it's due\n"));
  ASSERT_TRUE(skill.manifest) << skill.errors.front();
  EXPECT_EQ(skill.manifest->description, "Use when: it's due");
  EXPECT_THAT(skill.warnings, ElementsAre(StartsWith("SKILL.md:3:14: warning: 'description' has a colon")));
}

TEST(Manifest, LeavesQuotedDescriptionsAlone) {  // [SKP-01]
  auto skill = read(file_of("name: a\ndescription: \"Use when: now\"\n"));
  ASSERT_TRUE(skill.manifest);
  EXPECT_EQ(skill.manifest->description, "Use when: now");
  EXPECT_THAT(skill.warnings, IsEmpty());
}

TEST(Manifest, NamesTheLineOfWhatIsWrong) {  // [SKP-01]
  EXPECT_THAT(only_error(read("# A skill\n")), StartsWith("SKILL.md:1:1: error: no front matter"));
  EXPECT_THAT(only_error(read("---\nname: a\n")), StartsWith("SKILL.md:1:1: error: the front matter that begins here"));
  EXPECT_THAT(only_error(read(file_of("name: a\n"))), HasSubstr("'description'"));
  EXPECT_THAT(only_error(read(file_of("description: d\n"))), HasSubstr("'name'"));
  EXPECT_THAT(only_error(read(file_of("name: a\ndescription: ''\n"))), StartsWith("SKILL.md:3:"));
  EXPECT_THAT(only_error(read(file_of("name: a\ndescription:\n  b: c: d\n"))), StartsWith("SKILL.md:4:"));
  EXPECT_THAT(only_error(read(file_of("name: a\nname: b\ndescription: d\n"))), StartsWith("SKILL.md:3:1"));
  EXPECT_THAT(only_error(read("---\nname: a\ndescription: \xFF\xFE\n---\n")),
              StartsWith("SKILL.md:3:14: error: this byte"));
  EXPECT_THAT(only_error(read(std::string("---\nname: a\0b\n---\n", 17))),
              StartsWith("SKILL.md:2:8: error: this byte"));
}

TEST(Manifest, TakesNamesInKebabCaseOnly) {  // [SKP-01]
  for (const char* name : {"a", "a-b", "pdf2", "2-d"}) EXPECT_EQ(wrong_with_name(name), "") << name;
  for (const char* name : {"", "-a", "a-", "a--b", "A", "a_b", "a b", "../a", "a/b", "\xC3\xA4"})
    EXPECT_NE(wrong_with_name(name), "") << name;
  EXPECT_EQ(wrong_with_name(std::string(64, 'a')), "");
  EXPECT_THAT(only_error(read(file_of("name: " + std::string(65, 'a') + "\ndescription: d\n"))),
              HasSubstr("SKILL.md:2:7: error: 'name':"));
}

TEST(Manifest, BoundsTheDescription) {  // [SKP-01]
  auto with = [](std::size_t n) { return read(file_of("name: a\ndescription: " + std::string(n, 'd') + "\n")); };
  EXPECT_THAT(with(1024).warnings, IsEmpty());
  EXPECT_THAT(with(1025).warnings, ElementsAre(HasSubstr("SKILL.md:3:14: warning: 'description' has 1025 characters")));
  EXPECT_TRUE(with(4096).manifest);
  EXPECT_THAT(only_error(with(4097)), HasSubstr("SKILL.md:3:14: error: 'description' has 4097 characters"));
}

TEST(Manifest, BoundsTheFile) {  // [SKP-01]
  EXPECT_THAT(only_error(read(file_of("name: a\ndescription: d\n", std::string(10'000'000, 'x')))),
              HasSubstr("a SKILL.md may have 1048576"));
}

TEST(Manifest, BoundsTheKeys) {  // [SKP-01]
  auto with_keys = [](int count) {
    std::string text = "---\nname: a\ndescription: b\n";
    for (int i = 2; i < count; ++i) text += "k" + std::to_string(i) + ": v\n";
    return read_manifest(text + "---\n", "SKILL.md");
  };
  EXPECT_TRUE(with_keys(500).manifest);
  EXPECT_THAT(with_keys(501).errors, ElementsAre(HasSubstr("SKILL.md:2:1: error: the front matter has 501 keys")));
}

TEST(Manifest, IsNotBlownUpByAliases) {  // [SKP-01]
  std::string bomb = "name: a\ndescription: d\na: &a [x, x, x, x, x, x, x, x, x]\n";
  for (char c = 'b'; c <= 'j'; ++c) {
    std::string before(1, static_cast<char>(c - 1)), list;
    for (int i = 0; i < 9; ++i) list += (i ? ", *" : "*") + before;
    bomb += std::string(1, c) + ": &" + c + " [" + list + "]\n";
  }
  EXPECT_THAT(only_error(read(file_of(bomb))), HasSubstr("SKILL.md:"));
}

TEST(Manifest, PassesAllowedToolsThrough) {  // [SKP-02]
  auto tools = [](const std::string& value) {
    return read(file_of("name: a\ndescription: d\nallowed-tools: " + value + "\n"));
  };
  EXPECT_THAT(tools("Read, Bash(git add:*) Write").manifest->allowed_tools,
              ElementsAre("Read", "Bash(git add:*)", "Write"));
  EXPECT_THAT(tools("[Read, 'Bash(a, b)']").manifest->allowed_tools, ElementsAre("Read", "Bash(a, b)"));
  EXPECT_THAT(tools("").manifest->allowed_tools, IsEmpty());
  EXPECT_THAT(only_error(tools("{a: b}")), StartsWith("SKILL.md:4:"));
}

TEST(Manifest, PassesOtherKeysOverAndNamesNearMisses) {  // [SKP-02]
  auto skill = read(file_of("name: a\ndescription: d\nmetadata: {version: 1}\nallowed_tools: Read\n"));
  ASSERT_TRUE(skill.manifest);
  EXPECT_THAT(
      skill.warnings,
      ElementsAre(HasSubstr("SKILL.md:5:16: warning: 'allowed_tools' is not read; did you mean 'allowed-tools'?")));
}

}  // namespace
}  // namespace executus::skillpack
