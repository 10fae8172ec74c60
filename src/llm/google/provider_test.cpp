#include "llm/google/provider.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>

#include "llm/endpoint/vendor_test.hpp"

namespace executus::llm::google {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string kAnswer = R"({"candidates":[{"content":{"parts":[{"text":"Hello"}]},"finishReason":"STOP"}]})";
const std::string kHel = R"({"candidates":[{"content":{"parts":[{"text":"Hel"}]}}]})";
const std::string kLo = R"({"candidates":[{"content":{"parts":[{"text":"lo"}]},"finishReason":"STOP"}]})";

// As Google frames events.
Reply stream_reply(const std::vector<std::string>& events) { return events_reply(events, "\r\n"); }

class GoogleModelTest : public VendorTest {
 protected:
  GoogleModelTest() : VendorTest(json_reply(200, kAnswer)) {}
  std::shared_ptr<Model> model(std::string id = "gemini-3.8-flash") {
    return make_provider({"lab", server_.url("/v1beta"), kCanary, "LLM_LAB"}, *http_)->model(std::move(id));
  }
};

TEST_F(GoogleModelTest, AsksOnceWithTheKeyInItsHeaderOnly) {  // [LLM-10]
  auto response = ask(*model());

  EXPECT_EQ(response.message, assistant_message("Hello"));
  EXPECT_EQ(response.target, "lab/gemini-3.8-flash");
  ASSERT_EQ(server_.request_count(), 1U);
  auto request = server_.requests().front();
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/v1beta/models/gemini-3.8-flash:streamGenerateContent?alt=sse");
  EXPECT_EQ(request.header("x-goog-api-key"), kCanary);
  EXPECT_EQ(request.header("authorization"), std::nullopt);
  EXPECT_EQ(request.header("content-type"), "application/json");
  EXPECT_THAT(request.body, Not(HasSubstr("c4n4ry")));
  EXPECT_EQ(boost::json::parse(request.body).at("contents").at(0).at("parts").at(0).at("text"), "Hi");
}

TEST_F(GoogleModelTest, WithoutATokenSendsNoKey) {
  auto open = make_provider({"lab", server_.url("/v1beta"), "", "LLM_LAB"}, *http_)->model("m");

  (void)ask(*open);

  EXPECT_EQ(server_.requests().front().header("x-goog-api-key"), std::nullopt);
}

TEST_F(GoogleModelTest, StreamsToAnObserver) {  // [LLM-05]
  reply_ = stream_reply({kHel, kLo});

  auto response = ask(*model(), &shown_);

  EXPECT_EQ(response.message, assistant_message("Hello"));
  EXPECT_THAT(shown_.pieces, ElementsAre("Hel", "lo"));
  EXPECT_EQ(server_.requests().front().target, "/v1beta/models/gemini-3.8-flash:streamGenerateContent?alt=sse");
}

TEST_F(GoogleModelTest, ShowsTextBeforeTheAnswerIsComplete) {  // [LLM-05]
  struct OpensGate final : StreamObserver {
    void on_text(std::string_view) override { gate->open(); }
    void on_reset() override {}
    std::shared_ptr<testing::Gate> gate = testing::make_gate();
  } observer;
  reply_ = stream_reply({kHel, kLo});
  reply_.chunks.at(1).after = observer.gate;  // would wait for ever if the first text came only with the second

  EXPECT_EQ(ask(*model(), &observer).message.text(), "Hello");
}

TEST_F(GoogleModelTest, TakesAListOfPiecesFromAServerThatDoesNotStream) {  // [LLM-05]
  reply_ = json_reply(200, "[" + kHel + "," + kLo + "]");

  EXPECT_EQ(ask(*model(), &shown_).message.text(), "Hello");
  EXPECT_THAT(shown_.pieces, ElementsAre("Hello"));
}

TEST_F(GoogleModelTest, AStreamThatEndsEarlyIsTransient) {  // [LLM-15]
  reply_ = stream_reply({kHel});

  auto error = error_of(model(), &shown_);

  EXPECT_EQ(error.code(), "model.truncated");
  EXPECT_EQ(error.failure(), Failure::transient);
}

TEST_F(GoogleModelTest, OfTheOfficialServiceNeedsAKeyWhenAsked) {  // [LLM-09]
  auto official = make_provider({"google", std::string(kOfficialUrl), "", "GEMINI_API_KEY"}, *http_)->model("gemini-x");

  auto error = error_of(official);

  EXPECT_EQ(error.code(), "model.credentials");
  EXPECT_EQ(error.failure(), Failure::permanent);
  EXPECT_THAT(error.message(), HasSubstr("GEMINI_API_KEY"));
}

TEST_F(GoogleModelTest, EachStatusClassSaysWhetherToRepeat) {  // [LLM-15]
  struct Case {
    int status;
    const char* code;
    Failure failure;
  };
  for (const auto& each :
       {Case{400, "model.rejected", Failure::permanent}, Case{403, "model.unauthorized", Failure::permanent},
        Case{404, "model.not_found", Failure::permanent}, Case{429, "model.overloaded", Failure::transient},
        Case{500, "model.unavailable", Failure::transient}, Case{503, "model.unavailable", Failure::transient}}) {
    auto body = R"({"error":{"code":)" + std::to_string(each.status) + R"(,"message":"no, )" + kCanary + R"("}})";
    for (const auto& wrapped : {body, "[" + body + "]"}) {
      reply_ = json_reply(each.status, wrapped);
      for (StreamObserver* observer : {static_cast<StreamObserver*>(nullptr), static_cast<StreamObserver*>(&shown_)}) {
        auto error = error_of(model(), observer);
        EXPECT_EQ(error.code(), each.code);
        EXPECT_EQ(error.failure(), each.failure);
        EXPECT_EQ(error.http_status(), each.status);
        EXPECT_THAT(error.message(), HasSubstr("no, ***"));
      }
    }
  }
}

TEST_F(GoogleModelTest, TellsAWrongKeyAsOne) {  // [LLM-15]
  reply_ = json_reply(400, R"({"error":{"code":400,"message":"API key not valid. Please pass a valid API key.",
      "status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo",
      "reason":"API_KEY_INVALID","domain":"googleapis.com"}]}})");

  auto error = error_of(model());

  EXPECT_EQ(error.code(), "model.unauthorized");
  EXPECT_THAT(error.message(), AllOf(HasSubstr("API key not valid"), HasSubstr("check LLM_LAB")));
}

