#include "llm/anthropic/provider.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>

#include "llm/endpoint/vendor_test.hpp"

namespace executus::llm::anthropic {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::string error_body(std::string_view type, std::string_view words) {
  return R"({"type":"error","error":{"type":")" + std::string(type) + R"(","message":")" + std::string(words) +
         R"("},"request_id":"req_011CSHoEeqs5C35K2UUqR7Fy"})";
}

const std::string kHello = R"({"type":"message","content":[{"type":"text","text":"Hello"}],"stop_reason":"end_turn"})";
const std::string kHel = R"({"type":"content_block_start","index":0,"content_block":{"type":"text","text":"Hel"}})";
const std::string kLo = R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"lo"}})";
const std::string kWhy = R"({"type":"message_delta","delta":{"stop_reason":"end_turn"}})";
const std::string kEnd = R"({"type":"message_stop"})";

class MessagesModel : public VendorTest {
 protected:
  MessagesModel() : VendorTest(json_reply(200, kHello)) {}
  std::shared_ptr<Model> model(std::string token = kCanary) {
    return make_provider({"lab", server_.url(""), std::move(token), "LLM_LAB"}, *http_)->model("m");
  }
  std::shared_ptr<Model> official(std::string id, std::string token = {}) {
    Endpoint endpoint{"anthropic", std::string(kOfficialUrl), std::move(token), "ANTHROPIC_API_KEY"};
    return make_provider(std::move(endpoint), *http_)->model(std::move(id));
  }
};

TEST_F(MessagesModel, AsksOnceWithTheKeyInItsHeaderOnly) {
  auto response = ask(*model());

  EXPECT_EQ(response.message, assistant_message("Hello"));
  EXPECT_EQ(response.target, "lab/m");
  ASSERT_EQ(server_.request_count(), 1U);
  auto request = server_.requests().front();
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/v1/messages");
  EXPECT_EQ(request.header("x-api-key"), kCanary);
  EXPECT_EQ(request.header("authorization"), std::nullopt);
  EXPECT_EQ(request.header("anthropic-version"), "2023-06-01");
  EXPECT_EQ(request.header("anthropic-beta"), std::nullopt);
  EXPECT_EQ(request.header("content-type"), "application/json");
  EXPECT_THAT(request.body, AllOf(Not(HasSubstr("c4n4ry")), HasSubstr("\"stream\":true")));
}

TEST_F(MessagesModel, StreamsThoughNobodyWatches) {
  reply_ = events_reply({kHel, kLo, kWhy, kEnd});
  Request request;
  request.messages.push_back(user_message("Hi"));

  auto response = ask(*model(), std::move(request));

  EXPECT_EQ(response.message, assistant_message("Hello"));
  EXPECT_THAT(server_.requests().front().body, HasSubstr("\"stream\":true"));
}

TEST_F(MessagesModel, WithoutATokenSendsNoKey) {
  (void)ask(*model(""));

  EXPECT_EQ(server_.requests().front().header("x-api-key"), std::nullopt);
}

TEST_F(MessagesModel, StreamsToAnObserver) {  // [LLM-05]
  reply_ = events_reply({kHel, kLo, kWhy, kEnd});

  auto response = ask(*model(), &shown_);

  EXPECT_EQ(response.message, assistant_message("Hello"));
  EXPECT_THAT(shown_.pieces, ElementsAre("Hel", "lo"));
  EXPECT_THAT(server_.requests().front().body, HasSubstr("\"stream\":true"));
}

TEST_F(MessagesModel, TakesAnAnswerInOnePieceFromAServerThatDoesNotStream) {
  EXPECT_EQ(ask(*model(), &shown_).message.text(), "Hello");
  EXPECT_THAT(shown_.pieces, ElementsAre("Hello"));
}

// Half a call looks like a call without arguments.
TEST_F(MessagesModel, ACallThatIsCutOffAfterItsNameIsNotMade) {  // [LLM-26]
  reply_ = json_reply(200, R"({"type":"message","role":"assistant","stop_reason":"max_tokens",
      "content":[{"type":"tool_use","id":"t1","name":"wipe","input":{}}],"usage":{}})");

  auto response = ask(*model());

  EXPECT_EQ(response.finish, FinishReason::length);
  ASSERT_EQ(response.message.tool_calls.size(), 1U);
  EXPECT_THAT(response.message.tool_calls[0].arguments, ::testing::StartsWith("{ (cut off"));
}

TEST_F(MessagesModel, OfTheOfficialServiceNeedsAKeyWhenAsked) {  // [LLM-09]
  auto error = error_of(official("claude-opus-5-5"));

  EXPECT_EQ(error.code(), "model.credentials");
  EXPECT_EQ(error.failure(), Failure::permanent);
  EXPECT_THAT(error.message(), HasSubstr("ANTHROPIC_API_KEY"));
}

struct StatusError {
  int status;
  std::string type;
  Failure failure;
  std::string code;
};

