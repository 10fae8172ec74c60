// What an agent file says of its inputs: what no run could give, and defaults that do not fit, are errors at load.
#include "runtime/agent_file/agent_checks_test.hpp"

namespace executus {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST_F(AgentChecks, RefuseInputsThatNoRunCouldGive) {
  EXPECT_THAT(errors("inputs: {type: string}\n"), ElementsAre(HasSubstr(":2:16: error: 'inputs': has to be of type")));
  EXPECT_THAT(errors("inputs: {type: [array, string]}\n"), ElementsAre(HasSubstr("has to be of type object")));
  EXPECT_THAT(errors("inputs: {type: [object, \"null\"]}\n"), IsEmpty());
  EXPECT_THAT(errors("inputs: {properties: {service: {type: string}}, required: [servise]}\n"),
              ElementsAre(AllOf(HasSubstr(":2:60: error: "), HasSubstr("did you mean 'service'?"))));
  EXPECT_THAT(errors("inputs: {required: [a], additionalProperties: {type: string}}\n"), IsEmpty());
}

TEST_F(AgentChecks, TakeInputsForObjectsAndSayWhatOfThemHasNoEffect) {
  EXPECT_THAT(warnings("inputs: {properties: {n: {type: string, minimum: 3}}}\n"),
              ElementsAre(AllOf(HasSubstr(":2:50: warning: "), HasSubstr("'minimum' has no effect"))));
  EXPECT_EQ(runtime_.load_agent((folder_ / "probe.yaml").string())->inputs_schema.at("type"), "object");
}

TEST_F(AgentChecks, RefuseADefaultOutsideItsSchema) {
  EXPECT_THAT(errors("inputs: {properties: {n: {type: integer, default: many}}}\n"),
              ElementsAre(AllOf(HasSubstr(":2:51: error: "), HasSubstr("the default of 'n' does not fit"))));
  EXPECT_THAT(errors("inputs: {$defs: {e: {enum: [1, 2]}}, properties: {n: {$ref: '#/$defs/e', default: 3}}}\n"),
              ElementsAre(HasSubstr("the default of 'n'")));
  EXPECT_THAT(errors("inputs: {required: [m], properties: {m: {}, n: {type: [integer, 'null'], default: null}}}\n"),
              IsEmpty());
  EXPECT_THAT(warnings("command_tools: [{name: t, description: d, command: [x], effect: pure, "
                       "parameters: {properties: {n: {type: integer, default: x}}}}]\n"),
              ElementsAre(HasSubstr("the default of 'n' does not fit")))
      << "the model is told, and chooses";
}

// Wherever a reference leads, it leads there for the default as well.
TEST_F(AgentChecks, HoldADefaultToWhatItsSchemaRefersTo) {
  const std::string a = "inputs: {properties: {a: {$anchor: q, type: string}, ";
  for (const char* fits : {"b: {oneOf: [{$ref: '#/properties/a'}, {type: integer}], default: 5}}}\n",
                           "b: {oneOf: [{$ref: '#q'}, {type: integer}], default: 5}}}\n",
                           "b: {not: {$ref: '#/properties/a'}, default: 5}}}\n",
                           "b: {oneOf: [{$ref: '#/$defs/q'}, {type: integer}], default: 5}}, "
                           "$defs: {q: {$ref: '#/properties/a'}}}\n"})
    EXPECT_THAT(errors(a + fits), IsEmpty()) << fits;
  for (const char* unfit : {"b: {$ref: '#/properties/a', default: 5}}}\n", "b: {$ref: '#q', default: 5}}}\n",
                            "b: {type: array, items: {$ref: '#/properties/a'}, default: [5]}}}\n"})
    EXPECT_THAT(errors(a + unfit), ElementsAre(HasSubstr("the default of 'b'"))) << unfit;
}

TEST_F(AgentChecks, RefuseDefaultsThatTheWholeSchemaRefuses) {
  const std::string a = "inputs: {properties: {a: {type: string, default: x}}, ";
  for (const char* whole : {"allOf: [{properties: {a: {minLength: 3}}}]}\n", "propertyNames: {pattern: ^b}}\n",
                            "allOf: [{additionalProperties: false}]}\n", "patternProperties: {^a: {minLength: 3}}}\n",
                            "$ref: '#/$defs/i', $defs: {i: {allOf: [{properties: {a: {minLength: 3}}}]}}}\n"})
    EXPECT_THAT(errors(a + whole), ElementsAre(HasSubstr("do not fit the whole schema"))) << whole;
  EXPECT_THAT(errors(a + "maxProperties: 0}\n"), ElementsAre(HasSubstr("no run could give so few inputs: 1")));
  EXPECT_THAT(errors("inputs: {properties: {a: {}}, required: [a], maxProperties: 0}\n"),
              ElementsAre(HasSubstr("so few inputs")));
  for (const char* fine : {"maxProperties: 1}\n", "allOf: [{properties: {a: {minLength: 1}}}]}\n",
                           "minProperties: 2}\n", "anyOf: [{required: [b]}, {required: [c]}]}\n"})
    EXPECT_THAT(errors(a + fine), IsEmpty()) << fine;
}

TEST_F(AgentChecks, WarnOfDefaultsThatAskForAnotherInput) {
  const std::string a = "inputs: {properties: {a: {type: string, default: x}, b: {type: string}}, ";
  EXPECT_THAT(warnings(a + "dependentRequired: {a: [b]}}\n"),
              ElementsAre(HasSubstr("a run that gives no inputs is refused for the defaults")));
  EXPECT_THAT(warnings(a + "dependentRequired: {a: [b]}, required: [b]}\n"), IsEmpty());
  EXPECT_THAT(warnings(a + "minProperties: 2}\n"), IsEmpty()) << "so it is without them";
}

TEST_F(AgentChecks, RefuseInputsThatAreDeclaredWhereNoRunLooks) {
  const std::string i = "i: {type: object, properties: {a: {type: string}}, required: [a]}";
  EXPECT_THAT(errors("inputs: {$ref: '#/$defs/i', $defs: {" + i + "}}\n"),
              ElementsAre(AllOf(HasSubstr(":2:16: error: "), HasSubstr("'a': write it under 'properties'"))));
  EXPECT_THAT(errors("inputs: {allOf: [{properties: {a: {type: string}}}]}\n"),
              ElementsAre(HasSubstr("write it under 'properties'")));
  EXPECT_THAT(errors("inputs: {$ref: '#/$defs/i', $defs: {" + i + "}, properties: {a: {}}}\n"), IsEmpty());
  EXPECT_THAT(errors("inputs: {$ref: '#/$defs/i', $defs: {" + i + "}, additionalProperties: true}\n"), IsEmpty());
  EXPECT_THAT(errors("inputs: {allOf: [{properties: {a: false}}]}\n"), IsEmpty());
  EXPECT_THAT(errors("inputs: {$ref: '#/$defs/i', $defs: {i: {type: string}}}\n"),
              ElementsAre(HasSubstr("has to be of type object")));
}

}  // namespace
}  // namespace executus
