#include "llm/failure.hpp"

#include <gmock/gmock.h>

namespace executus::llm {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Failure, OfAStatus) {  // [LLM-15]
  for (int status : {408, 409, 425, 429, 500, 502, 503, 504, 529})
    EXPECT_EQ(failure_of_status(status), Failure::transient);
  for (int status : {400, 401, 402, 403, 404, 405, 413, 422}) EXPECT_EQ(failure_of_status(status), Failure::permanent);
  EXPECT_EQ(failure_of_status(302), Failure::unknown);
}

TEST(Quotable, MasksKeys) {
  auto text = quotable("wrong key c4n4ry-0123456789, or sk-proj-AbC_12*** of risk-free use", "c4n4ry-0123456789");

  EXPECT_EQ(text, "wrong key ***, or *** of risk-free use");
  EXPECT_EQ(quotable("AIzaSy0123 gsk_a xai-b hf_c shelf_life", ""), "*** *** *** *** shelf_life");
}

TEST(Quotable, MasksAShortSecretAsAWholeWord) { EXPECT_EQ(quotable("key x: no example", "x"), "key ***: no example"); }

TEST(Quotable, IsOneClippedLine) {
  auto text = quotable("a\nb\x01" + std::string(10'000, 'c'), "");

  EXPECT_EQ(text.substr(0, 5), "a b c");
  EXPECT_LT(text.size(), 520U);
  EXPECT_EQ(quotable("\xff", ""), "\xef\xbf\xbd");
}

}  // namespace
}  // namespace executus::llm
