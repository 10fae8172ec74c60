#include "llm/failure.hpp"

#include <gmock/gmock.h>

namespace executus::llm {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr WallTime kNow{std::chrono::seconds(1'700'000'000)};  // Tue, 14 Nov 2023 22:13:20 GMT

TEST(Failure, OfAStatus) {  // [LLM-15]
  for (int status : {408, 409, 425, 429, 500, 502, 503, 504, 529})
    EXPECT_EQ(failure_of_status(status), Failure::transient);
  for (int status : {400, 401, 402, 403, 404, 405, 413, 422}) EXPECT_EQ(failure_of_status(status), Failure::permanent);
  EXPECT_EQ(failure_of_status(302), Failure::unknown);
}

TEST(RetryAfter, IsSecondsOrADate) {
  EXPECT_EQ(parse_retry_after("3", kNow), Milliseconds(3'000));
  EXPECT_EQ(parse_retry_after(" 0.25 ", kNow), Milliseconds(250));
  EXPECT_EQ(parse_retry_after("Tue, 14 Nov 2023 22:13:50 GMT", kNow), Milliseconds(30'000));
  EXPECT_EQ(parse_retry_after("Tue, 14 Nov 2023 22:00:00 GMT", kNow), Milliseconds(0));
  EXPECT_EQ(parse_retry_after("1e300", kNow), std::chrono::hours(24));
}

TEST(RetryAfter, IsNothingWhenMalformed) {
  for (std::string_view value : {"", "soon", "-1", "nan", "inf", "3s", "Tue, 14 Nov"})
    EXPECT_EQ(parse_retry_after(value, kNow), std::nullopt) << value;
}

TEST(Quotable, MasksKeys) {
  auto text = quotable("wrong key c4n4ry-0123456789, or sk-proj-AbC_12*** of risk-free use", "c4n4ry-0123456789");

  EXPECT_EQ(text, "wrong key ***, or *** of risk-free use");
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