TEST_F(MessagesModel, TellsErrorsApartByTheirStatus) {  // [LLM-15]
  for (const auto& expected :
       std::vector<StatusError>{{400, "invalid_request_error", Failure::permanent, "model.rejected"},
                                {401, "authentication_error", Failure::permanent, "model.unauthorized"},
                                {403, "permission_error", Failure::permanent, "model.unauthorized"},
                                {404, "not_found_error", Failure::permanent, "model.not_found"},
                                {413, "request_too_large", Failure::permanent, "model.request_too_large"},
                                {429, "rate_limit_error", Failure::transient, "model.overloaded"},
                                {500, "api_error", Failure::transient, "model.unavailable"},
                                {529, "overloaded_error", Failure::transient, "model.unavailable"}}) {
    SCOPED_TRACE(expected.status);
    reply_ = json_reply(expected.status, error_body(expected.type, "the words, c4n4ry-0123456789"));
    for (StreamObserver* observer : {static_cast<StreamObserver*>(nullptr), static_cast<StreamObserver*>(&shown_)}) {
      auto error = error_of(model(), observer);
      EXPECT_EQ(error.failure(), expected.failure);
      EXPECT_EQ(error.code(), expected.code);
      EXPECT_EQ(error.http_status(), expected.status);
      EXPECT_THAT(error.message(), HasSubstr("the words, ***"));
    }
  }
}

TEST_F(MessagesModel, TellsOfAnEmptyAccount) {  // [LLM-15]
  auto told = error_body("invalid_request_error", "Your credit balance is too low to access the Anthropic API.");
  for (const auto& reply : {json_reply(400, told), events_reply({kHel, told})}) {
    reply_ = reply;
    auto error = error_of(model(), &shown_);
    EXPECT_EQ(error.code(), "model.no_credit");
    EXPECT_EQ(error.failure(), Failure::permanent);
    EXPECT_THAT(error.message(), AllOf(HasSubstr("billing"), Not(HasSubstr("change the request"))));
  }
}

TEST_F(MessagesModel, OverloadThatCameAsNoStreamIsTransient) {  // [LLM-15]
  reply_ = events_reply({});
  reply_.body = error_body("overloaded_error", "Overloaded, c4n4ry-0123456789");

  auto error = error_of(model(), &shown_);

  EXPECT_EQ(error.code(), "model.unavailable");
  EXPECT_THAT(error.message(), HasSubstr("Overloaded, ***"));
}

TEST_F(MessagesModel, OverloadSaysWhenToComeBack) {  // [LLM-15]
  reply_ = json_reply(429, error_body("rate_limit_error", "slow down"));
  reply_.headers.emplace_back("retry-after", "7");

  EXPECT_EQ(error_of(model()).retry_after(), Milliseconds(7'000));
}

TEST_F(MessagesModel, OverloadInAStreamIsTransient) {  // [LLM-15]
  reply_ = events_reply({kHel, error_body("overloaded_error", "Overloaded, c4n4ry-0123456789")});

  auto error = error_of(model(), &shown_);

  EXPECT_EQ(error.failure(), Failure::transient);
  EXPECT_EQ(error.http_status(), 529);
}

TEST_F(MessagesModel, AStreamThatEndsTooSoonIsTransient) {  // [LLM-15]
  reply_ = events_reply({kHel, kLo});

  auto error = error_of(model(), &shown_);

  EXPECT_EQ(error.code(), "model.truncated");
  EXPECT_EQ(error.failure(), Failure::transient);
}

TEST_F(MessagesModel, OfTheOfficialServiceHasTheLimitsOfItsModel) {  // [LLM-08] [MOD-12]
  auto haiku = official("claude-haiku-4-5")->capabilities();
  auto opus = official("claude-opus-5-5")->capabilities();

  EXPECT_EQ(haiku.context_tokens, 200'000);
  EXPECT_EQ(haiku.max_images, 100);
  EXPECT_EQ(opus.context_tokens, 1'000'000);
  EXPECT_EQ(opus.max_images, 600);
  EXPECT_EQ(opus.max_image_bytes, 3'932'160U);  // 5 MiB in base64
  EXPECT_EQ(opus.max_image_edge, 2'000);
  EXPECT_EQ(opus.schemas, Capabilities::Schemas::native);
  EXPECT_EQ(official("claude-opus-4-1")->capabilities().schemas, Capabilities::Schemas::by_prompt);
}

TEST_F(MessagesModel, OfAnotherServerIsTrustedWithImagesButNotWithSchemas) {  // [LLM-08]
  auto known = model()->capabilities();

  EXPECT_EQ(known.max_images, any_images().max_images);
  EXPECT_EQ(known.schemas, Capabilities::Schemas::by_prompt);
  EXPECT_EQ(known.context_tokens, 0);
  EXPECT_EQ(compatible_capabilities_of("anthropic/claude-sonnet-4.5").context_tokens, 200'000);
}

TEST(MessagesHeaders, NameTheBetaToModelsThatBindTheirThinking) {
  auto beta = [](const Traits& traits) {
    auto headers = messages_headers({}, traits);
    return std::string(net::find_header(headers, "anthropic-beta").value_or("none"));
  };

  EXPECT_EQ(beta(traits_of("claude-opus-5-5")), kThinkingBindingBeta);
  EXPECT_EQ(beta(traits_of("claude-opus-5")), "none");
  EXPECT_EQ(beta(compatible_traits_of("claude-opus-5-5")), "none");
}

TEST(MessagesPath, HasTheVersionOnce) {
  EXPECT_EQ(messages_path("https://api.anthropic.com"), "/v1/messages");
  EXPECT_EQ(messages_path("https://api.anthropic.com/v1"), "/messages");
  EXPECT_EQ(messages_path("https://example.org/anthropic"), "/v1/messages");
}

}  // namespace
}  // namespace executus::llm::anthropic
