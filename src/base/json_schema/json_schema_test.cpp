#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/base/json.hpp>
#include <executus/base/json_schema.hpp>

#include "base/json_schema/validation.hpp"

namespace executus {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> findings(std::string_view schema, std::string_view instance) {
  return validate(parse_json(schema).value(), parse_json(instance).value());
}

std::string schema_failure(std::string_view schema) {
  auto error = check_schema(parse_json(schema).value());
  return error ? error->message() : "no error";
}

constexpr char order_schema[] = R"({
  "type": "object",
  "properties": {"items": {"type": "array", "items": {
    "type": "object", "properties": {"amount": {"type": "integer", "minimum": 1}}, "required": ["amount"],
    "additionalProperties": false}}},
  "required": ["items"], "additionalProperties": false})";

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

TEST(ValidateNumbers, ComparesWithTheLimits) {
  EXPECT_THAT(findings(R"({"minimum":1,"maximum":3})", "2"), IsEmpty());
  EXPECT_THAT(findings(R"({"maximum":3})", "3.5"), ElementsAre("the value: expected at most 3, got 3.5"));
  EXPECT_THAT(findings(R"({"exclusiveMinimum":1})", "1"), ElementsAre("the value: expected more than 1, got 1"));
  EXPECT_THAT(findings(R"({"exclusiveMaximum":1})", "0.5"), IsEmpty());
  EXPECT_THAT(findings(R"({"maximum":9223372036854775806})", "9223372036854775807").size(), 1u);
}