TEST_F(GoogleModelTest, AnErrorThatCameAsNoStreamIsToldAsItIs) {  // [LLM-15]
  const std::string overload = R"({"error":{"code":503,"message":"The model is overloaded."}})";
  for (const auto& body : {overload, "[" + overload + "]"}) {
    reply_ = stream_reply({});
    reply_.body = body;
    auto error = error_of(model(), &shown_);
    EXPECT_EQ(error.code(), "model.unavailable");
    EXPECT_EQ(error.http_status(), 503);
    EXPECT_THAT(error.message(), HasSubstr("The model is overloaded."));
  }
}

TEST_F(GoogleModelTest, OverloadSaysWhenToComeBackInItsHeader) {  // [LLM-15]
  reply_ = json_reply(429, R"({"error":{"code":429,"message":"quota","status":"RESOURCE_EXHAUSTED"}})");
  reply_.headers.emplace_back("Retry-After", "7");

  EXPECT_EQ(error_of(model()).retry_after(), Milliseconds(7'000));
}

TEST(GoogleCapabilities, AreThoseOfTheModelAtGoogleItself) {  // [LLM-08] [MOD-12]
  auto known = capabilities_of("gemini-3.8-flash");

  EXPECT_EQ(known.max_images, 3'000);
  EXPECT_EQ(known.max_image_bytes, 7U * 1024 * 1024);
  EXPECT_THAT(known.image_types, ElementsAre("image/png", "image/jpeg", "image/webp"));
  EXPECT_EQ(known.schemas, Capabilities::Schemas::native);
  EXPECT_EQ(known.context_tokens, 1'048'576);
}

TEST_F(GoogleModelTest, OverloadSaysWhenToComeBackInItsBody) {  // [LLM-15]
  reply_ = json_reply(429, R"({"error":{"code":429,"message":"quota","status":"RESOURCE_EXHAUSTED","details":[
      {"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"34.4s"}]}})");

  EXPECT_EQ(error_of(model()).retry_after(), Milliseconds(34'400));
  EXPECT_EQ(error_of(model(), &shown_).retry_after(), Milliseconds(34'400));
}

TEST_F(GoogleModelTest, OfAnotherServerIsTrustedWithImages) {  // [LLM-08]
  EXPECT_EQ(model()->capabilities().max_images, any_images().max_images);
  EXPECT_EQ(model("nobody-knows")->capabilities().context_tokens, 0);
}

TEST(GooglePath, NamesVersionCollectionAndModel) {  // [LLM-07]
  auto path = [](std::string_view base, std::string_view model) {
    return content_path(base, model, AnswerForm::whole);
  };
  EXPECT_EQ(path("https://h/v1beta", "gemini-x"), "/models/gemini-x:generateContent");
  EXPECT_EQ(path("https://h/v1", "gemini-x"), "/models/gemini-x:generateContent");
  EXPECT_EQ(path("https://h/api", "gemini-x"), "/v1beta/models/gemini-x:generateContent");
  EXPECT_EQ(path("https://h", "models/gemini-x"), "/v1beta/models/gemini-x:generateContent");
  EXPECT_EQ(path("https://h/v1beta", "tunedModels/mine"), "/tunedModels/mine:generateContent");
  EXPECT_EQ(path("https://h/v1beta", "a?key=b c#d"), "/models/a%3Fkey%3Db%20c%23d:generateContent");
}

}  // namespace
}  // namespace executus::llm::google
