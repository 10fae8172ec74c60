#include "llm/openai/provider.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>

#include "llm/endpoint/vendor_test.hpp"

namespace executus::llm::openai {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string kAnswer = R"({"choices":[{"message":{"content":"Hello"},"finish_reason":"stop"}]})";
const std::string kHel = R"({"choices":[{"delta":{"content":"Hel"}}]})";
const std::string kLo = R"({"choices":[{"delta":{"content":"lo"},"finish_reason":"stop"}]})";

class ChatModelTest : public VendorTest {
 protected:
  ChatModelTest() : VendorTest(json_reply(200, kAnswer)) {}
  std::shared_ptr<Model> model(Milliseconds timeout = std::chrono::minutes(1)) {
    return make_provider({"lab", server_.url("/v1"), kCanary, "LLM_LAB"}, *http_, timeout)->model("m");
  }
};

TEST_F(ChatModelTest, AsksOnceWithTheKeyInItsHeaderOnly) {
  auto response = ask(*model());

  EXPECT_EQ(response.message, assistant_message("Hello"));
  EXPECT_EQ(response.target, "lab/m");
  ASSERT_EQ(server_.request_count(), 1U);
  auto request = server_.requests().front();
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/v1/chat/completions");
  EXPECT_EQ(request.header("authorization"), std::string("Bearer ") + kCanary);
  EXPECT_EQ(request.header("content-type"), "application/json");
  EXPECT_THAT(request.body, AllOf(Not(HasSubstr("c4n4ry")), HasSubstr("\"include_usage\":true")));
  EXPECT_EQ(boost::json::parse(request.body).at("messages").at(1).at("content"), "Hi");
}

TEST_F(ChatModelTest, LeavesOutOfAStreamWhatTheServerRefuses) {  // [LLM-05]
  server_refuses_ = "stream_options";
  reply_ = events_reply({kHel, kLo, "[DONE]"});

  EXPECT_EQ(ask(*model()).message.text(), "Hello");
  EXPECT_THAT(server_.requests().at(1).body, AllOf(HasSubstr("\"stream\":true"), Not(HasSubstr("stream_options"))));
}

TEST_F(ChatModelTest, WithoutATokenSendsNoKey) {
  auto open = make_provider({"lab", server_.url("/v1"), "", "LLM_LAB"}, *http_)->model("m");

  (void)ask(*open);

  EXPECT_EQ(server_.requests().front().header("authorization"), std::nullopt);
}

TEST_F(ChatModelTest, StreamsToAnObserver) {  // [LLM-05]
  reply_ = events_reply({kHel, kLo, "[DONE]"});
  ShownPieces shown;

  auto response = ask(*model(), &shown);

  EXPECT_EQ(response.message, assistant_message("Hello"));
  EXPECT_THAT(shown.pieces, ElementsAre("Hel", "lo"));
  EXPECT_THAT(server_.requests().front().body, HasSubstr("\"stream\":true"));
}

TEST_F(ChatModelTest, ShowsTextBeforeTheAnswerIsComplete) {  // [LLM-05]
  struct OpensGate final : StreamObserver {
    void on_text(std::string_view) override { gate->open(); }
    void on_reset() override {}
    std::shared_ptr<testing::Gate> gate = testing::make_gate();
  } observer;
  reply_ = events_reply({kHel, kLo, "[DONE]"});
  reply_.chunks.at(1).after = observer.gate;  // would wait for ever if the first text came only with the second

  EXPECT_EQ(ask(*model(), &observer).message.text(), "Hello");
}

TEST_F(ChatModelTest, TakesAnAnswerInOnePieceFromAServerThatDoesNotStream) {
  ShownPieces shown;

  EXPECT_EQ(ask(*model(), &shown).message.text(), "Hello");
  EXPECT_THAT(shown.pieces, ElementsAre("Hello"));
}

TEST_F(ChatModelTest, OfTheOfficialServiceNeedsAKeyWhenAsked) {  // [LLM-09]
  auto official = make_provider({"openai", std::string(kOfficialUrl), "", "OPENAI_API_KEY"}, *http_)->model("gpt-x");

  auto error = error_of(official);

  EXPECT_EQ(error.code(), "model.credentials");
  EXPECT_EQ(error.failure(), Failure::permanent);
  EXPECT_THAT(error.message(), HasSubstr("OPENAI_API_KEY"));
}

TEST_F(ChatModelTest, OfARegionOfTheOfficialServiceNeedsAKeyAndHasItsLimits) {  // [LLM-08] [LLM-09]
  auto regional =
      make_provider({"openai", "https://eu.api.openai.com/v1", "", "OPENAI_API_KEY"}, *http_)->model("gpt-4o");

  EXPECT_EQ(error_of(regional).code(), "model.credentials");
  EXPECT_EQ(regional->capabilities().context_tokens, 128'000);
}

// Asks the server of the test, whomever it is told to ask.
class Detour final : public net::HttpClient {
 public:
  Detour(net::HttpClient& http, std::string url) : http_(http), url_(std::move(url)) {}
  [[nodiscard]] Task<net::HttpStream> open(net::HttpRequest request) override {
    request.url = url_;
    return http_.open(std::move(request));
  }

 private:
  net::HttpClient& http_;
  std::string url_;
};

TEST_F(ChatModelTest, SpeaksAsTheHostWantsIt) {  // [LLM-01]
  Detour detour(*http_, server_.url("/v1/chat/completions"));
  auto sent = [&](const std::string& base_url) {
    Request request;
    request.messages = {user_message("Hi"),
                        Message{Role::assistant, {Opaque{"lab", {{"reasoning", "hm"}}}, Text{"t"}}, {}, {}}};
    request.max_output_tokens = 5;
    (void)ask(*make_provider({"lab", base_url, kCanary, "LLM_LAB"}, detour)->model("m"), std::move(request));
    return server_.requests().back().body;
  };

  EXPECT_THAT(sent("https://lab.openai.azure.com/openai/v1"),
              AllOf(HasSubstr("\"max_completion_tokens\":5"), HasSubstr("\"reasoning\":\"hm\"")));
  EXPECT_THAT(sent("https://api.mistral.ai/v1"), AllOf(HasSubstr("\"max_tokens\":5"), Not(HasSubstr("\"reasoning\""))));
}

TEST_F(ChatModelTest, OfTheOfficialServiceHasTheLimitsOfItsModel) {  // [LLM-08]
  auto official = make_provider({"openai", std::string(kOfficialUrl), "", "OPENAI_API_KEY"}, *http_)->model("gpt-4o");

  EXPECT_EQ(official->capabilities().context_tokens, 128'000);
  EXPECT_EQ(official->capabilities().max_images, 1'500);
}

TEST_F(ChatModelTest, OfAnotherServerIsTrustedWithImagesAndSchemas) {  // [LLM-08]
  EXPECT_EQ(model()->capabilities().max_images, any_images().max_images);
  EXPECT_EQ(model()->capabilities().schemas, Capabilities::Schemas::native);
  EXPECT_EQ(model()->capabilities().context_tokens, 0);
}

TEST_F(ChatModelTest, RefusedKeyIsPermanentAndNamesTheVariable) {  // [LLM-15]
  reply_ = json_reply(401, R"({"error":{"message":"Incorrect API key provided: c4n4ry-0123456789."}})");

  for (StreamObserver* observer : {static_cast<StreamObserver*>(nullptr), static_cast<StreamObserver*>(&shown_)}) {
    auto error = error_of(model(), observer);
    EXPECT_EQ(error.failure(), Failure::permanent);
    EXPECT_EQ(error.code(), "model.unauthorized");
    EXPECT_EQ(error.http_status(), 401);
    EXPECT_THAT(error.message(), AllOf(HasSubstr("Incorrect API key provided: ***"), HasSubstr("check LLM_LAB")));
  }
}

TEST_F(ChatModelTest, OverloadIsTransientAndSaysWhenToComeBack) {  // [LLM-15]
  reply_ = json_reply(429, R"({"error":{"message":"Rate limit reached"}})");
  reply_.headers.emplace_back("Retry-After", "7");

  auto error = error_of(model());

  EXPECT_EQ(error.failure(), Failure::transient);
  EXPECT_EQ(error.code(), "model.overloaded");
  EXPECT_EQ(error.http_status(), 429);
  EXPECT_EQ(error.retry_after(), Milliseconds(7'000));
}

TEST_F(ChatModelTest, TheExactWaitIsPreferred) {
  reply_ = json_reply(503, "");
  reply_.headers.emplace_back("Retry-After", "2");
  reply_.headers.emplace_back("retry-after-ms", "1500");

  EXPECT_EQ(error_of(model()).retry_after(), Milliseconds(1'500));
}

TEST_F(ChatModelTest, AServerErrorIsTransient) {  // [LLM-15]
  reply_ = {500, {{"Content-Type", "text/html"}}, "<h1>oops</h1>"};

  auto error = error_of(model());

  EXPECT_EQ(error.failure(), Failure::transient);
  EXPECT_EQ(error.http_status(), 500);
  EXPECT_THAT(error.message(), HasSubstr("oops"));
}

TEST_F(ChatModelTest, AServerThatIsNotThereIsTransient) {  // [LLM-15]
  std::string gone;
  {
    testing::HttpServer closed([](const testing::HttpServer::Request&) { return Reply{}; });
    gone = closed.url("/v1");
  }
  auto error = error_of(make_provider({"lab", gone, kCanary, "LLM_LAB"}, *http_)->model("m"));

  EXPECT_EQ(error.failure(), Failure::transient);
  EXPECT_EQ(error.code(), "model.unreachable");
  EXPECT_EQ(error.http_status(), 0);
}

TEST_F(ChatModelTest, AServerThatDoesNotAnswerInTimeIsTransient) {  // [LLM-15]
  reply_.after = testing::make_gate();                              // never opened

  auto error = error_of(model(Milliseconds(50)));

  EXPECT_EQ(error.failure(), Failure::transient);
  EXPECT_EQ(error.code(), "model.timeout");
}

TEST_F(ChatModelTest, AMalformedEventIsAnError) {  // [LLM-15]
  reply_ = events_reply({kHel, "{\"choices\":[{", "[DONE]"});

  auto error = error_of(model(), &shown_);

  EXPECT_EQ(error.code(), "model.malformed");
  EXPECT_EQ(error.failure(), Failure::unknown);
}

TEST_F(ChatModelTest, AnAnswerThatIsNoneIsAnError) {
  reply_ = {200, {{"Content-Type", "text/html"}}, "<html>log in</html>"};

  EXPECT_EQ(error_of(model()).code(), "model.malformed");
}

TEST_F(ChatModelTest, AStreamThatEndsTooSoonIsTransient) {  // [LLM-15]
  reply_ = events_reply({kHel});

  auto error = error_of(model(), &shown_);

  EXPECT_EQ(error.code(), "model.truncated");
  EXPECT_EQ(error.failure(), Failure::transient);
}

TEST_F(ChatModelTest, AConnectionThatBreaksOffIsTransient) {  // [LLM-15]
  reply_ = events_reply({kHel, kLo, "[DONE]"});
  reply_.cut_after = 150;  // after the head, within the first events

  EXPECT_EQ(error_of(model(), &shown_).failure(), Failure::transient);

  reply_ = json_reply(200, kAnswer);
  reply_.cut_after = 100;
  EXPECT_EQ(error_of(model()).failure(), Failure::transient);
}

TEST_F(ChatModelTest, ACancelledCallEndsTheRequest) {
  reply_.after = testing::make_gate();
  auto asked = model();
  std::optional<Error> ended;
  RootGroup group(*loop_);
  struct Asking {
    static Task<void> run(Model& model, std::optional<Error>& ended) {
      try {
        Request request;
        (void)co_await model.generate(std::move(request), nullptr);
      } catch (const Error& error) {
        ended = error;
      }
    }
  };
  auto handle = group.spawn(Asking::run(*asked, ended));
  server_.wait_for_requests(1);

  handle.cancel({Cause::caller, "enough"});
  group.join();

  server_.wait_for_hangups(1);
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->code(), Cancelled(Cancellation{}).code());
}

}  // namespace
}  // namespace executus::llm::openai
