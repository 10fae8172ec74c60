#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/base/json.hpp>

#include "base/json_schema/findings_test.hpp"

namespace executus {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

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

}  // namespace
}  // namespace executus
