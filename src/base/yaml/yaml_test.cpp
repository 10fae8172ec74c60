#include "base/yaml/yaml.hpp"

#include <random>
#include <string>

#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/base/json.hpp>

#include "base/text.hpp"

namespace executus {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string yaml_as_json(std::string_view text) { return canonical_json(parse_yaml(text, "f.yaml").value().root()); }

std::string yaml_failure(std::string_view text) {
  auto document = parse_yaml(text, "f.yaml");
  return document ? "no error" : document.error().message();
}

TEST(YamlScalars, FollowTheCoreSchema) {
  EXPECT_EQ(yaml_as_json("[null, ~, true, False, 1, -2, +3, 0x1F, 0o17, 1.5, -.5, 1e3, 2.]"),
            "[null,null,true,false,1,-2,3,31,15,1.5,-0.5,1000,2]");
  EXPECT_EQ(yaml_as_json("[yes, no, on, off, y, 12:30, 1_000, 1.2.3, 2024-01-01, 0b1, '', -, a b]"),
            R"(["yes","no","on","off","y","12:30","1_000","1.2.3","2024-01-01","0b1","","-","a b"])");
  EXPECT_EQ(yaml_as_json("[18446744073709551615, -9223372036854775808]"),
            "[18446744073709551615,-9223372036854775808]");
}

TEST(YamlScalars, KeepLeadingZerosAsText) {
  EXPECT_EQ(yaml_as_json("[007, -08, 00, 0, 0.5, 01.5]"), R"(["007","-08","00",0,0.5,"01.5"])");
}

TEST(YamlScalars, AreTextWhenQuotedOrTagged) {
  EXPECT_EQ(yaml_as_json("['1', \"true\", !!str 2, !!int 3, \"\\x41\\n\"]"), R"(["1","true","2",3,"A\n"])");
  EXPECT_EQ(yaml_as_json("a: |\n  x\n  1\nb: >\n  2\n"), R"({"a":"x\n1\n","b":"2\n"})");
}

TEST(YamlScalars, RefuseWhatJsonCannotSay) {
  for (const char* bad :
       {".inf", "-.Inf", ".nan", "99999999999999999999", "-9223372036854775809", "1e999", "0xfffffffffffffffff"})
    EXPECT_THAT(yaml_failure(std::string("a: ") + bad), StartsWith("f.yaml:1:4: error: '")) << bad;
}

TEST(ParseYaml, ReadsTreesAndKeepsTheOrderOfKeys) {
  EXPECT_EQ(boost::json::serialize(parse_yaml("b: {y: 1, x: []}\na:\n  - 1\n  - {k: }\n1: true\n", "f").value().root()),
            R"({"b":{"y":1,"x":[]},"a":[1,{"k":null}],"1":true})");
  EXPECT_EQ(yaml_as_json(""), "null");
  EXPECT_EQ(yaml_as_json("# only a comment\n"), "null");
  EXPECT_EQ(yaml_as_json("---\na: 1\n...\n"), R"({"a":1})");
}

TEST(ParseYaml, RemembersWhereThingsStand) {
  auto document = parse_yaml("name: x\ntools:\n  - a\n  - k/ey: deep\n", "f.yaml").value();

  EXPECT_EQ(document.key_at("/name"), (TextPosition{1, 1}));
  EXPECT_EQ(document.value_at("/name"), (TextPosition{1, 7}));
  EXPECT_EQ(document.value_at("/tools/0"), (TextPosition{3, 5}));
  EXPECT_EQ(document.key_at("/tools/0"), (TextPosition{3, 5}));
  EXPECT_EQ(document.key_at("/tools/1/k~1ey"), (TextPosition{4, 5}));
  EXPECT_EQ(document.value_at("/tools/1/k~1ey"), (TextPosition{4, 11}));
  EXPECT_EQ(document.value_at("/tools/1/missing/x"), document.value_at("/tools/1"));
  EXPECT_EQ(document.value_at("/nothing"), document.value_at(""));
}

TEST(ParseYaml, ReportsEveryDuplicateKey) {
  EXPECT_EQ(yaml_failure("a: 1\nb: {c: 1, c: 2}\na: 3\n"),
            "f.yaml:2:11: error: duplicate key 'c'; it is already given in line 2\n"
            "f.yaml:3:1: error: duplicate key 'a'; it is already given in line 1");
  EXPECT_THAT(yaml_failure("a: 1\n'a': 2"), HasSubstr("2:1: error: duplicate key 'a'"));
}

TEST(ParseYaml, SaysWhereTheSyntaxIsWrong) {
  EXPECT_THAT(yaml_failure("a: 1\nb: [1, 2\n"), StartsWith("f.yaml:3:1: error: "));
  EXPECT_THAT(yaml_failure("a: 'x\n"), HasSubstr("illegal EOF in scalar"));
  EXPECT_THAT(yaml_failure("a: \"x\nb: 1\n"), HasSubstr("illegal EOF in scalar"));
  EXPECT_THAT(yaml_failure("a: b: c"), StartsWith("f.yaml:1:5: error: "));
}

TEST(ParseYaml, RefusesWhatItDoesNotKnow) {
  EXPECT_THAT(yaml_failure("a: &x {k: 1}\nb: {<<: *x}"), HasSubstr("2:5: error: merge keys"));
  EXPECT_THAT(yaml_failure("a: !own 1"), HasSubstr("the tag '!own' is not supported"));
  EXPECT_THAT(yaml_failure("a: 1\n---\nb: 2"), HasSubstr("f.yaml:2:1: error: expected the end of the file"));
  EXPECT_THAT(yaml_failure("[a]: 1"), HasSubstr("a key has to be text, got a list"));
  EXPECT_THAT(yaml_failure("~: 1"), HasSubstr("a key is missing or null"));
  EXPECT_THAT(yaml_failure("a: \xff"), HasSubstr("f.yaml:1:4: error: this byte is not UTF-8"));
  EXPECT_THAT(yaml_failure("a: 1\nb: \x04"), HasSubstr("f.yaml:2:4: error: a control character"));
  EXPECT_THAT(yaml_failure("a: *nowhere"), StartsWith("f.yaml:1:4: error: "));
}

TEST(YamlAliases, CopyTheirAnchor) {
  auto document = parse_yaml("a: &x {k: [1]}\nb: *x\nc: [*x]\n", "f").value();
  EXPECT_EQ(canonical_json(document.root()), R"({"a":{"k":[1]},"b":{"k":[1]},"c":[{"k":[1]}]})");
  EXPECT_EQ(document.value_at("/b"), (TextPosition{2, 4}));
  EXPECT_EQ(document.value_at("/c/0/k/0"), (TextPosition{1, 12}));
}

TEST(YamlAliases, CannotContainThemselves) {
  EXPECT_THAT(yaml_failure("a: &x [*x]"), HasSubstr("1:8: error: this alias"));
}

TEST(YamlAliases, CannotMultiplyWithoutBound) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    std::string before = "*a" + std::to_string(i - 1), name = "a" + std::to_string(i);
    bomb += name + ": &" + name + " [" + before;
    for (int j = 0; j < 9; ++j) bomb += ", " + before;
    bomb += "]\n";
  }
  EXPECT_THAT(yaml_failure(bomb), HasSubstr("too many nodes"));
  std::string text = "a: &a " + std::string(1'000'000, 'x') + "\nb: [*a";
  for (int i = 0; i < 100; ++i) text += ", *a";
  EXPECT_THAT(yaml_failure(text + "]\n"), HasSubstr("too many nodes"));
}

