#include "base/variable_references.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace executus {
namespace {

using ::testing::ElementsAre;
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

}  // namespace
}  // namespace executus
