#include <cstdlib>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/base/environment.hpp>

namespace executus {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const FixedEnvironment& sample() {
  static const FixedEnvironment environment(
      {{"TOKEN", "hunter2"}, {"EMPTY", ""}, {"LLM_B", "2"}, {"LLM_A", "1"}, {"LLMX", "3"}});
  return environment;
}

std::string expanded(std::string_view text) { return expand_variables(text, sample()).value(); }

std::string expansion_failure(std::string_view text) {
  auto result = expand_variables(text, sample());
  return result ? "no error" : result.error().message();
}

TEST(ExpandVariables, PutsValuesIn) {
  EXPECT_EQ(expanded("Bearer ${TOKEN}!"), "Bearer hunter2!");
  EXPECT_EQ(expanded("${TOKEN}${TOKEN}"), "hunter2hunter2");
  EXPECT_EQ(expanded("[${EMPTY}]"), "[]");
}

TEST(ExpandVariables, TakesDefaultsForUnsetAndEmpty) {
  EXPECT_EQ(expanded("${NONE:-x:-y}"), "x:-y");
  EXPECT_EQ(expanded("${EMPTY:-x}"), "x");
  EXPECT_EQ(expanded("${TOKEN:-x}"), "hunter2");
  EXPECT_EQ(expanded("${NONE:-}"), "");
}

TEST(ExpandVariables, LeavesOtherDollarsAlone) {
  EXPECT_EQ(expanded("$5 $TOKEN $$ {a} }"), "$5 $TOKEN $$ {a} }");
  EXPECT_EQ(expanded("$${TOKEN}"), "${TOKEN}");
  EXPECT_EQ(expanded("${TOKEN}$${x}"), "hunter2${x}");
}

TEST(ExpandVariables, DoesNotExpandValuesAgain) {
  EXPECT_EQ(expand_variables("${A}", FixedEnvironment({{"A", "${B}"}, {"B", "x"}})).value(), "${B}");
  EXPECT_EQ(expand_variables("${A}${B}", FixedEnvironment({{"A", "$"}, {"B", "x"}})).value(), "$x");
}

TEST(ExpandVariables, NamesTheVariableThatIsNotSet) {
  EXPECT_EQ(expansion_failure("${TOKEN} ${CHARGE_TOKEN}"),
            "variable CHARGE_TOKEN is not set; set it or give a default as in ${CHARGE_TOKEN:-default}");
}

TEST(ExpandVariables, RefusesBadFormsWithoutQuotingThem) {
  for (const char* bad : {"${", "${TOKEN", "${}", "${1A}", "${A-B}", "${hunter2 }", "${A:-${TOKEN}}"}) {
    EXPECT_NE(expansion_failure(bad), "no error") << bad;
    EXPECT_THAT(expansion_failure(bad), Not(HasSubstr("hunter2")));
  }
}

TEST(EnvironmentNames, AreListedByPrefix) {
  EXPECT_THAT(sample().names_with_prefix("LLM_"), ElementsAre("LLM_A", "LLM_B"));
}

TEST(ProcessEnvironmentPort, ReadsTheProcess) {  // [COR-01]
  ASSERT_EQ(setenv("EXECUTUS_BASE_TEST_A", "1", 1), 0);
  ASSERT_EQ(setenv("EXECUTUS_BASE_TEST_B", "", 1), 0);

  EXPECT_EQ(process_environment().get("EXECUTUS_BASE_TEST_A"), "1");
  EXPECT_EQ(process_environment().get("EXECUTUS_BASE_TEST_B"), "");
  EXPECT_EQ(process_environment().get("EXECUTUS_BASE_TEST_C"), std::nullopt);
  EXPECT_THAT(process_environment().names_with_prefix("EXECUTUS_BASE_TEST_"),
              ElementsAre("EXECUTUS_BASE_TEST_A", "EXECUTUS_BASE_TEST_B"));
}

}  // namespace
}  // namespace executus
