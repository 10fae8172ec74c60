#include "runtime/schemas/schema_doubts.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/base/json.hpp>

namespace executus {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> doubts(std::string_view schema) {
  std::vector<std::string> lines;
  for (const auto& fault : doubts_about(parse_json(schema).value().as_object()))
    lines.push_back(fault.pointer + " " + fault.message);
  return lines;
}

TEST(SchemaDoubts, KeywordsOfAnotherTypeHaveNoEffect) {
  EXPECT_THAT(doubts(R"({"properties":{"n":{"type":"string","minimum":3}}})"),
              ElementsAre(HasSubstr("/properties/n/minimum '/properties/n/minimum': 'minimum' has no effect")));
  EXPECT_THAT(doubts(R"({"type":"integer","pattern":"x"})"), ElementsAre(HasSubstr("values of type string")));
  EXPECT_THAT(doubts(R"({"type":["string","null"],"items":{}})"), ElementsAre(HasSubstr("values of type array")));
  EXPECT_THAT(doubts(R"({"type":"array","required":["x"]})"), ElementsAre(HasSubstr("values of type object")));
}

TEST(SchemaDoubts, KeywordsOfItsTypesHave) {
  EXPECT_THAT(doubts(R"({"type":"object","properties":{"n":{"type":"integer","minimum":1,"maximum":1},
    "s":{"type":["null","string"],"minLength":1,"pattern":"x"},"a":{"type":"array","items":{"minimum":3},
    "contains":{},"minContains":2,"maxItems":3},"any":{"minimum":1,"minLength":1}},"required":["n"]})"),
              IsEmpty());
}

TEST(SchemaDoubts, SomeKeywordsNeedAnother) {
  EXPECT_THAT(doubts(R"({"then":{}})"), ElementsAre(HasSubstr("no effect without 'if'")));
  EXPECT_THAT(doubts(R"({"if":{}})"), ElementsAre(HasSubstr("without 'then' and 'else'")));
  EXPECT_THAT(doubts(R"({"maxContains":3})"), ElementsAre(HasSubstr("without 'contains'")));
  EXPECT_THAT(doubts(R"({"if":{},"else":{"required":["a"]}})"), IsEmpty());
}

TEST(SchemaDoubts, NoValueFitsWhatLeavesNoChoice) {
  EXPECT_THAT(doubts(R"({"minimum":3,"maximum":2})"), ElementsAre(HasSubstr("'minimum' is above 'maximum'")));
  EXPECT_THAT(doubts(R"({"type":"string","minimum":3,"maximum":2})"), Each(HasSubstr("has no effect")));
  EXPECT_THAT(doubts(R"({"$defs":{"x":{"enum":[]}}})"), ElementsAre(HasSubstr("/$defs/x/enum '/$defs/x/enum'")));
  EXPECT_THAT(doubts(R"({"oneOf":[]})"), ElementsAre(HasSubstr("an empty list")));
  EXPECT_THAT(doubts(R"({"type":"string","enum":[1,2]})"), ElementsAre(HasSubstr("lets none of these in")));
  EXPECT_THAT(doubts(R"({"type":"string","nullable":true,"enum":[null]})"), IsEmpty());
  EXPECT_THAT(doubts(R"({"type":"string","enum":[1,"a"]})"), IsEmpty());
}

// Values of other types fit all the same.
TEST(SchemaDoubts, KeywordsThatCrossLeaveNothingOfTheirKind) {
  EXPECT_THAT(doubts(R"({"minLength":5,"maxLength":1})"), ElementsAre(HasSubstr("no text fits")));
  EXPECT_THAT(doubts(R"({"type":["array","null"],"minItems":5,"maxItems":1})"), ElementsAre(HasSubstr("no list fits")));
  EXPECT_THAT(doubts(R"({"minProperties":5,"maxProperties":1})"), ElementsAre(HasSubstr("no object fits")));
}

// What an 'if' has looked at is evaluated, wherever that is asked.
TEST(SchemaDoubts, AConditionAloneHasAnEffectWhereTheRestIsLookedAt) {
  EXPECT_THAT(doubts(R"({"if":{"properties":{"b":true}},"unevaluatedProperties":false})"), IsEmpty());
  EXPECT_THAT(doubts(R"({"allOf":[{"if":{"prefixItems":[true]}}],"unevaluatedItems":false})"), IsEmpty());
}

}  // namespace
}  // namespace executus
