#include "llm/answer_errors.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>

namespace executus::llm {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

Server lab() { return {"lab/m", "http://lab/v1", "LLM_LAB", "c4n4ry-secret"}; }

TEST(AnswerError, SaysWhatToDoAndNeverTheKey) {
  auto error = status_error(401, R"({"error":{"message":"Incorrect API key: c4n4ry-secret"}})", {}, lab());

  EXPECT_EQ(error.failure(), Failure::permanent);
  EXPECT_EQ(error.http_status(), 401);
  EXPECT_EQ(error.message(), "lab/m answered with HTTP status 401: Incorrect API key: ***; check LLM_LAB");
}

TEST(AnswerError, QuotesABodyThatIsNoJson) {
  auto error = status_error(502, "<h1>Bad\ngateway</h1>" + std::string(10'000, '.'), {}, lab());

  EXPECT_THAT(error.message(), HasSubstr("<h1>Bad gateway</h1>"));
  EXPECT_LT(error.message().size(), 700U);
}

// Who answers with errors in place of answers, and in which shape.
ModelError reported(const char* body) {
  try {
    throw_if_error(boost::json::parse(body).as_object(), {"lab", "lab/m", "c4n4ry-secret", {}, {}});
  } catch (const ModelError& error) {
    EXPECT_THAT(error.message(), AllOf(HasSubstr("lab/m"), Not(HasSubstr("c4n4ry"))));
    return error;
  }
  ADD_FAILURE() << "no ModelError";
  return {Failure::unknown, "", ""};
}

TEST(AnswerError, InAnAnswerIsToldByItsCode) {  // [LLM-15]
  auto of = [](int code) {
    auto body = R"({"error":{"code":)" + std::to_string(code) + R"(,"message":"no","status":"X"}})";
    return reported(body.c_str());
  };
  for (int code : {400, 401, 403, 404}) EXPECT_EQ(of(code).failure(), Failure::permanent) << code;
  for (int code : {429, 500, 503, 504}) EXPECT_EQ(of(code).failure(), Failure::transient) << code;
}

TEST(AnswerError, InAnAnswerMayHaveItsStatusBeside) {  // [LLM-15]
  auto error = reported(R"({"error":"no such model for c4n4ry-secret","status":404})");

  EXPECT_EQ(error.failure(), Failure::permanent);
  EXPECT_EQ(error.http_status(), 404);
  EXPECT_EQ(reported(R"({"error":"busy","status":"X"})").failure(), Failure::transient);
  EXPECT_NO_THROW(throw_if_error({{"error", nullptr}, {"status", 404}}, {}));
}

TEST(AnswerError, InAnAnswerSaysWhenToComeBack) {  // [LLM-15]
  auto error = reported(R"({"error":{"code":429,"message":"quota","details":[
      {"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"34.4s"}]}})");

  EXPECT_EQ(error.code(), "model.overloaded");
  EXPECT_EQ(error.retry_after(), Milliseconds(34'400));
}

TEST(AnswerError, OfAListIsItsFirst) {
  auto error = status_error(429, R"([{"error":{"message":"quota is used up"}}])", {}, lab());

  EXPECT_THAT(error.message(), HasSubstr("429: quota is used up;"));
}

TEST(AnswerError, OfTheConnectionIsToldByItsCode) {  // [LLM-15]
  auto error = [](std::string_view code) { return transport_error(code, "why", lab()); };

  for (auto code : {"net.dns", "net.refused", "net.tls", "net.timeout", "net.reset", "net.failed", "net.closed"})
    EXPECT_EQ(error(code).failure(), Failure::transient) << code;
  EXPECT_EQ(error("net.bad_url").failure(), Failure::permanent);
  EXPECT_EQ(error("net.timeout").code(), "model.timeout");
  EXPECT_EQ(error("net.refused").code(), "model.unreachable");
  EXPECT_THAT(error("net.refused").message(), HasSubstr("http://lab"));
}

}  // namespace
}  // namespace executus::llm
