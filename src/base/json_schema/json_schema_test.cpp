#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/base/json.hpp>

#include "base/json_schema/findings_test.hpp"
#include "base/json_schema/validation.hpp"

namespace executus {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(Validate, TakesWhatFits) {
  EXPECT_THAT(findings(order_schema, R"({"items":[{"amount":1},{"amount":2.0}]})"), IsEmpty());
  EXPECT_THAT(findings("{}", "[1]"), IsEmpty());
  EXPECT_THAT(findings("true", "1"), IsEmpty());
}

TEST(Validate, SaysPathExpectationAndFinding) {
  EXPECT_THAT(findings(order_schema, R"({"items":[{"amount":1},{"amount":"2"}]})"),
              ElementsAre("'/items/1/amount': expected integer, got a string"));
  EXPECT_THAT(findings(order_schema, "[]"), ElementsAre("the value: expected object, got an array"));
}

TEST(Validate, ReportsAllFindings) {
  EXPECT_THAT(findings(order_schema, R"({"items":[{"amuont":1},{"amount":0}]})"),
              ElementsAre("'/items/0/amount': missing; it is required",
                          "'/items/0/amuont': unknown property; did you mean 'amount'?",
                          "'/items/1/amount': expected at least 1, got 0"));
}

TEST(Validate, StopsAfterTwentyFindings) {
  std::string list = "[0";
  for (int i = 0; i < 100; ++i) list += ",0";
  EXPECT_EQ(findings(R"({"items":{"type":"string"}})", list + "]").size(), 20u);
}

TEST(ValidateType, TakesListsOfTypes) {
  EXPECT_THAT(findings(R"({"type":["string","null"]})", "null"), IsEmpty());
  EXPECT_THAT(findings(R"({"type":["string","null"]})", "1"),
              ElementsAre("the value: expected string or null, got an integer"));
  EXPECT_THAT(findings(R"({"type":"integer"})", "1.5"), ElementsAre("the value: expected integer, got a number"));
  EXPECT_THAT(findings(R"({"type":"number"})", "1"), IsEmpty());
}

TEST(ValidateArrays, CountsItemsAndKnowsTuples) {
  EXPECT_THAT(findings(R"({"minItems":2})", "[1]"), ElementsAre("the value: expected at least 2 items, got 1"));
  EXPECT_THAT(findings(R"({"maxItems":0})", "[1]"), ElementsAre("the value: expected at most 0 items, got 1"));
  for (const char* tuple : {R"({"prefixItems":[{"type":"string"}],"items":{"type":"integer"}})",
                            R"({"items":[{"type":"string"}],"additionalItems":{"type":"integer"}})"}) {
    EXPECT_THAT(findings(tuple, R"(["a",1])"), IsEmpty());
    EXPECT_THAT(findings(tuple, R"([1,"a"])").size(), 2u);
  }
}

TEST(ValidateObjects, KnowsPatternAndAdditionalProperties) {
  constexpr char schema[] =
      R"({"patternProperties":{"^x-":{"type":"string"}},"additionalProperties":{"type":"integer"}})";
  EXPECT_THAT(findings(schema, R"({"x-a":"b","n":1})"), IsEmpty());
  EXPECT_THAT(findings(schema, R"({"x-a":1,"n":"b"})"),
              ElementsAre("'/x-a': expected string, got an integer", "'/n': expected integer, got a string"));
}

TEST(ValidateChoices, ComparesByValue) {
  EXPECT_THAT(findings(R"({"enum":["a",1,null]})", "1.0"), IsEmpty());
  EXPECT_THAT(findings(R"({"enum":["a","b"]})", "\"c\""),
              ElementsAre("the value: expected one of [\"a\",\"b\"], got \"c\""));
  EXPECT_THAT(findings(R"({"const":{"a":1,"b":2}})", R"({"b":2,"a":1})"), IsEmpty());
  EXPECT_THAT(findings(R"({"const":"a"})", "\"b\""), ElementsAre("the value: expected \"a\", got \"b\""));
}

TEST(ValidateCombined, KnowsAllAnyAndOneOf) {
  constexpr char any[] = R"({"anyOf":[{"type":"string"},{"type":"integer"}]})";
  EXPECT_THAT(findings(any, "1"), IsEmpty());
  EXPECT_THAT(
      findings(any, "true"),
      ElementsAre("the value: fits none of the alternatives of anyOf (the value: expected string, got a boolean; "
                  "the value: expected integer, got a boolean)"));
  constexpr char one[] = R"({"oneOf":[{"minimum":1},{"maximum":5}]})";
  EXPECT_THAT(findings(one, "9"), IsEmpty());
  EXPECT_THAT(findings(one, "3"), ElementsAre("the value: fits 2 alternatives of oneOf, expected exactly one"));
  EXPECT_THAT(findings(R"({"allOf":[{"minimum":1},{"maximum":5}]})", "9").size(), 1u);
}

TEST(ValidateRef, FollowsReferencesAndRecursion) {
  constexpr char tree[] = R"({"$ref":"#/$defs/no~1de","$defs":{"no/de":{"type":"object","required":["v"],
    "properties":{"v":{"type":"integer"},"next":{"$ref":"#/$defs/no~1de"}}}}})";
  EXPECT_THAT(findings(tree, R"({"v":1,"next":{"v":2}})"), IsEmpty());
  EXPECT_THAT(findings(tree, R"({"v":1,"next":{}})"), ElementsAre("'/next/v': missing; it is required"));
}

