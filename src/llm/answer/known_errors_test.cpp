#include "llm/answer/known_errors.hpp"

#include <string>
#include <utility>

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

struct SaidBy {
  const char* vendor;
  int status;
  const char* error;
};

TEST(KnownErrors, SayThatARequestIsMoreThanTheModelTakes) {  // [LLM-15]
  for (
      const auto& [vendor, status, said] : {
          SaidBy{"OpenAI", 400, R"({"code":"string_above_max_length","message":"no"})"},
          SaidBy{"OpenAI", 400, R"({"message":"Input tokens exceed the configured limit of 272000 tokens."})"},
          SaidBy{"Anthropic", 400, R"({"type":"request_too_large","message":"no"})"},
          SaidBy{"llama.cpp", 400, R"({"type":"exceed_context_size_error","message":"no"})"},
          SaidBy{"GitHub Models", 400, R"({"code":"tokens_limit_reached","message":"no"})"},
          SaidBy{"GitHub Copilot", 400, R"({"code":"model_max_prompt_tokens_exceeded","message":"no"})"},
          SaidBy{"Ollama", 400, R"({"error":"the prompt exceeds maximum context length"})"},
          SaidBy{"Bedrock", 400, R"({"message":"Too many input tokens"})"},
          SaidBy{"Perplexity", 400, R"({"message":"The length of all messages is too long."})"},
          SaidBy{"Cohere", 400,
                 R"({"message":"too many tokens: total number of tokens in the prompt cannot exceed 4081"})"},
          SaidBy{"LiteLLM", 400, R"({"message":"litellm.BadRequestError: Context Window Exceeded"})"},
          SaidBy{"LiteLLM", 400, R"({"message":"litellm.ContextWindowExceededError: no"})"},
          SaidBy{"OpenAI", 400, R"({"code":"context_length_exceeded","message":"no"})"},
          SaidBy{"OpenAI", 400,
                 R"({"message":"Your input exceeds the context window of this model. Please adjust your input."})"},
          SaidBy{"Anthropic", 400,
                 R"({"type":"invalid_request_error","message":"prompt is too long: 209759 tokens > 200000 maximum"})"},
          SaidBy{"Anthropic", 400,
                 R"({"message":"input length and `max_tokens` exceed context limit: 188240 + 21333 > 200000"})"},
          SaidBy{
              "Google", 400,
              R"({"message":"The input token count (1200000) exceeds the maximum number of tokens allowed (1048576)."})"},
          SaidBy{"Google", 400, R"({"message":"Request payload size exceeds the limit: 20971520 bytes."})"},
          SaidBy{
              "Mistral", 400,
              R"({"message":"Prompt contains 33791 tokens, too large for model with 32768 maximum context length"})"},
          SaidBy{
              "xAI", 400,
              R"({"message":"This model's maximum prompt length is 131072 but the request contains 537812 tokens."})"},
          SaidBy{"Bedrock", 400, R"({"message":"Input is too long for requested model."})"},
          SaidBy{"SGLang", 400,
                 R"({"message":"The input (9000 tokens) is longer than the model's context length (8192 tokens)."})"},
          SaidBy{"Ollama", 400, R"({"error":"the input length exceeds the context length"})"},
          SaidBy{"Ollama", 400, R"({"error":"prompt too long; exceeded max context length by 112 tokens"})"},
          SaidBy{
              "vLLM", 400,
              R"({"message":"This model's maximum context length is 8192 tokens. However, you requested 9000 tokens (8000 in the messages, 1000 in the completion)."})"},
          SaidBy{
              "vLLM", 400,
              R"({"message":"You passed 9000 input tokens and requested 100 output tokens. However, the model's context length is only 8192 tokens, resulting in a maximum input length of 8092 tokens."})"},
          SaidBy{
              "vLLM", 400,
              R"({"object":"error","message":"The decoder prompt (length 5000) is longer than the maximum model length of 4096.","code":400})"},
          SaidBy{
              "llama.cpp", 400,
              R"({"code":400,"message":"request (4390 tokens) exceeds the available context size (4096 tokens), try increasing it","type":"exceed_context_size_error"})"},
          SaidBy{
              "llama.cpp", 500,
              R"({"code":500,"message":"the request exceeds the available context size. try increasing the context size or enable context shift","type":"server_error"})"},
          SaidBy{"llama.cpp", 500, R"({"code":500,"message":"Context size has been exceeded.","type":"server_error"})"},
          SaidBy{
              "llama-cpp-python", 500,
              R"({"message":"Requested tokens (2285) exceed context window of 2048","type":"internal_server_error"})"},
          SaidBy{
              "LM Studio", 400,
              R"({"error":"Trying to keep the first 10136 tokens when context the overflows. However, the model is loaded with context length of only 7866 tokens, which is not enough."})"},
          SaidBy{
              "LM Studio", 400,
              R"({"error":"The number of tokens to keep from the initial prompt is greater than the context length (n_keep: 13055>= n_ctx: 4096). Try to load the model with a larger context length, or provide a shorter input."})"},
          SaidBy{"LM Studio", 400, R"J({"error":"Cannot truncate prompt with n_keep (15028) >= n_ctx (7424)"})J"},
          SaidBy{
              "Moonshot", 400,
              R"J({"message":"Invalid request: Your request exceeded model token limit: 262144 (requested: 269030)","type":"invalid_request_error"})J"},
          SaidBy{"MiniMax", 400,
                 R"J({"type":"bad_request_error","message":"invalid params, context window exceeds limit (2013)"})J"},
          SaidBy{
              "DashScope", 400,
              R"({"code":"InvalidParameter","message":"Range of input length should be [1, 6000]","request_id":"x"})"},
          SaidBy{
              "DashScope", 400,
              R"({"code":"invalid_parameter_error","message":"<400> InternalError.Algo.InvalidParameter: Range of input length should be [1, 983616]","type":"invalid_request_error"})"},
          SaidBy{"Z.AI", 400, R"({"code":"1261","message":"Prompt exceeds max length"})"},
          SaidBy{
              "TGI", 422,
              R"({"error":"Input validation error: `inputs` tokens + `max_new_tokens` must be <= 1512. Given: 1000 `inputs` tokens and 1024 `max_new_tokens`","error_type":"validation"})"},
          SaidBy{
              "TGI", 422,
              R"({"error":"Input validation error: `inputs` must have less than 1024 tokens. Given: 1168","error_type":"validation"})"},
          SaidBy{
              "OpenRouter", 400,
              R"({"message":"Provider returned error","code":400,"metadata":{"raw":"{\"error\":{\"message\":\"This model's maximum context length is 262144 tokens. However, your messages resulted in 262897 tokens.\"}}","provider_name":"Nvidia"}})"},
          SaidBy{
              "OpenRouter", 400,
              R"({"message":"Provider returned error","code":400,"metadata":{"raw":{"error":{"message":"prompt is too long: 2 tokens > 1 maximum"}}}})"},
          SaidBy{"FastAPI", 400, R"({"detail":"This model's maximum context length is 8192 tokens"})"},
          SaidBy{"FastAPI", 422, R"({"detail":[{"loc":["body","messages"],"msg":"prompt is too long: 9 tokens"}]})"},
          SaidBy{"FastAPI", 500, R"({"detail":{"error":{"message":"prompt is too long: 9 tokens"}}})"},
      }) {
    EXPECT_EQ(meant_status(boost::json::parse(said).as_object(), status), 413) << vendor << ": " << said;
    EXPECT_FALSE(is_about_an_image(boost::json::parse(said).as_object())) << said;
  }
  EXPECT_EQ(meant_status({{"message", "Too many tokens, please wait before trying again."}}, 429), 429);
  EXPECT_EQ(meant_status({{"message", "Request too large for gpt-4o on tokens per min (TPM)"}}, 429), 413);
  EXPECT_EQ(meant_status({{"message", "Provider returned error"}, {"metadata", {{"raw", "overloaded"}}}}, 502), 502);
}

TEST(KnownErrors, TellWhatTheyAreForPeople) {  // [LLM-15]
  auto words = [](const char* error) { return error_words(boost::json::parse(error).as_object()); };
  EXPECT_EQ(words(R"({"message":"no","detail":"x"})"), "no");
  EXPECT_EQ(words(R"({"detail":[{"msg":"a","loc":["b"]},{"msg":"c"},7]})"), "a; c");
  EXPECT_EQ(words(R"({"error":{"message":"no"}})"), "no");
  EXPECT_EQ(words(R"({"message":"","msg":"no"})"), "no");
  EXPECT_EQ(words(R"({"code":7})"), "");
}

TEST(KnownErrors, ReadTheCodesOfMiniMax) {  // [LLM-15]
  for (auto [code, status] : {std::pair{1000, 500},
                              {1001, 504},
                              {1002, 429},
                              {1004, 401},
                              {1008, 402},
                              {1024, 500},
                              {1026, 400},
                              {1027, 400},
                              {1033, 500},
                              {1039, 413},
                              {1041, 429},
                              {1042, 400},
                              {2013, 400},
                              {2049, 401}})
    EXPECT_EQ(status_of_base_code(code), status) << code;
  EXPECT_EQ(status_of_base_code(9999), 0);
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

TEST(KnownErrors, SayThatAnImageCannotBeRead) {  // [LLM-15]
  for (const char* said : {
           R"({"type":"invalid_request_error","message":"Could not process image"})",
           R"({"code":"invalid_image_format","message":"no"})",
           R"({"code":"sanitizer_server_error","message":"You uploaded an unsupported image. Please make sure"})",
           R"({"message":"Unable to process input image. Please retry","status":"INVALID_ARGUMENT"})",
           R"({"message":"Provided image is not valid","status":"INVALID_ARGUMENT"})",
       }) {
    auto error = boost::json::parse(said).as_object();
    EXPECT_TRUE(is_about_an_unreadable_image(error)) << said;
    EXPECT_EQ(meant_status(error, 400), 400) << said;
  }
  EXPECT_FALSE(is_about_an_unreadable_image({{"message", "the image exceeds 5 MB"}}));
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
