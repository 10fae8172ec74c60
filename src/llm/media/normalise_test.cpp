#include "llm/media/normalise.hpp"

#include <gmock/gmock.h>

#include "llm/media/sample_images_test.hpp"
#include "llm/model_error_test.hpp"

namespace executus::llm::media {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// Encodes to a text that says what was asked for, padded to `bytes_per_pixel_edge` for each pixel of the edge.
class WordCodec final : public ImageCodec {
 public:
  Result<std::string> encode(std::string_view image, const Encoding& how) override {
    ++calls;
    if (image.ends_with("damaged")) return failed("media.unreadable", "it cannot be read (no pixels)");
    std::string encoded(mime_of(how.format));
    encoded += " " + std::to_string(how.quality) + " " + std::to_string(how.max_edge);
    if (how.max_edge == 0 || how.max_edge > light_below) encoded.resize(1'000'000);
    return encoded;
  }
  int calls = 0;
  std::uint32_t light_below = 1'000'000;
};

Image png(std::uint32_t width = 10, std::uint32_t height = 10, std::string rest = "") {
  return {png_header(width, height) + rest, "image/png"};
}

Message showing(std::vector<Image> images) {
  Message message;
  message.parts.push_back(Text{"Look:"});
  for (auto& image : images) message.parts.push_back(std::move(image));
  return message;
}

Message camera(std::vector<Image> images) {
  Message message;
  message.role = Role::tool;
  message.tool_results = {{"c0", "clock", "noon", {}}, {"c1", "camera", "click", std::move(images)}};
  return message;
}

Request asking(std::vector<Message> messages) {
  Request request;
  for (auto& message : messages) request.messages.push_back(std::move(message));
  return request;
}

std::string note_in(const Message& message, std::size_t part) { return std::get<Text>(message.parts.at(part)).text; }

class NormaliseTest : public ::testing::Test {
 protected:
  Request normalised(const Request& request) {
    plan_ = plan_request(request, "lab/m", known_);
    return apply(plan_, request, codec_);
  }
  std::string refusal(const Request& request) {
    try {
      (void)normalised(request);
    } catch (const ModelError& error) {
      EXPECT_EQ(error.code(), "model.incapable");
      EXPECT_EQ(error.failure(), Failure::permanent);
      return error.message();
    }
    return "no error";
  }

