#include <boost/json.hpp>
#include <gmock/gmock.h>

#include <executus/llm/kit/answer_errors.hpp>

#include "llm/model_error_test.hpp"

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

TEST(AnswerError, OfAWrongKeyReadsTheSameWhateverItsStatus) {  // [LLM-15]
  auto error = status_error(400, R"({"error":{"code":400,"message":"API key not valid.","status":"INVALID_ARGUMENT",
      "details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID"}]}})",
                            {}, lab());

  EXPECT_EQ(error.code(), "model.unauthorized");
  EXPECT_EQ(error.failure(), Failure::permanent);
  EXPECT_EQ(error.http_status(), 400);
  EXPECT_EQ(error.message(), "lab/m answered with HTTP status 400: API key not valid.; check LLM_LAB");
}

TEST(AnswerError, OfAnEmptyAccountIsLasting) {  // [LLM-15]
  struct Case {
    int status;
    const char* body;
  };
  for (
      const auto& [status, body] : {
          Case{429, R"({"error":{"message":"Quota!","type":"insufficient_quota","code":"insufficient_quota"}})"},
          Case{
              400,
              R"({"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low"}})"},
          Case{402, R"({"error":{"message":"Insufficient credits","code":402}})"},
          Case{429, R"({"message":"Quota!","code":"insufficient_quota"})"},
          Case{402, ""},
      }) {
    auto error = status_error(status, body, {}, lab());
    EXPECT_EQ(error.code(), "model.no_credit") << body;
    EXPECT_EQ(error.failure(), Failure::permanent) << body;
    EXPECT_EQ(error.http_status(), status);
    EXPECT_THAT(error.message(), AllOf(HasSubstr("the account behind LLM_LAB"), HasSubstr("billing"),
                                       Not(HasSubstr("slow down")), Not(HasSubstr("change the request"))));
  }
}

TEST(AnswerError, OfTooManyRequestsPassesThoughItSpeaksOfAPlan) {  // [LLM-15]
  auto error = status_error(429, R"([{"error":{"code":429,"status":"RESOURCE_EXHAUSTED",
      "message":"You exceeded your current quota, please check your plan and billing details."}}])",
                            {}, lab());

  EXPECT_EQ(error.code(), "model.overloaded");
  EXPECT_EQ(error.failure(), Failure::transient);
}

TEST(AnswerError, OfARedirectNamesTheHostAndNoMore) {  // [LLM-15]
  auto error = [](std::string_view location) {
    return status_error(308, "<a href='https://else.example/?key=1234'>here</a>", {}, lab(), location);
  };

  EXPECT_EQ(error("https://u:pw@else.example:8443/v1/chat?key=1234#x").message(),
            "lab/m answered with HTTP status 308, a redirect to https://else.example:8443, and redirects are not "
            "followed; correct the server's address, now http://lab/v1");
  EXPECT_EQ(error("https://x").failure(), Failure::permanent);
  EXPECT_EQ(error("https://x").code(), "model.redirected");
  EXPECT_EQ(error("https://x").http_status(), 308);
  EXPECT_THAT(error("//else.example?key=1234").message(), HasSubstr("a redirect to //else.example, and"));
  EXPECT_THAT(error("https://c4n4ry-secret.example").message(), HasSubstr("https://***.example,"));
  for (auto location :
       {"", "/v2/chat?key=1234", "/v2//chat?key=1234", "chat?to=http://1234", "https://", "https:///1234"})
    EXPECT_THAT(error(location).message(), AllOf(HasSubstr("a redirect to another address,"), Not(HasSubstr("1234"))))
        << location;
}

