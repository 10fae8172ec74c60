#include <boost/json.hpp>
#include <gmock/gmock.h>

#include "llm/endpoint/vendor_test.hpp"
#include "llm/model_error_test.hpp"
#include "llm/openai/provider.hpp"

namespace executus::llm::openai {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
// What a model that reasons asks for first.
const std::string kThinksAndCalls = R"({"status":"completed","error":null,"output":[
  {"id":"rs_1","type":"reasoning","summary":[],"encrypted_content":"gAAA"},
  {"id":"fc_1","type":"function_call","status":"completed","call_id":"a","name":"now","arguments":"{}"}]})";

class ResponsesModelTest : public VendorTest {
 protected:
  ResponsesModelTest() : VendorTest(json_reply(200, kThinksAndCalls)) {}
  std::shared_ptr<Model> model(std::string id = "m") {
    return make_responses_provider({"lab", server_.url("/v1"), kCanary, "LLM_LAB"}, *http_)->model(std::move(id));
  }
  Response ask(Model& model, Transcript messages, StreamObserver* observer = nullptr) {
    Request request;
    request.messages = std::move(messages);
    return VendorTest::ask(model, std::move(request), observer);
  }
  boost::json::value sent(std::size_t index) { return boost::json::parse(server_.requests().at(index).body); }
};

TEST_F(ResponsesModelTest, GoesOnWithTheReasoningItCameFrom) {  // [LLM-01]
  Transcript messages{user_message("What time is it?")};
  messages.push_back(ask(*model(), messages).message);
  Message results;
  results.role = Role::tool;
  results.tool_results = {{"a", "now", "noon", {}, false}};
  messages.push_back(results);

  (void)ask(*model(), messages);

  auto request = server_.requests().at(1);
  EXPECT_EQ(request.target, "/v1/responses");
  EXPECT_EQ(request.header("authorization"), std::string("Bearer ") + kCanary);
  EXPECT_THAT(request.body, Not(HasSubstr("c4n4ry")));
  EXPECT_EQ(sent(1).at("input"), boost::json::parse(R"([
    {"role":"user","content":"What time is it?"},
    {"id":"rs_1","type":"reasoning","summary":[],"encrypted_content":"gAAA"},
    {"id":"fc_1","type":"function_call","status":"completed","call_id":"a","name":"now","arguments":"{}"},
    {"type":"function_call_output","call_id":"a","output":"noon"}])"));
}

TEST_F(ResponsesModelTest, StreamsToAnObserver) {  // [LLM-05]
  reply_ = events_reply({R"({"type":"response.output_text.delta","output_index":0,"delta":"Hel"})",
                         R"({"type":"response.output_text.delta","output_index":0,"delta":"lo"})",
                         R"({"type":"response.completed","response":{"status":"completed"}})"});

  auto response = ask(*model(), {user_message("Hi")}, &shown_);

  EXPECT_EQ(response.message, assistant_message("Hello"));
  EXPECT_THAT(shown_.pieces, ElementsAre("Hel", "lo"));
  EXPECT_EQ(sent(0).at("stream"), true);
}

TEST_F(ResponsesModelTest, AsksForReasoningWhereThereIsSome) {
  (void)ask(*model("gpt-5.5"), {user_message("Hi")});
  (void)ask(*model("gpt-4o"), {user_message("Hi")});

  EXPECT_EQ(sent(0).at("include"), (boost::json::array{"reasoning.encrypted_content"}));
  EXPECT_FALSE(sent(1).as_object().contains("include"));
}

TEST_F(ResponsesModelTest, OfTheOfficialServiceNeedsAKeyWhenAsked) {  // [LLM-09]
  auto official =
      make_responses_provider({"openai", std::string(kOfficialUrl), "", "OPENAI_API_KEY"}, *http_)->model("m");

  EXPECT_EQ(error_in([&] { return ask(*official, {user_message("Hi")}); }).code(), "model.credentials");
}

TEST_F(ResponsesModelTest, TellsFailuresApartByStatusAndNeverTellsTheKey) {  // [LLM-15]
  const std::vector<std::pair<int, Failure>> expected{{400, Failure::permanent}, {401, Failure::permanent},
                                                      {404, Failure::permanent}, {429, Failure::transient},
                                                      {500, Failure::transient}, {503, Failure::transient}};
  for (auto [status, failure] : expected) {
    reply_ = json_reply(status, R"({"error":{"message":"not with c4n4ry-0123456789","code":null}})");
    auto error = error_in([&] { return ask(*model(), {user_message("Hi")}); });
    EXPECT_EQ(error.failure(), failure) << status;
    EXPECT_EQ(error.http_status(), status);
    EXPECT_THAT(error.message(), AllOf(HasSubstr("lab/m"), HasSubstr("not with ***"), Not(HasSubstr("c4n4ry"))));
  }
}

}  // namespace
}  // namespace executus::llm::openai