  Capabilities known_{.max_images = 100};
  WordCodec codec_;
  RequestPlan plan_;
};

TEST_F(NormaliseTest, WhatFitsStaysAsItIs) {  // [LLM-21]
  auto request = asking({showing({png()}), camera({png()})});

  auto plan = plan_request(request, "lab/m", known_);

  EXPECT_TRUE(plan.empty());
  EXPECT_FALSE(plan.needs_codec());
}

TEST_F(NormaliseTest, KnowsWhetherThereIsAnImage) {
  EXPECT_FALSE(has_images(asking({})));
  EXPECT_FALSE(has_images(asking({user_message("Hi"), camera({})})));
  EXPECT_TRUE(has_images(asking({user_message("Hi"), showing({png()})})));
  EXPECT_TRUE(has_images(asking({user_message("Hi"), camera({png()})})));
}

TEST_F(NormaliseTest, ATextNeedsNothingOfATargetWithoutImages) {  // [LLM-08]
  known_.max_images = 0;

  EXPECT_TRUE(plan_request(asking({user_message("Hi")}), "lab/m", known_).empty());
}

TEST_F(NormaliseTest, ATargetWithoutImagesIsIncapable) {  // [LLM-22] [LLM-08]
  known_.max_images = 0;

  EXPECT_THAT(refusal(asking({showing({png()})})), AllOf(HasSubstr("lab/m takes no images"), HasSubstr("has 1")));
  EXPECT_THAT(refusal(asking({showing({png(), png()}), camera({png()})})), HasSubstr("has 2"));
}

TEST_F(NormaliseTest, ATargetWithoutImagesIsToldOfThoseOfTools) {  // [LLM-22] [LLM-08]
  known_.max_images = 0;

  auto sent = normalised(asking({camera({png(), png()})}));

  EXPECT_FALSE(has_images(sent));
  EXPECT_THAT(sent.messages[0].tool_results[1].text, HasSubstr("[image left out: the model takes no images"));
}

TEST_F(NormaliseTest, TheRealTypeIsSentWithTheSameBytes) {  // [LLM-21] [LLM-02]
  Image lying{jpeg_header(10, 10), "image/png"};
  auto request = asking({showing({lying}), camera({lying})});

  auto sent = normalised(request);

  EXPECT_FALSE(plan_.needs_codec());
  EXPECT_EQ(std::get<Image>(sent.messages[0].parts[1]), (Image{lying.bytes, "image/jpeg"}));
  EXPECT_EQ(sent.messages[1].tool_results[1].images[0], (Image{lying.bytes, "image/jpeg"}));
  EXPECT_EQ(std::get<Image>(request.messages[0].parts[1]), lying);  // the caller's transcript is untouched
}

TEST_F(NormaliseTest, ImagesOfUsersAndOfToolsAreEncodedAnew) {  // [LLM-21]
  known_.max_image_edge = 100;
  auto request = asking({showing({png(200, 50), png(100, 50)}), user_message("and"), camera({png(50, 101)})});

  auto sent = normalised(request);

  EXPECT_TRUE(plan_.needs_codec());
  EXPECT_EQ(std::get<Image>(sent.messages[0].parts[1]), (Image{"image/png 0 100", "image/png"}));
  EXPECT_EQ(std::get<Image>(sent.messages[0].parts[2]), png(100, 50));
  EXPECT_EQ(&sent.messages[1], &request.messages[1]);  // shared
  EXPECT_EQ(sent.messages[2].tool_results[1].images[0], (Image{"image/png 0 100", "image/png"}));
  EXPECT_EQ(codec_.calls, 2);
}

TEST_F(NormaliseTest, GoesDownTheLadderUntilItIsLightEnough) {  // [LLM-21]
  known_.max_image_bytes = 1'000;
  codec_.light_below = 500;
  auto heavy = png(1'000, 1'000, std::string(5'000, 'x'));

  auto sent = normalised(asking({showing({heavy})}));

  EXPECT_EQ(std::get<Image>(sent.messages[0].parts[1]), (Image{"image/jpeg 70 490", "image/jpeg"}));
}

TEST_F(NormaliseTest, LeavesOutWhatAToolGaveAndCannotBeMadeLightEnough) {  // [LLM-21]
  known_.max_image_bytes = 1'000;
  codec_.light_below = 0;

  auto sent = normalised(asking({camera({png(1'000, 1'000, std::string(5'000, 'x'))})}));

  EXPECT_FALSE(has_images(sent));
  EXPECT_THAT(sent.messages[0].tool_results[1].text, HasSubstr("cannot be made smaller than 1000 bytes"));
}

TEST_F(NormaliseTest, RefusesWhatCannotBeMadeLightEnough) {  // [LLM-21]
  known_.max_image_bytes = 1'000;
  codec_.light_below = 0;

  EXPECT_THAT(refusal(asking({showing({png(1'000, 1'000, std::string(5'000, 'x'))})})),
              HasSubstr("cannot be made smaller than 1000 bytes"));
}

TEST_F(NormaliseTest, TheOldestImagesMakeRoom) {  // [LLM-23]
  known_.max_images = 2;
  auto request = asking({showing({png(1, 1)}), camera({png(2, 2), png(3, 3)}), showing({png(4, 4)})});

  auto sent = normalised(request);

  EXPECT_THAT(note_in(sent.messages[0], 1), AllOf(HasSubstr("[image left out:"), HasSubstr("at most 2 images")));
  EXPECT_THAT(sent.messages[1].tool_results[1].images, ElementsAre(png(3, 3)));
  EXPECT_THAT(sent.messages[1].tool_results[1].text, ::testing::StartsWith("click\n[image left out:"));
  EXPECT_EQ(sent.messages[1].tool_results[0].text, "noon");
  EXPECT_EQ(std::get<Image>(sent.messages[2].parts[1]), png(4, 4));
}

TEST_F(NormaliseTest, WhatMakesRoomIsNotHeldAgainstTheRequest) {  // [LLM-23]
  known_.max_images = 1;
  known_.image_types = {"image/gif"};
  Image gif{gif_header(1, 1), "image/gif"};

  auto sent = normalised(asking({showing({png()}), showing({gif})}));

  EXPECT_THAT(note_in(sent.messages[0], 1), HasSubstr("left out"));
  EXPECT_EQ(std::get<Image>(sent.messages[1].parts[1]), gif);
}

TEST_F(NormaliseTest, AUsersBombIsRefused) {  // [LLM-21]
  EXPECT_THAT(refusal(asking({showing({png(50'000, 50'000)})})), HasSubstr("50000 x 50000"));
  EXPECT_EQ(codec_.calls, 0);
}

TEST_F(NormaliseTest, AToolsBombIsANote) {  // [LLM-21]
  known_.max_images = 1;

  auto sent = normalised(asking({camera({png(1, 1), png(50'000, 50'000)})}));

  EXPECT_THAT(sent.messages[0].tool_results[1].images, ElementsAre(png(1, 1)));  // the bomb takes no room
  EXPECT_THAT(sent.messages[0].tool_results[1].text, HasSubstr("50000 x 50000"));
  EXPECT_EQ(codec_.calls, 0);
}

TEST_F(NormaliseTest, ADamagedImageOfAToolIsANoteOneOfAUserIsRefused) {  // [LLM-21]
  known_.max_image_edge = 100;
  auto damaged = png(200, 200, "damaged");

  auto sent = normalised(asking({camera({damaged, png(200, 200)})}));

  EXPECT_THAT(sent.messages[0].tool_results[1].images, ElementsAre(Image{"image/png 0 100", "image/png"}));
  EXPECT_THAT(sent.messages[0].tool_results[1].text, HasSubstr("[image left out: it cannot be read"));
  EXPECT_THAT(refusal(asking({showing({damaged})})), HasSubstr("it cannot be read"));
}

TEST_F(NormaliseTest, WithoutACodecWhatFitsIsSentAndTheRestSaysWhatToInstall) {  // [LLM-21] [LLM-22]
  auto missing = make_missing_codec("install libvips");
  known_.max_image_edge = 100;
  auto fits = asking({showing({png(100, 100)})});
  auto large = asking({showing({png(200, 200)})});

  EXPECT_TRUE(plan_request(fits, "lab/m", known_).empty());
  auto error = error_in([&] { return apply(plan_request(large, "lab/m", known_), large, *missing); });
  EXPECT_EQ(error.code(), "model.incapable");
  EXPECT_THAT(error.message(), AllOf(HasSubstr("at most 100 pixels"), HasSubstr("install libvips"),
                                     HasSubstr("image/png, 200 x 200 pixels")));
}

TEST_F(NormaliseTest, WithoutACodecAToolsImageIsANote) {  // [LLM-21]
  auto missing = make_missing_codec("/usr/lib/some.so; install libvips");
  known_.max_image_edge = 100;
  auto request = asking({camera({png(200, 200), png(100, 100)})});

  auto sent = apply(plan_request(request, "lab/m", known_), request, *missing);

  const auto& result = sent.messages[0].tool_results[1];
  EXPECT_THAT(result.images, ElementsAre(png(100, 100)));
  EXPECT_THAT(result.text, AllOf(HasSubstr("[image left out: the model takes edges of at most 100 pixels"),
                                 HasSubstr("executus doctor"), Not(HasSubstr("some.so"))));
}

}  // namespace
}  // namespace executus::llm::media
