#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json_schema/findings_test.hpp"

namespace executus {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

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
