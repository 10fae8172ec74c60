#include "llm/endpoint/taken_forms.hpp"

#include <gtest/gtest.h>

namespace executus::llm {
namespace {

std::optional<AnswerForm> instead(int status, std::string_view body, AnswerForm refused = AnswerForm::streamed) {
  return form_instead_of(refused, status, body);
}

TEST(AnswerForm, IsWholeWhereAStreamIsRefused) {  // [LLM-05]
  for (const char* body :
       {R"({"error":{"message":"Your organization must be verified to stream this model.","param":"stream"}})",
        R"({"error":"Streaming is not supported"})", R"({"detail":[{"loc":["body","stream"],"msg":"not permitted"}]})",
        "no such parameter: stream"})
    EXPECT_EQ(instead(400, body), AnswerForm::whole) << body;
  EXPECT_EQ(instead(405, ""), AnswerForm::whole);
  EXPECT_EQ(instead(501, "Not Implemented"), AnswerForm::whole);
}

TEST(AnswerForm, IsWholeWhereAServerBreaksOnStreams) {  // [LLM-05]
  for (const char* body :
       {R"({"error":{"message":"Streaming is not supported for this model"}})",
        R"({"detail":"stream=True is not implemented"})", "NotImplementedError: streaming",
        R"({"error":"this backend doesn't support streaming"})", "Streaming is disabled",
        R"({"error":"'stream' unsupported"})", "Error: streaming is not supported", "unsupported parameter: 'stream'",
        "stream: not supported", R"({"error":"streaming responses for this model are not available"})",
        "tools are not supported in streaming mode", "Streaming for model qwen2.5:7b is not supported",
        "streaming with gpt-4.1 is not supported", "Streaming (SSE) is not supported",
        "The 'stream' parameter with value true is currently not supported by this deployment"})
    EXPECT_EQ(instead(500, body), AnswerForm::whole) << body;
  for (const char* body :
       {R"({"error":"error while streaming: connection reset"})", "stream closed", "tools are not supported",
        "the upstream does not support this", "Error in streaming response: the backend is not available",
        R"({"error":"error while streaming","detail":"model not available"})",
        "error while streaming a model that is not available", "stream error: model not available",
        "stream failed because the cache is disabled", "the stream broke; logging is disabled",
        R"({"error":"Error in streaming: not available"})", "The model is not available. The stream was closed"})
    EXPECT_EQ(instead(500, body), std::nullopt) << body;
  EXPECT_EQ(instead(500, "streaming is not supported", AnswerForm::whole), std::nullopt);
}

TEST(AnswerForm, IsAStreamWithoutTheOptionsThatAreRefused) {  // [LLM-05]
  const char* body = R"({"detail":[{"loc":["body","stream_options"],"msg":"Extra inputs are not permitted"}]})";
  EXPECT_EQ(instead(422, body), AnswerForm::plainly_streamed);
  EXPECT_EQ(instead(422, body, AnswerForm::plainly_streamed), AnswerForm::whole);
}

TEST(AnswerForm, StaysWhenSomethingElseIsRefused) {
  EXPECT_EQ(instead(400, R"({"error":{"message":"the upstream knows no such model"}})"), std::nullopt);
  EXPECT_EQ(instead(422, R"({"detail":[{"msg":"Field required","input":{"stream":true,"x":"stream"}}]})"),
            std::nullopt);
  EXPECT_EQ(instead(429, "too many streams"), std::nullopt);
  EXPECT_EQ(instead(503, "stream"), std::nullopt);
  EXPECT_EQ(instead(405, "", AnswerForm::whole), std::nullopt);
}

TEST(TakenForms, AreLearntByModel) {
  TakenForms taken;
  taken.learn("a", AnswerForm::whole);

  EXPECT_EQ(taken.of("a"), AnswerForm::whole);
  EXPECT_EQ(taken.of("b"), std::nullopt);
}

}  // namespace
}  // namespace executus::llm
