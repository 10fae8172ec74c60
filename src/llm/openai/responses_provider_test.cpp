#include <boost/json.hpp>
#include <gmock/gmock.h>

#include <executus/async/root_group.hpp>
#include <executus/testing/http_server.hpp>

#include "llm/openai/provider.hpp"

namespace executus::llm::openai {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ResponsesReply = testing::HttpServer::Reply;

constexpr const char* kResponsesKey = "c4n4ry-0123456789";

ResponsesReply responses_json(int status, std::string body) {
  return {status, {{"Content-Type", "application/json"}}, std::move(body)};
}

// What a model that reasons asks for first.
const std::string kThinksAndCalls = R"({"status":"completed","error":null,"output":[
  {"id":"rs_1","type":"reasoning","summary":[],"encrypted_content":"gAAA"},
  {"id":"fc_1","type":"function_call","status":"completed","call_id":"a","name":"now","arguments":"{}"}]})";

struct ShownText final : StreamObserver {
  void on_text(std::string_view delta) override { text += delta; }
  void on_reset() override {}
  std::string text;
};

class ResponsesModelTest : public ::testing::Test {
 protected:
  std::shared_ptr<Model> model(std::string id = "m") {
    return make_responses_provider({"lab", server_.url("/v1"), kResponsesKey, "LLM_LAB"}, *http_)->model(std::move(id));
  }
  Response ask(Model& model, Transcript messages, StreamObserver* observer = nullptr) {
    Request request;
    request.messages = std::move(messages);
    return block_on(*loop_, model.generate(std::move(request), observer));
  }
  boost::json::value sent(std::size_t index) { return boost::json::parse(server_.requests().at(index).body); }

  ResponsesReply reply_ = responses_json(200, kThinksAndCalls);
  testing::HttpServer server_{[this](const testing::HttpServer::Request&) { return reply_; }};
  std::unique_ptr<Loop> loop_ = make_loop(1);
  std::unique_ptr<net::HttpClient> http_ = net::make_http_client(*loop_);
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
  EXPECT_EQ(request.header("authorization"), std::string("Bearer ") + kResponsesKey);
  EXPECT_THAT(request.body, Not(HasSubstr("c4n4ry")));
  EXPECT_EQ(sent(1).at("input"), boost::json::parse(R"([
    {"role":"user","content":"What time is it?"},
    {"id":"rs_1","type":"reasoning","summary":[],"encrypted_content":"gAAA"},
    {"id":"fc_1","type":"function_call","status":"completed","call_id":"a","name":"now","arguments":"{}"},
    {"type":"function_call_output","call_id":"a","output":"noon"}])"));
}

TEST_F(ResponsesModelTest, StreamsToAnObserver) {  // [LLM-05]
  reply_ = {200, {{"Content-Type", "text/event-stream; charset=utf-8"}}, ""};
  for (std::string data : {R"({"type":"response.output_text.delta","output_index":0,"delta":"Hel"})",
                           R"({"type":"response.output_text.delta","output_index":0,"delta":"lo"})",
                           R"({"type":"response.completed","response":{"status":"completed"}})"})
    reply_.chunks.push_back({"data: " + data + "\n\n", nullptr});
  ShownText shown;

  auto response = ask(*model(), {user_message("Hi")}, &shown);

  EXPECT_EQ(response.message, assistant_message("Hello"));
  EXPECT_EQ(shown.text, "Hello");
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

  try {
    (void)ask(*official, {user_message("Hi")});
    FAIL() << "no ModelError";
  } catch (const ModelError& error) {
    EXPECT_EQ(error.code(), "model.credentials");
  }
}

TEST_F(ResponsesModelTest, TellsFailuresApartByStatusAndNeverTellsTheKey) {  // [LLM-15]
  const std::vector<std::pair<int, Failure>> expected{{400, Failure::permanent}, {401, Failure::permanent},
                                                      {404, Failure::permanent}, {429, Failure::transient},
                                                      {500, Failure::transient}, {503, Failure::transient}};
  for (auto [status, failure] : expected) {
    reply_ = responses_json(status, R"({"error":{"message":"not with c4n4ry-0123456789","code":null}})");
    try {
      (void)ask(*model(), {user_message("Hi")});
      ADD_FAILURE() << "no ModelError for " << status;
    } catch (const ModelError& error) {
      EXPECT_EQ(error.failure(), failure) << status;
      EXPECT_EQ(error.http_status(), status);
      EXPECT_THAT(error.message(), AllOf(HasSubstr("lab/m"), HasSubstr("not with ***"), Not(HasSubstr("c4n4ry"))));
    }
  }
}

}  // namespace
}  // namespace executus::llm::openai