TEST(ValidateArrays, KnowsUniqueAndContainedItems) {
  EXPECT_THAT(findings(R"({"uniqueItems":true})", R"([{"a":1,"b":2},{"b":2,"a":1.0}])"),
              ElementsAre("the value: expected no two equal items, got {\"a\":1,\"b\":2} at 0 and 1"));
  EXPECT_THAT(findings(R"({"uniqueItems":true})", R"([1,true,"1",[1],null])"), IsEmpty());
  EXPECT_THAT(findings(R"({"contains":{"const":2}})", "[1]"),
              ElementsAre("the value: expected at least 1 items that fit 'contains', got 0"));
  EXPECT_THAT(findings(R"({"contains":{"const":2},"minContains":2,"maxContains":2})", "[2,2,1]"), IsEmpty());
  EXPECT_THAT(findings(R"({"contains":{"const":2},"maxContains":1})", "[2,2]").size(), 1u);
  EXPECT_THAT(findings(R"({"contains":{"const":2},"minContains":0})", "[1]"), IsEmpty());
}

TEST(ValidateObjects, CountsAndNamesProperties) {
  EXPECT_THAT(findings(R"({"minProperties":1})", "{}"),
              ElementsAre("the value: expected at least 1 properties, got 0"));
  EXPECT_THAT(findings(R"({"maxProperties":1})", R"({"a":1,"b":2})").size(), 1u);
  EXPECT_THAT(
      findings(R"({"propertyNames":{"pattern":"^b"}})", R"({"a":1,"b":2})"),
      ElementsAre(
          "'/a': a property cannot have this name; of the value: expected text that matches \"^b\", got \"a\""));
}

TEST(ValidateObjects, KnowsWhatDependsOnAProperty) {
  for (const char* rule :
       {R"({"dependentRequired":{"amount":["currency"]}})", R"({"dependencies":{"amount":["currency"]}})"})
    EXPECT_THAT(findings(rule, R"({"amount":5})"),
                ElementsAre("'/currency': missing; where 'amount' is, it is required"));
  for (const char* rule : {R"({"dependentSchemas":{"amount":{"required":["currency"]}}})",
                           R"({"dependencies":{"amount":{"required":["currency"]}}})"}) {
    EXPECT_THAT(findings(rule, R"({"amount":5})"), ElementsAre("'/currency': missing; it is required"));
    EXPECT_THAT(findings(rule, R"({"other":5})"), IsEmpty());
  }
}

TEST(ValidateCombined, KnowsNotAndConditions) {
  EXPECT_THAT(findings(R"({"not":{"required":["city"]}})", R"({"city":"Oslo"})"),
              ElementsAre("the value: expected nothing that fits {\"required\":[\"city\"]}"));
  constexpr char rule[] = R"({"if":{"properties":{"mode":{"const":"pay"}}},"then":{"required":["amount"]},
    "else":{"required":["reason"]}})";
  EXPECT_THAT(findings(rule, R"({"mode":"pay"})"), ElementsAre("'/amount': missing; it is required"));
  EXPECT_THAT(findings(rule, R"({"mode":"no"})"), ElementsAre("'/reason': missing; it is required"));
  EXPECT_THAT(findings(R"({"then":false,"else":false})", "1"), IsEmpty());
}

