#include "llm/google/api_error.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>

namespace executus::llm::google {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

Asked failing() { return {"lab", "lab/m", "c4n4ry-secret", {}, {}}; }

ModelError api_error(const char* body) {
  try {
    throw_if_api_error(boost::json::parse(body).as_object(), failing());
  } catch (const ModelError& error) {
    EXPECT_THAT(error.message(), AllOf(HasSubstr("lab/m"), Not(HasSubstr("c4n4ry"))));
    return error;
  }
  ADD_FAILURE() << "no ModelError";
  return {Failure::unknown, "", ""};
}

constexpr const char* kQuota = R"({"error":{"code":429,"message":"You exceeded your current quota of c4n4ry-secret",
  "status":"RESOURCE_EXHAUSTED","details":[
  {"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[{"quotaId":"PerMinute"}]},
  {"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"34.4s"}]}})";

TEST(GoogleApiError, SaysWhenToComeBack) {  // [LLM-15]
  auto error = api_error(kQuota);

  EXPECT_EQ(error.failure(), Failure::transient);
  EXPECT_EQ(error.code(), "model.overloaded");
  EXPECT_EQ(error.http_status(), 429);
  EXPECT_EQ(error.retry_after(), Milliseconds(34'400));
  EXPECT_THAT(error.message(), HasSubstr("exceeded your current quota"));
}

TEST(GoogleApiError, PassesOrStaysByItsCode) {  // [LLM-15]
  auto of = [](int code) {
    auto body = R"({"error":{"code":)" + std::to_string(code) + R"(,"message":"no","status":"X"}})";
    return api_error(body.c_str());
  };
  for (int code : {400, 401, 403, 404}) EXPECT_EQ(of(code).failure(), Failure::permanent) << code;
  for (int code : {429, 500, 503, 504}) EXPECT_EQ(of(code).failure(), Failure::transient) << code;
}

TEST(GoogleApiError, ADelayThatIsNoneIsLeftOut) {
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

TEST(GoogleApiError, OfABodyWithoutOneIsNothing) {
  EXPECT_NO_THROW(throw_if_api_error({{"candidates", boost::json::array{}}}, failing()));
}

TEST(GoogleApiError, AnAnswerThatCannotBeUsedIsAskedForAgain) {  // [LLM-15]
  auto error = unusable_answer("MALFORMED_FUNCTION_CALL", "bad call, c4n4ry-secret", failing());

  EXPECT_EQ(error.failure(), Failure::transient);
  EXPECT_EQ(error.code(), "model.malformed");
  EXPECT_THAT(error.message(), AllOf(HasSubstr("bad call"), HasSubstr("lab/m"), Not(HasSubstr("c4n4ry"))));
  EXPECT_EQ(unusable_answer("MISSING_THOUGHT_SIGNATURE", "", failing()).failure(), Failure::permanent);
}

}  // namespace
}  // namespace executus::llm::google
