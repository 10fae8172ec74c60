// The module itself, with real pixels.
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>

#include "llm/media/module_codec.hpp"
#include "llm/media/normalise.hpp"
#include "llm/media/sample_images_test.hpp"

namespace executus::llm::media {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Le;
using ::testing::SizeIs;
using ::testing::StartsWith;

// 1 x 1, transparent.
const std::string kGif(
    "GIF89a\x01\0\x01\0\x80\0\0\xff\xff\xff\0\0\0!\xf9\x04\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02"
    "D\x01\0;",
    43);

class VipsTest : public ::testing::Test {
 protected:
  std::string encoded(const std::string& image, Encoding how) {
    auto result = codec_->encode(image, how);
    EXPECT_TRUE(result) << result.error().message();
    return result ? std::move(*result) : "";
  }
  std::string refusal(const std::string& image, Encoding how = {Format::png, 0, 10}) {
    auto result = codec_->encode(image, how);
    return result ? "no error" : result.error().code() + ": " + result.error().message();
  }
  Image normalised(Image image, const Capabilities& known) {
    Request request;
    Message message;
    message.parts.push_back(std::move(image));
    request.messages.push_back(std::move(message));
    auto sent = apply(plan_request(request, "lab/m", known), request, *codec_);
    return std::get<Image>(sent.messages[0].parts[0]);
  }

  std::unique_ptr<ImageCodec> codec_ = make_module_codec({EXECUTUS_VIPS_MODULE});
};

TEST_F(VipsTest, Transcodes) {  // [LLM-21]
  for (Format format : {Format::png, Format::jpeg, Format::webp})
    EXPECT_EQ(sniff(encoded(noise_tiff(60, 40), {format, 80, 0})), (Sniffed{format, PixelSize{60, 40}}));
}

TEST_F(VipsTest, WhatItWritesItReads) {  // [LLM-21]
  for (Format format : {Format::png, Format::jpeg, Format::webp}) {
    auto image = encoded(noise_tiff(60, 40), {format, 80, 0});
    EXPECT_EQ(sniff(encoded(image, {Format::png, 0, 30})), (Sniffed{Format::png, PixelSize{30, 20}}));
  }
  EXPECT_EQ(sniff(encoded(kGif, {Format::png, 0, 0})), (Sniffed{Format::png, PixelSize{1, 1}}));
  EXPECT_EQ(sniff(encoded(kGif, {Format::jpeg, 80, 0})), (Sniffed{Format::jpeg, PixelSize{1, 1}}));
}

TEST_F(VipsTest, ShrinksByTheLongestEdgeAndNeverEnlarges) {  // [LLM-21]
  EXPECT_EQ(sniff(encoded(noise_tiff(400, 100), {Format::png, 0, 200})).size, (PixelSize{200, 50}));
  EXPECT_EQ(sniff(encoded(noise_tiff(100, 400), {Format::png, 0, 200})).size, (PixelSize{50, 200}));
  EXPECT_EQ(sniff(encoded(noise_tiff(40, 10), {Format::png, 0, 200})).size, (PixelSize{40, 10}));
}

TEST_F(VipsTest, LosslessIsLossless) {
  auto tiff = noise_tiff(64, 64);
  auto png = encoded(tiff, {Format::png, 0, 0});

  EXPECT_TRUE(encoded(png, {Format::png, 0, 0}) == png);
  EXPECT_GT(png.size(), 64U * 64U * 3U);
}

TEST_F(VipsTest, DamagedImagesAreErrors) {  // [LLM-21]
  auto jpeg = encoded(noise_tiff(200, 200), {Format::jpeg, 80, 0});
  auto png = encoded(noise_tiff(200, 200), {Format::png, 0, 0});

  auto webp = encoded(noise_tiff(200, 200), {Format::webp, 80, 0});

  for (const auto& whole : {jpeg, png, webp, noise_tiff(200, 200)})
    EXPECT_THAT(refusal(whole.substr(0, whole.size() / 2)), StartsWith("media.unreadable: it cannot be read ("))
        << mime_of(sniff(whole).format);
  EXPECT_THAT(refusal(png_header(10, 10)), StartsWith("media.unreadable"));
  EXPECT_THAT(refusal("no image"), StartsWith("media.unreadable"));
}

TEST_F(VipsTest, DecodesNothingThatClaimsTooMuch) {  // [LLM-21]
  // 10001 x 10000, of which no pixel is there: the header alone must be enough to refuse it.
  auto bomb = noise_tiff(1, 1);
  bomb.replace(10 + 8, 4, little(10'001, 4));
  bomb.replace(10 + 12 + 8, 4, little(10'000, 4));

  EXPECT_THAT(refusal(bomb), HasSubstr("too many pixels"));
}

TEST_F(VipsTest, ReadsNoFormatThatIsNotAPicture) {  // [LLM-21]
  EXPECT_THAT(refusal("<svg xmlns='http://www.w3.org/2000/svg' width='10' height='10'></svg>"),
              StartsWith("media.unreadable"));
  EXPECT_THAT(refusal("%PDF-1.4\n"), StartsWith("media.unreadable"));
  EXPECT_THAT(refusal("P6 1 1 255\n\xff\xff\xff"), StartsWith("media.unreadable"));
}

TEST_F(VipsTest, TheFirstModuleThatIsThereIsFound) {
  EXPECT_EQ(find_module({"/nowhere/a.so", EXECUTUS_VIPS_MODULE}).value(), EXECUTUS_VIPS_MODULE);
}

TEST_F(VipsTest, ThreadsMayShareIt) {
  auto image = noise_tiff(100, 100);
  std::vector<std::string> results(8);
  std::vector<std::thread> threads;
  for (auto& result : results)
    threads.emplace_back([&, mine = &result] { *mine = codec_->encode(image, {Format::png, 0, 50}).value(); });
  for (auto& thread : threads) thread.join();

  for (const auto& result : results) EXPECT_TRUE(result == results.front());
}

TEST_F(VipsTest, ARequestIsMadeFitForItsTarget) {  // [LLM-21]
  Capabilities known{
      .max_images = 1, .max_image_bytes = 30'000, .max_image_edge = 500, .image_types = {"image/png", "image/jpeg"}};

  auto sent = normalised({noise_tiff(800, 600), "image/png"}, known);

  EXPECT_EQ(sent.mime, "image/jpeg");
  EXPECT_THAT(sent.bytes, SizeIs(Le(30'000U)));
  auto [format, size] = sniff(sent.bytes);
  EXPECT_EQ(format, Format::jpeg);
  ASSERT_TRUE(size);
  EXPECT_LE(size->longest_edge(), 500U);
}

}  // namespace
}  // namespace executus::llm::media