TEST(ValidateUnevaluated, IsTheLastWord) {
  constexpr char rule[] =
      R"({"allOf":[{"properties":{"a":true}},{"if":{"required":["b"]},"then":{"properties":{"b":true}}}],
    "anyOf":[{"properties":{"c":{"type":"string"}},"required":["c"]},true],"unevaluatedProperties":false})";
  EXPECT_THAT(findings(rule, R"({"a":1,"b":2,"c":"3"})"), IsEmpty());
  EXPECT_THAT(findings(rule, R"({"a":1,"c":3})"), ElementsAre("'/c': nothing is allowed here"));
  constexpr char list[] = R"({"prefixItems":[true],"contains":{"const":2},"unevaluatedItems":{"type":"string"}})";
  EXPECT_THAT(findings(list, R"([1,2,"x"])"), IsEmpty());
  EXPECT_THAT(findings(list, R"([1,2,3])"), ElementsAre("'/2': expected string, got an integer"));
}

// Section 11 of JSON Schema 2020-12: what stands in the same schema object counts, and what it applies in place.
TEST(ValidateUnevaluated, SeesNeitherCousinsNorParents) {
  constexpr char object[] = R"({"a":1,"b":2})", list[] = "[1,2]";
  for (const char* cousin :
       {R"({"allOf":[{"properties":{"a":true,"b":true}},{"unevaluatedProperties":false}]})",
        R"({"allOf":[{"unevaluatedProperties":false},{"properties":{"a":true,"b":true}}]})",
        R"({"properties":{"a":true,"b":true},"allOf":[{"unevaluatedProperties":false}]})",
        R"({"properties":{"a":true,"b":true},"anyOf":[{"unevaluatedProperties":false}]})",
        R"({"properties":{"a":true,"b":true},"oneOf":[{"unevaluatedProperties":false}]})",
        R"({"properties":{"a":true,"b":true},"$ref":"#/$defs/c","$defs":{"c":{"unevaluatedProperties":false}}})",
        R"({"properties":{"a":true,"b":true},"dependentSchemas":{"a":{"unevaluatedProperties":false}}})",
        R"({"properties":{"a":true,"b":true},"if":true,"then":{"unevaluatedProperties":false}})",
        R"({"properties":{"a":true,"b":true},"if":false,"else":{"unevaluatedProperties":false}})",
        R"({"if":{"properties":{"a":true,"b":true}},"then":{"unevaluatedProperties":false}})"})
    EXPECT_THAT(findings(cousin, object), ::testing::Not(IsEmpty())) << cousin;
  for (const char* cousin : {R"({"allOf":[{"prefixItems":[true,true]},{"unevaluatedItems":false}]})",
                             R"({"prefixItems":[true,true],"allOf":[{"unevaluatedItems":false}]})",
                             R"({"contains":true,"if":true,"then":{"unevaluatedItems":false}})",
                             R"({"items":true,"$ref":"#/$defs/c","$defs":{"c":{"unevaluatedItems":false}}})"})
    EXPECT_THAT(findings(cousin, list), ::testing::Not(IsEmpty())) << cousin;
}

TEST(ValidateUnevaluated, SeesWhatIsAppliedInPlaceAtAnyDepth) {
  for (const char* in_place :
       {R"({"allOf":[{"allOf":[{"properties":{"a":true}}]},{"properties":{"b":true}}],"unevaluatedProperties":false})",
        R"({"$ref":"#/$defs/c","unevaluatedProperties":false,"$defs":{"c":{"properties":{"a":true,"b":true}}}})",
        R"({"dependentSchemas":{"a":{"properties":{"a":true,"b":true}}},"unevaluatedProperties":false})",
        R"({"if":{"properties":{"a":true}},"then":{"properties":{"b":true}},"unevaluatedProperties":false})",
        R"({"allOf":[{"unevaluatedProperties":true}],"unevaluatedProperties":false})",
        R"({"allOf":[{"properties":{"a":true},"unevaluatedProperties":{"const":2}}],"unevaluatedProperties":false})"})
    EXPECT_THAT(findings(in_place, R"({"a":1,"b":2})"), IsEmpty()) << in_place;
  EXPECT_THAT(findings(R"({"not":{"not":{"properties":{"a":true}}},"unevaluatedProperties":false})", R"({"a":1})"),
              ElementsAre("'/a': nothing is allowed here"))
      << "what `not` looks at does not count";
  EXPECT_THAT(
      findings(R"({"anyOf":[{"properties":{"a":{"const":2}}},true],"unevaluatedProperties":false})", R"({"a":1})"),
      ElementsAre("'/a': nothing is allowed here"))
      << "nor what does not hold";
}

TEST(ValidateUnevaluated, CountsInSchemasThatOnlyAReferenceLeadsTo) {
  EXPECT_THAT(findings(R"({"$ref":"#/x-own/c","x-own":{"c":{"unevaluatedProperties":false}}})", R"({"a":1})"),
              ElementsAre("'/a': nothing is allowed here"));
}

TEST(ValidateType, LetsNullInWhereOpenApiSaysSo) {
  EXPECT_THAT(findings(R"({"type":"string","nullable":true})", "null"), IsEmpty());
  EXPECT_THAT(findings(R"({"type":"string","nullable":false})", "null").size(), 1u);
  EXPECT_THAT(findings(R"({"type":"string","nullable":true,"enum":["a"]})", "null").size(), 1u);
}

// More levels than a text of JSON may have.
boost::json::value nested(int levels, std::string_view inner, std::string_view beside = "{}") {
  auto schema = parse_json(inner).value();
  for (int i = 0; i < levels; ++i) {
    auto around = parse_json(beside).value().as_object();
    around["allOf"] = boost::json::array{std::move(schema)};
    schema = std::move(around);
  }
  return schema;
}

boost::json::value object_of(int members) {
  boost::json::object object;
  for (int i = 0; i < members; ++i) object["m" + std::to_string(i)] = 1;
  return object;
}

// What was looked at is handed from level to level, and not copied at each.
TEST(Evaluated, TakesTheLargerSideAsItIs) {
  json_schema::Evaluated few{{"a", "b"}, {1}}, many{{"b", "c", "d"}, {1, 2, 3}};
  const auto* kept = &*many.names.find("d");

  EXPECT_EQ(few.add(std::move(many)), 3U) << "two names and an item are placed among the others";

  EXPECT_THAT(few.names, ElementsAre("a", "b", "c", "d"));
  EXPECT_THAT(few.items, ElementsAre(1U, 2U, 3U));
  EXPECT_EQ(&*few.names.find("d"), kept);
}

TEST(Validate, LooksAtMembersOnceHoweverDeepTheSchemaThatSpeaksOfThemIs) {
  constexpr int members = 1000;
  const auto value = object_of(members);
  for (int levels : {1, 100}) {
    boost::json::value schema{
        {"unevaluatedProperties", false},
        {"allOf", boost::json::array{nested(levels, R"({"additionalProperties":{"type":"integer"}})")}}};
    json_schema::Validation validation(schema);
    std::vector<std::string> found;
    validation.check(schema, value, "", found);
    EXPECT_THAT(found, IsEmpty());
    EXPECT_EQ(validation.looks(), 2U * members) << "one keyword speaks of them, and one of the rest";
  }
}

TEST(Validate, GivesUpWhereEachLevelLooksAtAll) {
  const auto value = object_of(10'000);
  auto found = [&](int levels, std::string_view beside) { return validate(nested(levels, "{}", beside), value); };

  EXPECT_THAT(found(5, R"({"unevaluatedProperties":true})"), IsEmpty());
  EXPECT_THAT(found(240, R"({"unevaluatedProperties":true})"), ElementsAre(HasSubstr("takes too long")));
  EXPECT_THAT(found(240, R"({"properties":{"x":{}}})"), ElementsAre(HasSubstr("takes too long")));
}

TEST(ValidateRef, FindsAnchors) {
  constexpr char schema[] = R"({"items":{"$ref":"#name"},"$defs":{"a":{"$anchor":"name","type":"string"}}})";
  EXPECT_THAT(findings(schema, "[1]"), ElementsAre("'/0': expected string, got an integer"));
  EXPECT_THAT(schema_failure(R"({"$ref":"#nobody"})"), HasSubstr("leads nowhere"));
}

TEST(ValidateRef, EndsInCirclesAndExplosions) {
  EXPECT_THAT(findings(R"({"$ref":"#"})", "1"), IsEmpty());
  EXPECT_THAT(findings(R"({"$ref":"#/$defs/a","$defs":{"a":{"$ref":"#/$defs/b"},"b":{"$ref":"#/$defs/a"}}})", "1"),
              IsEmpty());
  std::string defs = R"("s0":{})";
  for (int i = 1; i < 64; ++i) {
    std::string ref = R"({"$ref":"#/$defs/s)" + std::to_string(i - 1) + "\"}";
    defs += ",\"s" + std::to_string(i) + "\":{\"allOf\":[" + ref + "," + ref + "]}";
  }
  EXPECT_THAT(findings(R"({"$ref":"#/$defs/s63","$defs":{)" + defs + "}}", "1"),
              ElementsAre(HasSubstr("takes too long")));
}

}  // namespace
}  // namespace executus
