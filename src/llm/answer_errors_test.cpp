#include "llm/answer_errors.hpp"

#include <gmock/gmock.h>

namespace executus::llm {
namespace {

using ::testing::HasSubstr;

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
