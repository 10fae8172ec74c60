#include "llm/answer/retry_after.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace executus::llm {
namespace {

constexpr WallTime kNow{std::chrono::seconds(1'700'000'000)};  // Tue, 14 Nov 2023 22:13:20 GMT

constexpr const char* kQuota = R"({"error":{"code":429,"message":"You exceeded your current quota",
  "status":"RESOURCE_EXHAUSTED","details":[
  {"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[{"quotaId":"PerMinute"}]},
  {"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"34.4s"}]}})";

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

TEST(RetryAfter, OfAnAnswerIsInAHeader) {  // [LLM-15]
  EXPECT_EQ(retry_after_of({{"Retry-After", "7"}}, "", kNow), Milliseconds(7'000));
  EXPECT_EQ(retry_after_of({{"retry-after", "7"}, {"Retry-After-Ms", "120500"}}, "", kNow), Milliseconds(120'500));
  EXPECT_EQ(retry_after_of({{"retry-after", "7"}, {"retry-after-ms", "soon"}}, kQuota, kNow), Milliseconds(7'000));
  EXPECT_EQ(retry_after_of({}, "<h1>429</h1>", kNow), std::nullopt);
}

TEST(RetryAfter, OfGoogleIsInTheBody) {  // [LLM-15]
  EXPECT_EQ(retry_after_of({}, kQuota, kNow), Milliseconds(34'400));
  EXPECT_EQ(retry_after_of({}, "[" + std::string(kQuota) + "]", kNow), Milliseconds(34'400));
  EXPECT_EQ(retry_after_of({{"retry-after", "soon"}}, kQuota, kNow), Milliseconds(34'400));
  for (const char* body : {"[]", "[1]", "{}", R"({"error":"text"})", R"({"error":{"details":{}}})"})
    EXPECT_EQ(retry_after_of({}, body, kNow), std::nullopt) << body;
}

TEST(RetryAfter, ADelayThatIsNoneIsLeftOut) {
  auto delay = [](const char* text) {
    return retry_delay_in(
        {{"details", boost::json::array{boost::json::object{{"@type", "type.googleapis.com/google.rpc.RetryInfo"},
                                                            {"retryDelay", text}}}}});
  };
  EXPECT_EQ(delay("2s"), Milliseconds(2'000));
  for (const char* text : {"", "s", "2", "2m", "-1s", "Fri, 01 Jan 2027 00:00:00 GMTs", "1.2.3s"})
    EXPECT_EQ(delay(text), std::nullopt) << text;
  EXPECT_EQ(retry_delay_in({}), std::nullopt);
}

}  // namespace
}  // namespace executus::llm
