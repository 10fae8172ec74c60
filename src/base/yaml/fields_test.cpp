#include "base/yaml/fields.hpp"

#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace executus {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

enum class Breach { stop, park };

// Reads `text` with `read` and returns the lines of what was wrong.
std::vector<std::string> problems_of(std::string_view text, const Fields::Read& read) {
  YamlDocument document = parse_yaml(text, "a.yaml").value();
  Problems problems;
  read_fields(document, problems, read);
  return problems.lines();
}

TEST(FieldsRead, GivesTheValuesOfEveryKind) {
  auto lines = problems_of(
      "s: text\ni: 3\nn: 1\nb: true\nd: 5m\nl: [a, b]\nm: {k: v}\nj: {type: object}\nc: park\n", [](Fields& fields) {
        EXPECT_EQ(fields.required_string("s"), "text");
        EXPECT_EQ(fields.integer("i"), 3);
        EXPECT_EQ(fields.number("n"), 1.0);
        EXPECT_EQ(fields.boolean("b"), true);
        EXPECT_EQ(fields.duration("d"), Milliseconds(300'000));
        EXPECT_THAT(*fields.strings("l"), ElementsAre("a", "b"));
        EXPECT_THAT(*fields.string_map("m"), ElementsAre(Pair("k", "v")));
        EXPECT_EQ(fields.json_object("j")->at("type"), "object");
        EXPECT_EQ(fields.choice<Breach>("c", {{"stop", Breach::stop}, {"park", Breach::park}}), Breach::park);
        EXPECT_FALSE(fields.string("absent"));
      });
  EXPECT_THAT(lines, IsEmpty());
}

TEST(FieldsRead, KnowsAKeyThatHasAWordMore) {
  auto lines = problems_of("allowed_tools: [x]\nmodel_name: x\n", [](Fields& fields) {
    (void)fields.strings("tools");
    (void)fields.string("model");
  });
  EXPECT_THAT(lines, ElementsAre("a.yaml:1:1: error: unknown key 'allowed_tools'; did you mean 'tools'?",
                                 "a.yaml:2:1: error: unknown key 'model_name'; did you mean 'model'?"));
}

TEST(FieldsRead, ReportsUnknownKeysWithWhatWasMeant) {
  auto lines = problems_of("name: x\nmodle: fast\nzzz: 1\n", [](Fields& fields) {
    (void)fields.string("name");
    (void)fields.string("model");
  });
  EXPECT_THAT(lines, ElementsAre("a.yaml:2:1: error: unknown key 'modle'; did you mean 'model'?",
                                 "a.yaml:3:1: error: unknown key 'zzz'"));
}

TEST(FieldsRead, ReportsAllProblemsInTheOrderOfTheFile) {
  auto lines =
      problems_of("s: 1\ni: x\nb: yes\nd: 5\ne: 5x\nl: a\nk: [1]\nm: {x: 1}\nc: parc\nn: ~\n", [](Fields& fields) {
        EXPECT_FALSE(fields.choice<Breach>("c", {{"stop", Breach::stop}, {"park", Breach::park}}));
        EXPECT_FALSE(fields.string("s"));
        EXPECT_FALSE(fields.integer("i"));
        EXPECT_FALSE(fields.boolean("b"));
        EXPECT_FALSE(fields.duration("d"));
        EXPECT_FALSE(fields.duration("e"));
        EXPECT_FALSE(fields.strings("l"));
        EXPECT_TRUE(fields.strings("k"));
        EXPECT_TRUE(fields.string_map("m"));
        EXPECT_FALSE(fields.number("n"));
      });
  EXPECT_THAT(
      lines, ElementsAre("a.yaml:1:4: error: 's' has to be a string, got an integer",
                         "a.yaml:2:4: error: 'i' has to be an integer, got a string",
                         "a.yaml:3:4: error: 'b' has to be true or false, got a string",
                         "a.yaml:4:4: error: 'd' has to be a duration such as 60s, got an integer",
                         "a.yaml:5:4: error: 'e': '5x' is no duration: expected a whole number and a unit (ms, s, m, h "
                         "or d), such as 500ms, 60s, 5m, 2h or 30d",
                         "a.yaml:6:4: error: 'l' has to be a list of strings, got a string",
                         "a.yaml:7:5: error: 'k[0]' has to be a string, got an integer",
                         "a.yaml:8:8: error: 'm.x' has to be a string, got an integer",
                         "a.yaml:9:4: error: 'c' has to be one of 'stop', 'park', got 'parc'; did you mean 'park'?",
                         "a.yaml:10:4: error: 'n' has to be a number, got nothing"));
}

TEST(FieldsRead, ChecksTheRangeOfIntegers) {
  auto lines = problems_of("a: 0\nb: 11\nc: 18446744073709551615\n", [](Fields& fields) {
    EXPECT_FALSE(fields.integer("a", {.min = 1}));
    EXPECT_FALSE(fields.integer("b", {.min = 1, .max = 10}));
    EXPECT_FALSE(fields.integer("c"));
  });
  EXPECT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines.at(0), "a.yaml:1:4: error: 'a' has to be at least 1, got 0");
  EXPECT_EQ(lines.at(1), "a.yaml:2:4: error: 'b' has to be at least 1 and at most 10, got 11");
}

TEST(FieldsRead, ReportsMissingAndEmptyRequiredStrings) {
  auto lines = problems_of("tool:\n  name: ''\n", [](Fields& fields) {
    fields.object("tool", [](Fields& tool) {
      (void)tool.required_string("name");
      (void)tool.required_string("url");
    });
  });
  EXPECT_THAT(lines,
              ElementsAre("a.yaml:1:1: error: missing key 'url'", "a.yaml:2:9: error: 'name' must not be empty"));
}

TEST(FieldsNested, ReportTheirOwnUnknownKeys) {
  std::vector<std::string> names;
  auto lines = problems_of("tools:\n  - {name: a}\n  - {name: b, efect: pure}\n  - c\ntiers:\n  fast: {spec: x}\n",
                           [&](Fields& fields) {
                             fields.each_object("tools", [&](Fields& tool) {
                               names.push_back(tool.required_string("name"));
                               (void)tool.string("effect");
                             });
                             fields.each_named("tiers", [&](const std::string& name, Fields& tier) {
                               names.push_back(name + "=" + tier.required_string("spec"));
                             });
                             EXPECT_FALSE(fields.object("absent", [](Fields&) { ADD_FAILURE(); }));
                           });
  EXPECT_THAT(names, ElementsAre("a", "b", "fast=x"));
  EXPECT_THAT(lines, ElementsAre("a.yaml:3:15: error: unknown key 'efect'; did you mean 'effect'?",
                                 "a.yaml:4:5: error: expected a map, got a string"));
}

TEST(FieldsOwnReports, StandAtTheValue) {
  auto lines = problems_of("tools: [grep, gerp]\neffects: {}\n", [](Fields& fields) {
    (void)fields.strings("tools");
    EXPECT_TRUE(fields.has("effects"));
    EXPECT_TRUE(fields.raw("effects")->is_object());
    fields.error("tools", 1, "unknown tool 'gerp'");
    fields.warning("effects", "calls of this server park after a crash");
  });
  EXPECT_THAT(lines, ElementsAre("a.yaml:1:15: error: unknown tool 'gerp'",
                                 "a.yaml:2:10: warning: calls of this server park after a crash"));
}

TEST(ReadFields, RefusesARootThatIsNoMap) {
  EXPECT_THAT(problems_of("[1]", [](Fields&) { ADD_FAILURE(); }),
              ElementsAre("a.yaml:1:1: error: expected a map, got a list"));
  EXPECT_THAT(problems_of("", [](Fields&) { ADD_FAILURE(); }),
              ElementsAre("a.yaml:1:1: error: expected a map, got nothing"));
}

TEST(ProblemsOfFiles, KeepWarningsOutOfTheError) {
  Problems problems;
  problems.warning("b.yaml", {1, 1}, "odd");
  EXPECT_FALSE(problems.has_errors());
  problems.error("a.yaml", {2, 1}, "second");
  problems.error("a.yaml", {1, 5}, "first");

  EXPECT_TRUE(problems.has_errors());
  EXPECT_EQ(problems.to_error().code(), "config.invalid");
  EXPECT_EQ(problems.to_error().message(), "a.yaml:1:5: error: first\na.yaml:2:1: error: second");
  EXPECT_EQ(problems.lines().front(), "b.yaml:1:1: warning: odd");
}

}  // namespace
}  // namespace executus
