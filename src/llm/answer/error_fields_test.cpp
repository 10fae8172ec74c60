#include "llm/answer/error_fields.hpp"

#include <string>

#include <boost/json.hpp>
#include <gmock/gmock.h>

#include <executus/llm/kit/answer_errors.hpp>

#include "llm/model_error_test.hpp"

namespace executus::llm {
namespace {

using ::testing::HasSubstr;

bool reports(const std::string& body) { return reports_error(boost::json::parse(body).as_object()); }

TEST(ErrorFields, ThatSayThatAllWentWellAreNone) {  // [LLM-15]
  for (const char* body :
       {R"({"error_code":"00000","error_msg":"success"})", R"({"error_code":"0000","error_msg":""})",
        R"({"error_code":"NO_ERROR"})", R"({"error_msg":"No error"})", R"({"error_message":"Success."})",
        R"({"error_code":20000,"error_msg":"success"})", R"({"error_code":1,"error_msg":"Request success"})",
        R"({"error":"None"})", R"({"error":"no_error"})", R"({"error":{"code":0,"message":"success"}})",
        R"({"error":{"code":"00000","message":""}})", R"({"error":{"code":200,"message":"OK"}})",
        R"({"errors":["None"]})", R"({"errors":"none"})", R"({"errors":{}})"})
    EXPECT_FALSE(reports(body)) << body;
}

TEST(ErrorFields, ThatSayMoreThanThatAreErrors) {  // [LLM-15]
  for (const char* body :
       {R"({"error_code":"00100"})", R"({"error_code":20000,"error_msg":"no credit"})", R"({"error_code":20000})",
        R"({"error_code":500,"error_msg":"success"})", R"({"error":{"code":503,"message":"ok"}})",
        R"({"error":{"code":0,"message":"upstream died"}})", R"({"error":{"type":"server_error","message":""}})",
        R"({"error_code":"insufficient_quota","error_msg":"ok"})", R"({"error":"0x1"})"})
    EXPECT_TRUE(reports(body)) << body;
}

TEST(ErrorFields, NamedErrorsMayBeATextOrAnObject) {  // [LLM-15]
  for (const char* body : {R"({"errors":"upstream died"})", R"({"errors":{"message":"upstream died"}})",
                           R"({"errors":[null,{"message":"upstream died"}]})"}) {
    auto error =
        error_in([&] { return throw_if_error(boost::json::parse(body).as_object(), {"lab", "lab/m", "", {}, {}}), 0; });
    EXPECT_THAT(error.what(), HasSubstr("reported an error while answering: upstream died")) << body;
  }
}

TEST(ErrorFields, OfGroqSayWhyAStreamWasStopped) {  // [LLM-15]
  EXPECT_TRUE(reports(R"({"choices":[],"x_groq":{"id":"r","error":"over_capacity"}})"));
  EXPECT_FALSE(reports(R"({"choices":[],"x_groq":{"id":"r","error":null,"usage":{"queue_time":1}}})"));
}

TEST(ErrorFields, OfAToolAreNotThoseOfTheAnswer) {  // [LLM-15]
  for (const char* body : {R"({"type":"tool_status","status":"error"})", R"({"type":"tool_result","status":"failed"})",
                           R"({"type":"response.mcp_call.failed","error":{"message":"no"}})"})
    EXPECT_FALSE(reports(body)) << body;
  for (const char* body :
       {R"({"type":"tool_use_failed","error":{"message":"no"}})", R"({"type":"response.failed","status":"failed"})",
        R"({"type":"tool_chunk","choices":[],"error":"x"})",
        R"({"type":"response.function_call_arguments.delta","error":"x"})"})
    EXPECT_TRUE(reports(body)) << body;
}

TEST(WordsInPlaceOfAnAnswer, ThatGreetAreNoError) {  // [LLM-15]
  auto throws = [](const char* body) {
    try {
      throw_if_told_instead(boost::json::parse(body).as_object(), {"lab", "lab/m", "", {}, {}});
    } catch (const ModelError&) {
      return true;
    }
    return false;
  };
  for (const char* body : {R"({"type":"connected","message":"stream opened"})", R"({"msg":"connected"})",
                           R"({"type":"tool_status","message":"searching"})", R"({"code":"00000","message":"x"})"})
    EXPECT_FALSE(throws(body)) << body;
  for (const char* body : {R"({"msg":"connection refused"})", R"({"type":"connected","code":503,"message":"x"})"})
    EXPECT_TRUE(throws(body)) << body;
}

}  // namespace
}  // namespace executus::llm
