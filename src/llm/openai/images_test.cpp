#include "llm/openai/images.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>

#include "base/base64.hpp"
#include "llm/endpoint/vendor_test.hpp"
#include "llm/model_error_test.hpp"
#include "llm/openai/provider.hpp"

namespace executus::llm::openai {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string kPng = std::string("\x89PNG\r\n\x1a\n") + "pixels";
const std::string kJpeg = "\xff\xd8\xff\xe0pixels";
const std::string kWebp = "RIFF1234WEBPpixels";

std::string painted(const std::vector<std::string>& images) {
  boost::json::array data;
  for (const auto& bytes : images) data.push_back(boost::json::object{{"b64_json", base64_encode(bytes)}});
  return boost::json::serialize(boost::json::object{{"created", 1}, {"data", std::move(data)}});
}

class ImageModelTest : public VendorTest {
 protected:
  ImageModelTest() : VendorTest(json_reply(200, painted({kPng}))) {}
  std::shared_ptr<ImageModel> model(std::string id = "gpt-image-2") {
    return make_image_model({"lab", server_.url("/v1"), kCanary, "LLM_LAB"}, std::move(id), *http_);
  }
  std::vector<Image> paint(ImageModel& model, ImageRequest request) {
    return block_on(*loop_, model.generate(std::move(request)));
  }
  ModelError error_of(ImageModel& model) {
    auto error = error_in([&] { return paint(model, {.prompt = "a cat"}); });
    EXPECT_THAT(error.message(), AllOf(HasSubstr(model.target()), Not(HasSubstr("c4n4ry"))));
    return error;
  }
};

TEST_F(ImageModelTest, PaintsWhatThePromptSays) {  // [LLM-24]
  reply_ = json_reply(200, painted({kPng, kJpeg, kWebp}));

  auto images = paint(*model(), {.prompt = "a cat", .size = ImageSize{1536, 1024}, .count = 3});

  EXPECT_THAT(images, ElementsAre(Image{kPng, "image/png"}, Image{kJpeg, "image/jpeg"}, Image{kWebp, "image/webp"}));
  auto request = server_.requests().front();
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/v1/images/generations");
  EXPECT_EQ(request.header("authorization"), std::string("Bearer ") + kCanary);
  EXPECT_EQ(request.body, R"({"model":"gpt-image-2","prompt":"a cat","n":3,"size":"1536x1024"})");
}

TEST_F(ImageModelTest, TellsWhatItUsedWhereItsServerSaysSo) {  // [LLM-24]
  struct Told final : SpentSink {
    void spent(const std::string& target, const Usage& usage) noexcept override { all.emplace_back(target, usage); }
    std::vector<std::pair<std::string, Usage>> all;
  } told;
  (void)paint(*model(), {.prompt = "a cat", .spent = &told});
  EXPECT_TRUE(told.all.empty());

  auto body = painted({kPng});
  body.insert(body.size() - 1, R"(,"usage":{"total_tokens":1068,"input_tokens":12,"output_tokens":1056})");
  reply_ = json_reply(200, body);
  (void)paint(*model(), {.prompt = "a cat", .spent = &told});
  EXPECT_THAT(told.all, ElementsAre(std::pair(std::string("lab/gpt-image-2"), Usage{12, 1'056, 0, 0, 0})));
}

TEST_F(ImageModelTest, AsksModelsForBytesThatWouldAnswerWithAddresses) {  // [LLM-24]
  (void)paint(*model("stable-diffusion"), {.prompt = "a cat"});

  EXPECT_EQ(server_.requests().front().body,
            R"({"model":"stable-diffusion","prompt":"a cat","n":1,"response_format":"b64_json"})");
}

TEST_F(ImageModelTest, OfTheOfficialServiceNeedsAKeyWhenAsked) {  // [LLM-09]
  for (std::string url : {"https://api.openai.com/v1", "https://eu.api.openai.com/v1"}) {
    auto official = make_image_model({"openai", url, "", "OPENAI_API_KEY"}, "gpt-image-2", *http_);

    EXPECT_EQ(error_of(*official).code(), "model.credentials") << url;
  }
}

TEST_F(ImageModelTest, ARefusedPromptIsPermanent) {  // [LLM-15] [LLM-24]
  reply_ = json_reply(400, R"({"error":{"message":"rejected by the safety system","code":"moderation_blocked"}})");

  auto error = error_of(*model());

  EXPECT_EQ(error.failure(), Failure::permanent);
  EXPECT_EQ(error.http_status(), 400);
  EXPECT_THAT(error.message(), HasSubstr("safety system"));
}

TEST_F(ImageModelTest, OverloadSaysWhenToComeBack) {  // [LLM-15]
  reply_ = json_reply(429, R"({"error":{"message":"slow down, c4n4ry-0123456789"}})");
  reply_.headers.emplace_back("Retry-After", "7");

  auto error = error_of(*model());

  EXPECT_EQ(error.failure(), Failure::transient);
  EXPECT_EQ(error.retry_after(), Milliseconds(7'000));
}

TEST_F(ImageModelTest, AConnectionThatBreaksOffIsTransient) {  // [LLM-15]
  reply_.cut_after = 100;

  EXPECT_EQ(error_of(*model()).failure(), Failure::transient);
}

TEST_F(ImageModelTest, AnAnswerWithoutImagesIsMalformed) {
  for (const char* body : {"<html>", "[]", "{}", R"({"data":[]})", R"({"data":[{"url":"http://elsewhere/1.png"}]})",
                           R"({"data":[{"b64_json":"?"}]})", R"({"data":[null]})"}) {
    reply_ = json_reply(200, body);
    EXPECT_EQ(error_of(*model()).code(), "model.malformed") << body;
  }
}

TEST_F(ImageModelTest, ACancelledCallEndsTheRequest) {  // [LLM-24]
  struct Painting {
    static Task<void> run(ImageModel& model, std::optional<Error>& ended) {
      ImageRequest request;
      request.prompt = "a cat";
      try {
        (void)co_await model.generate(std::move(request));
      } catch (const Error& error) {
        ended = error;
      }
    }
  };
  reply_.after = testing::make_gate();  // never opened
  auto asked = model();
  std::optional<Error> ended;
  RootGroup group(*loop_);

  auto handle = group.spawn(Painting::run(*asked, ended));
  server_.wait_for_requests(1);
  handle.cancel({Cause::caller, "enough"});
  group.join();

  server_.wait_for_hangups(1);
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->code(), Cancelled(Cancellation{}).code());
}

}  // namespace
}  // namespace executus::llm::openai
