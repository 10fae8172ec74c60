#include "llm/google/unusable_answer.hpp"

#include <gmock/gmock.h>

namespace executus::llm::google {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

Asked failing() { return {"lab", "lab/m", "c4n4ry-secret", {}, {}}; }

TEST(GoogleUnusableAnswer, IsAskedForAgain) {  // [LLM-15]
  auto error = unusable_answer("MALFORMED_FUNCTION_CALL", "bad call, c4n4ry-secret", failing());

  EXPECT_EQ(error.failure(), Failure::transient);
  EXPECT_EQ(error.code(), "model.malformed");
  EXPECT_THAT(error.message(), AllOf(HasSubstr("bad call"), HasSubstr("lab/m"), Not(HasSubstr("c4n4ry"))));
  EXPECT_EQ(unusable_answer("MISSING_THOUGHT_SIGNATURE", "", failing()).failure(), Failure::permanent);
}

}  // namespace
}  // namespace executus::llm::google
