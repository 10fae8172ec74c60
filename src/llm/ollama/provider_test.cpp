#include "llm/ollama/provider.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>

#include "llm/endpoint/vendor_test.hpp"
#include "llm/ollama/preset.hpp"

namespace executus::llm::ollama {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string kHelLine = R"({"model":"m","message":{"role":"assistant","content":"Hel"},"done":false})";
const std::string kLoLine =
    R"({"model":"m","message":{"role":"assistant","content":"lo"},"done_reason":"stop","done":true})";
const std::string kBuffered =
    R"({"model":"m","message":{"role":"assistant","content":"Hello"},"done_reason":"stop","done":true,)"
    R"("prompt_eval_count":3,"eval_count":2})";

Reply typed_reply(int status, const std::string& type, std::string body) {
  Reply reply{status, {}, std::move(body)};
  if (!type.empty()) reply.headers.emplace_back("Content-Type", type);
  return reply;
}

Reply lines_reply(const std::vector<std::string>& lines) {
  Reply reply = typed_reply(200, "application/x-ndjson", "");
  for (const auto& line : lines) reply.chunks.push_back({line + "\n", nullptr});
  return reply;
}

class OllamaModel : public VendorTest {
 protected:
  OllamaModel() : VendorTest(json_reply(200, kBuffered)) {}
  std::shared_ptr<Model> model(Options options = {}) {
    return make_provider({"box", server_.url(""), kCanary, "LLM_BOX"}, *http_, options)->model("m");
  }
};

TEST_F(OllamaModel, AsksOnceWithTheKeyInItsHeaderOnly) {  // [LLM-10]
  auto response = ask(*model());

  EXPECT_EQ(response.message, assistant_message("Hello"));
  EXPECT_EQ(response.target, "box/m");
  EXPECT_EQ(response.usage.input, 3);
  ASSERT_EQ(server_.request_count(), 1U);
  auto request = server_.requests().front();
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/api/chat");
  EXPECT_EQ(request.header("authorization"), std::string("Bearer ") + kCanary);
  EXPECT_THAT(request.body, AllOf(Not(HasSubstr("c4n4ry")), HasSubstr("\"stream\":true")));
}

TEST_F(OllamaModel, WithoutATokenSendsNoKey) {
  auto open = make_provider({"ollama", server_.url(""), "", ""}, *http_)->model("m");

  (void)ask(*open);

  EXPECT_EQ(server_.requests().front().header("authorization"), std::nullopt);
}

TEST_F(OllamaModel, ShowsTextBeforeTheAnswerIsComplete) {  // [LLM-05]
  reply_ = lines_reply({kHelLine, kLoLine});
  shown_.gate = reply_.chunks.at(1).after = testing::make_gate();  // without the first text the second never comes

  auto response = ask(*model(), &shown_);

  EXPECT_EQ(response.message, assistant_message("Hello"));
  EXPECT_THAT(shown_.pieces, ElementsAre("Hel", "lo"));
  EXPECT_THAT(server_.requests().front().body, HasSubstr("\"stream\":true"));
}

TEST_F(OllamaModel, TakesOneObjectFromAServerThatBuffers) {  // [LLM-10]
  for (const char* type : {"application/json", "application/x-ndjson", "text/plain", ""}) {
    SCOPED_TRACE(type);
    ShownPieces watching;
    reply_ = typed_reply(200, type, kBuffered);

    EXPECT_EQ(ask(*model(), &watching).message, assistant_message("Hello"));
    EXPECT_THAT(watching.pieces, ElementsAre("Hello"));
  }
}

TEST_F(OllamaModel, TakesAStreamUnderAWrongContentType) {  // [LLM-10]
  for (const char* type : {"application/json", "text/plain", ""}) {
    SCOPED_TRACE(type);
    ShownPieces watching;
    reply_ = typed_reply(200, type, kHelLine + "\n" + kLoLine + "\n");

    EXPECT_EQ(ask(*model(), &watching).message, assistant_message("Hello"));
    EXPECT_THAT(watching.pieces, ElementsAre("Hel", "lo"));
    EXPECT_EQ(ask(*model()).message, assistant_message("Hello"));
  }
}

TEST_F(OllamaModel, KeepsTheBytesWhenAsked) {  // [LLM-04]
  reply_ = lines_reply({kHelLine, kLoLine});
  Request request;
  request.keep_raw = true;

  auto response = block_on(*loop_, model()->generate(std::move(request), &shown_));

  ASSERT_TRUE(response.raw);
  EXPECT_EQ(*response.raw, kHelLine + "\n" + kLoLine + "\n");
}

TEST_F(OllamaModel, OfTheCloudNeedsAKeyWhenAsked) {  // [LLM-09]
  auto cloud = make_provider({"ollama-cloud", std::string(kCloud.default_url), "", "OLLAMA_API_KEY"}, *http_);

  auto error = error_of(cloud->model("gpt-oss:120b"));

  EXPECT_EQ(error.code(), "model.credentials");
  EXPECT_EQ(error.failure(), Failure::permanent);
  EXPECT_THAT(error.message(), HasSubstr("OLLAMA_API_KEY"));
}

TEST_F(OllamaModel, TellsStatusesApart) {  // [LLM-15]
  struct Case {
    int status;
    Failure failure;
    const char* code;
  };
  for (auto expected :
       {Case{400, Failure::permanent, "model.rejected"}, Case{401, Failure::permanent, "model.unauthorized"},
        Case{403, Failure::permanent, "model.unauthorized"}, Case{404, Failure::permanent, "model.not_found"},
        Case{429, Failure::transient, "model.overloaded"}, Case{500, Failure::transient, "model.unavailable"},
        Case{502, Failure::transient, "model.unavailable"}, Case{503, Failure::transient, "model.unavailable"}}) {
    SCOPED_TRACE(expected.status);
    reply_ = typed_reply(expected.status, "application/json", "{\"error\":\"words of " + std::string(kCanary) + "\"}");
    for (StreamObserver* observer : {static_cast<StreamObserver*>(nullptr), static_cast<StreamObserver*>(&shown_)}) {
      auto error = error_of(model(), observer);
      EXPECT_EQ(error.failure(), expected.failure);
      EXPECT_EQ(error.code(), expected.code);
      EXPECT_EQ(error.http_status(), expected.status);
      EXPECT_THAT(error.message(), HasSubstr("words of ***"));
    }
  }
}

TEST_F(OllamaModel, ReportsAnErrorInTheMiddleOfAStream) {  // [LLM-15]
  reply_ = lines_reply({kHelLine, R"({"error":"an error was encountered while running the model"})"});

  auto error = error_of(model(), &shown_);

  EXPECT_EQ(error.failure(), Failure::transient);
  EXPECT_THAT(error.message(), HasSubstr("an error was encountered"));
}

TEST_F(OllamaModel, AStreamThatEndsTooSoonIsTransient) {  // [LLM-15]
  reply_ = lines_reply({kHelLine});

  auto error = error_of(model(), &shown_);

  EXPECT_EQ(error.code(), "model.truncated");
  EXPECT_EQ(error.failure(), Failure::transient);
}

TEST_F(OllamaModel, AnAnswerThatIsNoneIsAnError) {
  reply_ = typed_reply(200, "text/html", "<html>log in</html>");

  EXPECT_EQ(error_of(model()).code(), "model.malformed");
}

TEST_F(OllamaModel, WantsTheContextItWasMadeWith) {  // [LLM-08]
  auto wide = model({.context_tokens = 65'536});

  (void)ask(*wide);

  EXPECT_EQ(wide->capabilities().context_tokens, 65'536);
  EXPECT_THAT(server_.requests().front().body, HasSubstr("\"num_ctx\":65536"));
}

TEST_F(OllamaModel, DeclaresWhatItTakes) {  // [LLM-08]
  auto provider = make_provider({"box", server_.url(""), "", ""}, *http_);

  EXPECT_EQ(provider->model("gpt-oss")->capabilities().max_images, 0);
  EXPECT_EQ(provider->model("gpt-oss")->capabilities().schemas, Capabilities::Schemas::native);
  EXPECT_EQ(provider->model("gpt-oss:120b-cloud")->capabilities().schemas, Capabilities::Schemas::by_prompt);
}

}  // namespace
}  // namespace executus::llm::ollama
