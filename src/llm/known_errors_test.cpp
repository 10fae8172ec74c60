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