TEST(ValidateStrings, CountsCharactersAndMatches) {
  EXPECT_THAT(findings(R"({"minLength":2,"maxLength":2})", "\"äö\""), IsEmpty());
  EXPECT_THAT(findings(R"({"minLength":3})", "\"äö\""),
              ElementsAre("the value: expected at least 3 characters, got 2"));
  EXPECT_THAT(findings(R"({"pattern":"^a"})", "\"ab\""), IsEmpty());
  EXPECT_THAT(findings(R"({"pattern":"^a"})", "\"b\""),
              ElementsAre("the value: expected text that matches \"^a\", got \"b\""));
  EXPECT_THAT(findings(R"({"pattern":"("})", "\"b\""), IsEmpty());  // check_schema refuses it
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

TEST(ValidateNumbers, KnowsMultiplesOfFractionsAndLongIntegers) {
  EXPECT_THAT(findings(R"({"multipleOf":0.01})", "19.99"), IsEmpty());
  EXPECT_THAT(findings(R"({"multipleOf":5})", "7"), ElementsAre("the value: expected a multiple of 5, got 7"));
  EXPECT_THAT(findings(R"({"type":"integer"})", "12345678901234567890123"),
              ElementsAre("the value: expected integer, got a string of digits, as numbers of more than 64 bits are"));
  EXPECT_THAT(findings(R"({"minimum":9007199254740993})", "9007199254740992.0").size(), 1u);
  EXPECT_THAT(findings(R"({"maximum":18446744073709551614})", "18446744073709551615").size(), 1u);
  EXPECT_THAT(validate(parse_json(R"({"multipleOf":2,"enum":[1]})").value(), boost::json::value(NAN)).size(), 2u);
}

TEST(ValidateLongNumbers, HoldsThemToBoundsWhereNoTypeIsWanted) {
  EXPECT_THAT(findings(R"({"minimum":0})", "12345678901234567890123"), IsEmpty());
  EXPECT_THAT(findings(R"({"minimum":0})", "-12345678901234567890123").size(), 1u);
  EXPECT_THAT(findings(R"({"maximum":100})", "12345678901234567890123"),
              ElementsAre("the value: expected at most 100, got \"12345678901234567890123\""));
  EXPECT_THAT(findings(R"({"type":["integer","string"],"exclusiveMaximum":100})", "12345678901234567890123").size(),
              1u);
  EXPECT_THAT(findings(R"({"type":"string","maximum":100})", "\"12345678901234567890123\""), IsEmpty());
  EXPECT_THAT(findings(R"({"maximum":100})", R"("12345678901234567890123 and more")"), IsEmpty());
  EXPECT_THAT(findings(R"({"maximum":100})", R"("1234567890123456789")"), IsEmpty()) << "which 64 bits say";
}

TEST(ValidateLongNumbers, KnowsThemInSchemas) {
  for (const char* name : {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"})
    EXPECT_FALSE(check_schema(parse_json("{\"" + std::string(name) + "\":12345678901234567890123}").value())) << name;
  EXPECT_THAT(schema_failure(R"({"multipleOf":-12345678901234567890123})"), HasSubstr("expected a number above 0"));
  EXPECT_THAT(schema_failure(R"({"minimum":"many"})"), HasSubstr("expected a number, got a string"));
  EXPECT_THAT(findings(R"({"maximum":18446744073709551616})", "18446744073709551615"), IsEmpty());
  EXPECT_THAT(findings(R"({"maximum":18446744073709551616})", "18446744073709551617").size(), 1u);
  EXPECT_THAT(findings(R"({"minimum":18446744073709551616})", "5").size(), 1u);
  EXPECT_THAT(findings(R"({"maximum":12345678901234567.25})", "12345678901234567.5").size(), 1u);
  EXPECT_THAT(findings(R"({"maximum":12345678901234567.25})", "12345678901234567.125"), IsEmpty());
}

TEST(ValidateLongNumbers, KnowsTheirMultiples) {
  EXPECT_THAT(findings(R"({"multipleOf":10})", "123456789012345678901230"), IsEmpty());
  EXPECT_THAT(findings(R"({"multipleOf":10})", "123456789012345678901231").size(), 1u);
  EXPECT_THAT(findings(R"({"multipleOf":0.5})", "12345678901234567.25").size(), 1u);
  EXPECT_THAT(findings(R"({"multipleOf":12345678901234567890123})", "24691357802469135780246"), IsEmpty());
  EXPECT_THAT(findings(R"({"multipleOf":12345678901234567890123})", "123456789012345678901230000"), IsEmpty());
  EXPECT_THAT(findings(R"({"multipleOf":12345678901234567890123})", "24691357802469135780247").size(), 1u);
  EXPECT_THAT(findings(R"({"multipleOf":12345678901234567890123})", "5").size(), 1u);
  EXPECT_THAT(findings(R"({"multipleOf":12345678901234567890123})", "0"), IsEmpty());
  EXPECT_THAT(findings(R"({"multipleOf":10000000000000000000000})", "0.5").size(), 1u);
}

TEST(ValidateLongNumbers, ComparesThemByValue) {
  EXPECT_THAT(findings(R"({"const":12345678901234567890123})", "12345678901234567890123.0"), IsEmpty());
  EXPECT_THAT(findings(R"({"const":12345678901234567890123})", "12345678901234567890124").size(), 1u);
  EXPECT_THAT(findings(R"({"enum":["a",9007199254740993]})", "9007199254740993.0"), IsEmpty());
  EXPECT_THAT(findings(R"({"enum":["a",9007199254740993]})", "9007199254740992.0").size(), 1u);
  EXPECT_THAT(
      findings(R"({"type":"string","const":"12345678901234567890123.0"})", R"("12345678901234567890123")").size(), 1u);
}

TEST(ValidateLongNumbers, AreNotSeenInTextWithWhiteSpace) {
  for (const char* text :
       {R"("12345678901234567890123 ")", R"("12345678901234567890123\n")", R"("-9007199254740993\t")"}) {
    EXPECT_THAT(findings(R"({"enum":[1,2,3]})", text).size(), 1u) << text;
    EXPECT_THAT(findings(R"({"const":12345678901234567890123})", text).size(), 1u) << text;
    EXPECT_THAT(findings(R"({"type":["integer","string"],"minimum":0,"multipleOf":7})", text), IsEmpty()) << text;
    EXPECT_THAT(schema_failure("{\"minimum\":" + std::string(text) + "}"), HasSubstr("expected a number")) << text;
    EXPECT_THAT(findings("{\"multipleOf\":" + std::string(text) + "}", "5"), IsEmpty()) << "no number, no rule";
  }
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

TEST(CheckSchema, TakesGoodOnes) {
  EXPECT_EQ(schema_failure(order_schema), "no error");
  EXPECT_EQ(schema_failure(R"({"$ref":"#/$defs/a","$defs":{"a":{"properties":{"type":{"type":"string"}}}}})"),
            "no error");
  EXPECT_EQ(schema_failure(R"({"description":1,"x-own":{"type":7},"default":{"type":7}})"), "no error");
}

TEST(CheckSchema, SaysWhatIsMalformedAndWhere) {
  EXPECT_EQ(schema_failure(R"({"properties":{"a":{"type":"strin"}}})"),
            "the JSON Schema is malformed at '/properties/a/type': unknown type 'strin'; did you mean 'string'?");
  EXPECT_EQ(schema_failure(R"({"type":1})"),
            "the JSON Schema is malformed at '/type': expected the name of a type, got an integer");
  EXPECT_THAT(schema_failure(R"({"required":"a"})"), HasSubstr("'/required': expected an array of names"));
  EXPECT_THAT(schema_failure(R"({"items":{"pattern":"("}})"), HasSubstr("'/items/pattern'"));
  EXPECT_THAT(schema_failure(R"({"anyOf":[3]})"), HasSubstr("'/anyOf/0': expected a schema"));
}

TEST(CheckSchema, RefusesReferencesThatLeadNowhereOrInCircles) {
  EXPECT_THAT(schema_failure(R"({"$ref":"#/$defs/a"})"), HasSubstr("leads nowhere"));
  EXPECT_THAT(schema_failure(R"({"$ref":"https://example.org/a"})"), HasSubstr("leads nowhere"));
  EXPECT_THAT(schema_failure(R"({"$ref":"#"})"), HasSubstr("circle"));
}

TEST(CheckSchema, RefusesWhatLeadsBackToItselfAtTheSameValue) {
  for (const char* bad :
       {R"({"$ref":"#/$defs/a","$defs":{"a":{"allOf":[{"$ref":"#/$defs/a"}]}}})",
        R"({"anyOf":[{"type":"null"},{"$ref":"#"}]})", R"({"properties":{"x":{"not":{"$ref":"#/properties/x"}}}})",
        R"({"dependentSchemas":{"a":{"$ref":"#"}}})"})
    EXPECT_THAT(schema_failure(bad), HasSubstr("circle")) << bad;
  EXPECT_EQ(schema_failure(R"({"anyOf":[{"type":"null"},{"properties":{"next":{"$ref":"#"}}}]})"), "no error");
  EXPECT_EQ(
      schema_failure(R"({"allOf":[{"$ref":"#/$defs/a"},{"$ref":"#/$defs/a"}],"$defs":{"a":{"items":{"$ref":"#"}}}})"),
      "no error");
}

TEST(CheckSchema, NamesTheKeywordThatWasMeant) {
  EXPECT_THAT(schema_failure(R"({"properties":{"a":{"minLenght":1}}})"),
              HasSubstr("at '/properties/a/minLenght': unknown keyword 'minLenght'; did you mean 'minLength'?"));
  EXPECT_THAT(schema_failure(R"({"if":{"maxlength":3}})"), HasSubstr("did you mean 'maxLength'?"));
  for (const char* good :
       {R"({"x-type":1,"ui:tpye":1,"example":1,"id":"a","properties":{"tpye":{}},"default":{"tpye":1}})",
        R"({"somethingElse":1})"})
    EXPECT_EQ(schema_failure(good), "no error") << good;
}

TEST(UncheckedKeywords, AreNamedWithTheirPlace) {
  auto schema = parse_json(R"({"title":"t","x-a":1,"properties":{"day":{"format":"date"},"format":{"type":"string"}},
    "$defs":{"a":{"$id":"a","colour":"red"}}})")
                    .value();
  EXPECT_THAT(unchecked_keywords(schema),
              ElementsAre("'/properties/day/format': 'format' is not checked",
                          "'/$defs/a/$id': references to a schema inside a schema by its '$id' are not followed",
                          "'/$defs/a/colour': unknown keyword 'colour', which is not checked"));
  EXPECT_THAT(unchecked_keywords(parse_json(order_schema).value()), IsEmpty());
}

TEST(CheckSchema, RefusesEveryOtherKind) {
  for (const char* bad : {R"({"multipleOf":0})",
                          R"({"multipleOf":"1"})",
                          R"({"uniqueItems":1})",
                          R"({"minProperties":1.5})",
                          R"({"dependentRequired":{"a":"b"}})",
                          R"({"dependentSchemas":[]})",
                          R"({"not":1})",
                          R"({"if":{"type":7}})",
                          R"({"contains":[]})",
                          R"({"dependencies":{"a":1}})",
                          "1",
                          "[]",
                          R"({"properties":[]})",
                          R"({"enum":1})",
                          R"({"minimum":"1"})",
                          R"({"minLength":-1})",
                          R"({"additionalProperties":1})",
                          R"({"allOf":{}})",
                          R"({"$ref":1})",
                          R"({"type":[]})",
                          R"({"pattern":1})",
                          R"({"required":[1]})",
                          R"({"patternProperties":{"(":{}}})"})
    EXPECT_TRUE(check_schema(parse_json(bad).value())) << bad;
}

}  // namespace
}  // namespace executus