TEST(YamlLimits, BoundTheDepthAndTheSize) {
  EXPECT_EQ(yaml_failure(std::string(max_json_depth, '[') + std::string(max_json_depth, ']')), "no error");
  EXPECT_NE(yaml_failure(std::string(max_json_depth + 1, '[') + std::string(max_json_depth + 1, ']')), "no error");
  EXPECT_NE(yaml_failure(std::string(100'000, '[')), "no error");
  EXPECT_NE(yaml_failure(std::string(100'000, '{')), "no error");
  EXPECT_THAT(yaml_failure(std::string(5 << 20, 'a')), HasSubstr("larger than 4 MiB"));
  std::string deep = "a0: &a0 [1]\n";
  for (int i = 1; i < 300; ++i)
    deep += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [*a" + std::to_string(i - 1) + "]\n";
  EXPECT_THAT(yaml_failure(deep), HasSubstr("nested too deeply"));
}

TEST(YamlGarbage, IsReadOrRefusedButNeverMore) {
  std::mt19937 random(6);
  const char* pieces[] = {"a",   ":",  " ",   "\n",  "- ",   "  ",  "{",   "}",  "[",          "]",  ",",
                          "'",   "\"", "#",   "&x ", "*x",   "!!s", "|",   ">",  "? ",         "%",  "---",
                          "..",  "\t", "1",   "<<",  "~",    "@",   "`",   "!",  "é",          "\\", ": ",
                          "\\N", "\r", "key", "\n",  "\n  ", "- ",  "a: ", "*y", "%YAML 1.2\n"};
  for (int i = 0; i < 20000; ++i) {
    std::string text;
    for (unsigned n = random() % 24; n > 0; --n) text += pieces[random() % std::size(pieces)];
    auto document = parse_yaml(text, "f");
    if (document)
      EXPECT_TRUE(is_valid_utf8(canonical_json(document->root()))) << text;
    else
      EXPECT_THAT(document.error().message(), ::testing::ContainsRegex("^f:[0-9]+:[0-9]+: error: ")) << text;
  }
}

TEST(YamlErrors, SayWhatToDoAboutWhatPeopleWrite) {
  EXPECT_THAT(yaml_failure("a:\n\tb: 1\n"), HasSubstr("indented with a tab: YAML wants spaces"));
  EXPECT_THAT(yaml_failure("name: a\nprompt: Answer: be brief\n"), HasSubstr("has to be put into quotes"));
  EXPECT_THAT(yaml_failure("to: @user\n"), HasSubstr("cannot begin with @: put it into quotes"));
  EXPECT_THAT(yaml_failure("- `ls`\n"), HasSubstr("cannot begin with `"));
  EXPECT_THAT(yaml_failure("a: [1, 2\n"), ::testing::Not(HasSubstr("quotes")));
  EXPECT_THAT(yaml_failure("a: 1\n  b: 2 # so: no\n"), ::testing::Not(HasSubstr("quotes")));
}

// yaml-cpp quotes the first byte of the character.
TEST(YamlErrors, AboutAnUnknownEscapeAreValidUtf8) {
  auto said = yaml_failure("\"a\\\u01db\"");
  EXPECT_THAT(said, HasSubstr("unknown escape"));
  EXPECT_TRUE(is_valid_utf8(said));
}

// yaml-cpp writes them as lone bytes.
TEST(YamlScalars, OfEscapesForNextLineAndForAHardSpaceAreValidUtf8) {
  auto document = parse_yaml("\"\\N\\_k\": \"\\_é\\N\\Nv\"", "f");
  ASSERT_TRUE(document) << document.error().message();
  EXPECT_EQ(canonical_json(document->root()), "{\"\u0085\u00a0k\":\"\u00a0é\u0085\u0085v\"}");
}

TEST(YamlGarbage, OfAnyBytesIsReadOrRefused) {
  std::mt19937 random(7);
  for (int i = 0; i < 5000; ++i) {
    std::string text;
    for (unsigned n = random() % 40; n > 0; --n) text += static_cast<char>(random());
    auto document = parse_yaml(text, "f");
    EXPECT_TRUE(document || document.error().code() == "yaml.malformed");
  }
}

}  // namespace
}  // namespace executus
