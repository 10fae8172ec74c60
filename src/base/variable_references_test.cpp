#include "base/variable_references.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace executus {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> in(std::string_view text) {
  std::vector<std::string> found;
  for (const auto& reference : variable_references(text))
    found.push_back(std::string(reference.name) + " " + std::string(reference.whole));
  return found;
}

TEST(VariableReferences, AreFoundOneByOne) {
  EXPECT_THAT(in("Bearer ${TOKEN}:${USER:-me}"), ElementsAre("TOKEN ${TOKEN}", "USER ${USER:-me}"));
  EXPECT_THAT(in("$${LITERAL} $X {Y}"), IsEmpty());
  EXPECT_THAT(in("${OPEN"), IsEmpty());
}

TEST(VariableReferences, CanBeMalformedWhateverIsSet) {
  EXPECT_FALSE(malformed_reference("Bearer ${TOKEN}:${USER:-me} $${LITERAL $X {Y}"));
  EXPECT_THAT(malformed_reference("${OPEN")->message(), HasSubstr("no closing }"));
  EXPECT_THAT(malformed_reference("${A} ${}")->message(), HasSubstr("expected ${NAME}"));
  EXPECT_THAT(malformed_reference("${A:?x}")->message(), HasSubstr("expected ${NAME}"));
  EXPECT_THAT(malformed_reference("${A:-${B}}")->message(), HasSubstr("its default holds another"));
}

}  // namespace
}  // namespace executus
