#include <gtest/gtest.h>

#include <executus/base/coercion.hpp>
#include <executus/base/json.hpp>
#include <executus/base/json_schema.hpp>

namespace executus {
namespace {

struct Case {
  const char* schema;
  const char* written;
  const char* read;  // null: as it was written
};

std::string as_read(const Case& c) {
  return write_json(coerced(parse_json(c.schema).value(), parse_json(c.written).value()));
}
std::string expected(const Case& c) { return write_json(parse_json(c.read ? c.read : c.written).value()); }

TEST(Coercion, ReadsWhatModelsWriteAsTheSchemaWantsIt) {  // [TOOL-11]
  const Case cases[]{
      {R"({"type":"integer"})", R"("3")", "3"},
      {R"({"type":"integer"})", R"("-17")", "-17"},
      {R"({"type":"number"})", R"("2.5")", "2.5"},
      {R"({"type":"boolean"})", R"("true")", "true"},
      {R"({"type":"boolean"})", R"("false")", "false"},
      {R"({"type":["integer","null"]})", R"("3")", "3"},
      {R"({"type":["integer","number"]})", R"("3")", "3"},
      {R"({"type":"object"})", R"("{\"a\":1}")", R"({"a":1})"},
      {R"({"type":"array"})", R"("[1,2]")", "[1,2]"},
      {R"({"type":"array","items":{"type":"string"}})", R"("one")", R"(["one"])"},
      {R"({"type":"array","items":{"type":"integer"}})", R"("3")", "[3]"},
      {R"({"type":"array","items":{"type":"integer"}})", R"(["1","2"])", "[1,2]"},
      {R"({"type":"array","items":{"type":"string"}})", R"("[\"a\",\"b\"]")", R"(["a","b"])"},
      {R"({"type":"array","prefixItems":[{"type":"integer"},{"type":"string"}]})", R"(["1","2"])", R"([1,"2"])"},
      {R"({"properties":{"n":{"type":"integer"}}})", R"({"n":null,"m":1})", R"({"m":1})"},
      {R"({"type":"object","additionalProperties":{"type":"integer"}})", R"({"a":"1"})", R"({"a":1})"},
      {R"({"type":"object","properties":{"o":{"type":"object","properties":{"n":{"type":"number"}}}}})",
       R"({"o":"{\"n\":\"1.5\"}"})", R"({"o":{"n":1.5}})"},
      {R"({"$ref":"#/$defs/n","$defs":{"n":{"type":"integer"}}})", R"("3")", "3"},
      {R"({"anyOf":[{"type":"integer"},{"type":"null"}]})", R"("3")", "3"},
      {R"({"oneOf":[{"type":"boolean"},{"type":"object"}]})", R"("true")", "true"},
      {R"({"allOf":[{"type":"integer"},{"minimum":1}]})", R"("3")", "3"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(as_read(c), expected(c)) << c.schema << " of " << c.written;
    EXPECT_TRUE(validate(parse_json(c.schema).value(), parse_json(as_read(c)).value()).empty()) << c.schema;
  }
}

TEST(Coercion, LeavesWhatFitsAndWhatCouldBeTwoThings) {  // [TOOL-11]
  const Case cases[]{
      {R"({"type":"string"})", R"("3")", nullptr},
      {R"({"type":"string"})", "3", nullptr},
      {R"({"type":"string"})", "true", nullptr},
      {R"({"type":["string","integer"]})", R"("3")", nullptr},
      {R"({"type":["integer","array"]})", R"("3")", nullptr},
      {R"({"anyOf":[{"type":"integer"},{"type":"array"}]})", R"("3")", nullptr},
      {R"({"type":"integer"})", R"("three")", nullptr},
      {R"({"type":"integer"})", R"("0x10")", nullptr},
      {R"({"type":"integer"})", R"("1,000")", nullptr},
      {R"({"type":"integer"})", R"("3.5")", nullptr},
      {R"({"type":"integer"})", R"("")", nullptr},
      {R"({"type":"integer"})", "null", nullptr},
      {R"({"type":"integer","minimum":5})", R"("3")", nullptr},
      {R"({"type":"boolean"})", R"("yes")", nullptr},
      {R"({"type":"boolean"})", "1", nullptr},
      {R"({"type":"null"})", R"("null")", nullptr},
      {R"({"type":"array","items":{"type":"integer"}})", "null", nullptr},
      {R"({"type":"array","items":{"type":"string"}})", R"("[1,2]")", nullptr},
      {R"({"type":"array","items":{"type":"string"}})", R"("[a, b]")", nullptr},
      {R"({"type":"array","items":{"type":"string"}})", R"("")", nullptr},
      {R"({"type":"object","properties":{"n":{"type":"integer"}},"required":["n"]})", R"({"n":null})", nullptr},
      {R"({"properties":{"n":{"type":["integer","null"]}}})", R"({"n":null})", nullptr},
      {R"({"properties":{"n":{}}})", R"({"n":null})", nullptr},
      {R"({"$ref":"#"})", R"("3")", nullptr},
      {R"({"type":7,"items":"none"})", R"(["3"])", nullptr},
      {"true", R"("3")", nullptr},
  };
  for (const auto& c : cases) EXPECT_EQ(as_read(c), expected(c)) << c.schema << " of " << c.written;
}

TEST(Coercion, ChangesOnlyThePartsThatDoNotFit) {  // [TOOL-11]
  Case c{R"({"type":"object","properties":{"a":{"type":"string"},"b":{"type":"integer"},"c":{"type":"integer"}}})",
         R"({"a":"1","b":"2","c":"x"})", R"({"a":"1","b":2,"c":"x"})"};
  EXPECT_EQ(as_read(c), expected(c));
}

// Each level of the value could be any of the operators, and nothing below them fits.
TEST(Coercion, EndsForSchemasThatMultiply) {  // [TOOL-11]
  std::string operators;
  for (int i = 0; i < 12; ++i)
    operators += std::string(i > 0 ? "," : "") + R"({"properties":{"op":{"const":")" + std::to_string(i) +
                 R"("},"left":{"$ref":"#/$defs/filter"},"right":{"$ref":"#/$defs/filter"}}})";
  auto schema = parse_json(R"({"$ref":"#/$defs/filter","$defs":{"filter":{"anyOf":[)" + operators + "]}}}").value();
  std::string filter = R"({"op":"none"})";
  for (int depth = 0; depth < 40; ++depth) filter = R"({"op":"1","left":)" + filter + R"(,"right":{"op":"2"}})";
  auto value = parse_json(filter).value();
  EXPECT_EQ(coerced(schema, value), value);
}

}  // namespace
}  // namespace executus
