#include "llm/known_errors.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace executus::llm {
namespace {

struct SaidError {
  const char* error;
  int status;  // that it came with
  int means;
};

TEST(KnownErrors, MeanWhatTheirProviderMeans) {  // [LLM-15]
  for (const auto& said : {
           SaidError{
               R"({"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT",
               "details":[{"@type":"type.googleapis.com/google.rpc.Help"},
                          {"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID"}]})",
               400, 401},
           SaidError{R"({"message":"API Key not found.","details":[{"reason":"API_KEY_INVALID"}]})", 400, 401},
           SaidError{R"({"message":"API key not valid. Please pass a valid API key."})", 400, 401},
           SaidError{R"({"message":"no","details":[{"reason":"BILLING_DISABLED"}]})", 403, 402},
           SaidError{R"({"message":"You exceeded your current quota","type":"insufficient_quota","code":null})", 429,
                     402},
           SaidError{R"({"message":"You exceeded your current quota","code":"insufficient_quota"})", 0, 402},
           SaidError{R"({"type":"billing_not_active","code":"billing_not_active"})", 429, 402},
           SaidError{R"({"type":"invalid_request_error","code":"billing_hard_limit_reached"})", 400, 402},
           SaidError{
               R"({"type":"invalid_request_error","message":"Your credit balance is too low to access the API."})", 400,
               402},
       })
    EXPECT_EQ(meant_status(boost::json::parse(said.error).as_object(), said.status), said.means) << said.error;
}

TEST(KnownErrors, SayThatARequestIsMoreThanTheModelTakes) {  // [LLM-15]
  for (const char* said : {
           R"({"code":"context_length_exceeded","message":"no"})",
           R"({"message":"This model's maximum context length is 8192 tokens. However, you requested 9000 tokens"})",
           R"({"message":"Your input exceeds the context window of this model. Please adjust your input."})",
           R"({"type":"invalid_request_error","message":"prompt is too long: 209759 tokens > 200000 maximum"})",
           R"({"message":"input length and `max_tokens` exceed context limit: 188240 + 21333 > 200000"})",
           R"({"message":"The input token count (1200000) exceeds the maximum number of tokens allowed (1048576)."})",
           R"({"message":"Request payload size exceeds the limit: 20971520 bytes."})",
           R"({"type":"exceed_context_size_error","message":"the request exceeds the available context size"})",
           R"({"message":"Prompt contains 33791 tokens, too large for model with 32768 maximum context length"})",
           R"({"message":"This model's maximum prompt length is 131072 but the request contains 537812 tokens."})",
           R"({"message":"Input is too long for requested model."})",
           R"({"message":"The input (9000 tokens) is longer than the model's context length (8192 tokens)."})",
           R"({"error":"the input length exceeds the context length"})",
       }) {
    EXPECT_EQ(meant_status(boost::json::parse(said).as_object(), 400), 413) << said;
    EXPECT_FALSE(is_about_an_image(boost::json::parse(said).as_object())) << said;
  }
  EXPECT_EQ(meant_status({{"message", "Too many tokens, please wait before trying again."}}, 429), 429);
  EXPECT_EQ(meant_status({{"message", "Request too large for gpt-4o on tokens per min (TPM)"}}, 429), 413);
}

TEST(KnownErrors, SayThatAnImageIsMoreThanTheModelTakes) {  // [LLM-15]
  for (const char* said : {
           R"({"message":"messages.0.content.1.image: image exceeds 5 MB maximum: 5628936 bytes > 5242880 bytes"})",
           R"({"message":"At least one of the image dimensions exceed max allowed size: 8000 pixels"})",
           R"({"code":"image_too_large","message":"no"})",
       }) {
    EXPECT_EQ(meant_status(boost::json::parse(said).as_object(), 400), 413) << said;
    EXPECT_TRUE(is_about_an_image(boost::json::parse(said).as_object())) << said;
  }
}

TEST(KnownErrors, OfAStreamAreToldByTheirType) {  // [LLM-15]
  auto means = [](const char* type) { return meant_status({{"type", type}}, 0); };

  EXPECT_EQ(means("authentication_error"), 401);
  EXPECT_EQ(means("permission_error"), 403);
  EXPECT_EQ(means("not_found_error"), 404);
  EXPECT_EQ(means("invalid_request_error"), 400);
  EXPECT_EQ(means("server_error"), 0);
  EXPECT_EQ(meant_status({{"code", "invalid_api_key"}, {"type", "invalid_request_error"}}, 0), 401);
}

TEST(KnownErrors, LeaveAStatusThatSaysItself) {  // [LLM-15]
  EXPECT_EQ(meant_status({{"type", "invalid_request_error"}}, 404), 404);
  EXPECT_EQ(meant_status({{"message", "You exceeded your current quota, please check your plan and billing details."},
                          {"status", "RESOURCE_EXHAUSTED"},
                          {"details", boost::json::array{1, {{"reason", 7}}}}},
                         429),
            429);
  EXPECT_EQ(meant_status({}, 500), 500);
  EXPECT_EQ(meant_status({}, 0), 0);
}

}  // namespace
}  // namespace executus::llm
