#include "tools/command/command_rules.hpp"

#include <gtest/gtest.h>

namespace executus::tools {
namespace {

TEST(VariableNames, AreThoseAProgramCanHaveAndNotOurs) {  // [DUR-04]
  EXPECT_FALSE(variable_problem("CI"));
  for (std::string_view name : {"", "A=B", "EXECUTUS_IDEMPOTENCY_KEY"}) EXPECT_TRUE(variable_problem(name)) << name;
}

}  // namespace
}  // namespace executus::tools