TEST(AnswerError, QuotesABodyThatIsNoJson) {
  auto error = status_error(502, "<h1>Bad\ngateway</h1>" + std::string(10'000, '.'), {}, lab());

  EXPECT_THAT(error.message(), HasSubstr("<h1>Bad gateway</h1>"));
  EXPECT_LT(error.message().size(), 700U);
}

// Errors that servers send in place of answers, and their shapes.
ModelError reported(const char* body) {
  auto error = error_in(
      [&] { throw_if_error(boost::json::parse(body).as_object(), {"lab", "lab/m", "c4n4ry-secret", {}, {}}); }, body);
  EXPECT_THAT(error.message(), AllOf(HasSubstr("lab/m"), Not(HasSubstr("c4n4ry"))));
  return error;
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

TEST(AnswerError, InAnAnswerIsToldByWhatItsProviderMeans) {  // [LLM-15]
  auto broke = reported(R"({"error":{"message":"no","type":"insufficient_quota"}})");
  EXPECT_EQ(broke.code(), "model.no_credit");
  EXPECT_EQ(broke.failure(), Failure::permanent);
  EXPECT_THAT(broke.message(), HasSubstr("billing"));

  auto locked_out = reported(R"({"error":{"message":"no","type":"authentication_error"}})");
  EXPECT_EQ(locked_out.code(), "model.unauthorized");
  EXPECT_EQ(locked_out.failure(), Failure::permanent);
  EXPECT_THAT(locked_out.message(), HasSubstr("; check the key of lab"));

  EXPECT_EQ(reported(R"({"error":{"message":"no","code":"context_length_exceeded"}})").code(), kRequestTooLarge);
  EXPECT_EQ(reported(R"({"error":{"message":"no","code":"image_too_large"}})").code(), kImageTooLarge);
  EXPECT_EQ(reported(R"({"error":{"message":"no","type":"overloaded_error"}})").code(), "model.unavailable");
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
  EXPECT_EQ(error("net.bad_url").code(), "model.rejected");
  EXPECT_EQ(error("net.timeout").code(), "model.timeout");
  EXPECT_EQ(error("net.refused").code(), "model.unreachable");
  EXPECT_THAT(error("net.refused").message(), HasSubstr("http://lab"));
}

TEST(AnswerError, OfAnAnswerWithoutEndAsksForLess) {  // [LLM-15]
  auto error = transport_error("net.too_large", "the response is larger than 9 bytes", lab());

  EXPECT_EQ(error.code(), "model.too_large");
  EXPECT_EQ(error.failure(), Failure::permanent) << "it is not asked again";
  EXPECT_THAT(error.message(),
              AllOf(HasSubstr("larger than 9 bytes"), HasSubstr("max_output_tokens"), Not(HasSubstr("LLM_LAB"))));
}

TEST(AnswerError, IsNoneWhereTheAnswerIsToCome) {  // [LLM-15]
  const Asked lab{"lab", "lab/m", "", {}, {}};
  for (const char* word :
       {"queued",     "queueing",     "pending", "waiting",    "scheduled",  "loading",  "loaded",      "starting",
        "started",    "initializing", "warming", "warming_up", "processing", "progress", "in_progress", "running",
        "generating", "thinking",     "working", "keepalive",  "heartbeat",  "ping",     "info",        "OK"}) {
    EXPECT_NO_THROW(throw_if_told_instead({{"status", word}, {"message", "soon"}}, lab)) << word;
    EXPECT_THROW(throw_if_told_instead({{"status", word}, {"message", "soon"}, {"code", 500}}, lab), ModelError);
  }
  for (const char* word : {"failed", "error", "cancelled", ""})
    EXPECT_THROW(throw_if_told_instead({{"status", word}, {"message", "no"}}, lab), ModelError) << word;
}

TEST(AnswerError, HasTheWordsThatStandBesideIt) {  // [LLM-15]
  const std::string words = R"("message":"This model's maximum context length is 8192 tokens")";
  for (const std::string& body : std::vector<std::string>{
           "{\"error\":true," + words + "}", R"({"statusCode":400,"error":"Bad Request",)" + words + "}",
           "{\"error\":1," + words + "}", R"({"error":400,)" + words + "}",
           R"({"error":true,"detail":"This model's maximum context length is 8192 tokens"})"}) {
    EXPECT_EQ(reported(body.c_str()).code(), "model.request_too_large") << body;
    EXPECT_THAT(reported(body.c_str()).message(), HasSubstr("maximum context length is 8192")) << body;
  }
  EXPECT_THAT(reported(R"({"error":"Bad Request","message":"no such tool"})").message(),
              HasSubstr("Bad Request: no such tool"));
  EXPECT_THAT(reported(R"({"error":"invalid_scope","error_description":"no such scope"})").message(),
              HasSubstr("invalid_scope: no such scope"));
  EXPECT_EQ(reported(R"({"error":"insufficient_quota","message":"see your plan"})").code(), "model.no_credit");
  EXPECT_EQ(reported(R"({"error":503})").http_status(), 503);
  EXPECT_EQ(reported(R"({"statusCode":404,"error":true,"message":"no"})").code(), "model.not_found");
}

TEST(AnswerError, IsNoneWhereItSaysThatAllWentWell) {  // [LLM-15]
  const Asked lab{"lab", "lab/m", "", {}, {}};
  for (auto body : {R"({"code":0,"message":"Success"})", R"({"message":"OK"})", R"({"code":"200","msg":"accepted"})",
                    R"({"choices":null,"message":"success"})"})
    EXPECT_NO_THROW(throw_if_told_instead(boost::json::parse(body).as_object(), lab)) << body;
  for (auto body : {R"({"code":500,"message":"ok"})", R"({"choices":null,"code":0,"message":"no"})",
                    R"({"code":0,"message":"API key not valid"})", R"({"code":1,"message":"no"})"})
    EXPECT_THROW(throw_if_told_instead(boost::json::parse(body).as_object(), lab), ModelError) << body;
}

TEST(AnswerError, MayBeTheWholeObject) {  // [LLM-15]
  EXPECT_EQ(reported(R"({"object":"error","message":"no","code":404,"choices":[]})").code(), "model.not_found");
  EXPECT_EQ(reported(R"({"type":"error","message":"no","code":404,"choices":[]})").code(), "model.not_found");
  EXPECT_EQ(reported(R"({"type":"error"})").code(), "model.unavailable");
}

TEST(AnswerError, IsNoneWhereNothingIsReported) {  // [LLM-15]
  for (auto body :
       {R"({"error":{"code":null,"message":""}})", R"({"error":{"code":0,"message":"null","details":[]}})",
        R"({"error":{"inner":{"is":false}}})", R"({"error":"null"})", R"({"error":0.0})", R"({"errors":[null,{}]})"})
    EXPECT_NO_THROW(throw_if_error(boost::json::parse(body).as_object(), {"lab", "lab/m", "", {}, {}})) << body;
  for (auto body : {R"({"error":{"code":502,"message":""}})", R"({"error":{"inner":["x"]}})", R"({"error":true})",
                    R"({"errors":[null,"busy"]})"})
    EXPECT_THROW(throw_if_error(boost::json::parse(body).as_object(), {"lab", "lab/m", "", {}, {}}), ModelError)
        << body;
}

}  // namespace
}  // namespace executus::llm
