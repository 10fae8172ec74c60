#include "llm/media/cached_codec.hpp"

#include <atomic>
#include <barrier>
#include <thread>
#include <vector>

#include <gmock/gmock.h>

namespace executus::llm::media {
namespace {

constexpr Encoding kJpeg{Format::jpeg, 85, 2'000};

// Says how often it was asked and for what; fails as the image says.
class CountingCodec final : public ImageCodec {
 public:
  explicit CountingCodec(std::atomic<int>& calls) : calls_(calls) {}
  Result<std::string> encode(std::string_view image, const Encoding& how) override {
    ++calls_;
    if (image == "slow")
      for (int i = 0; i < 1'000; ++i) std::this_thread::yield();  // lets others come, if they may
    if (image == "damaged") return failed("media.unreadable", "it cannot be read");
    if (image == "unlucky") return failed("media.no_codec", "not here");
    return std::string(image) + " as " + std::string(mime_of(how.format)) + " " + std::to_string(how.quality) + " " +
           std::to_string(how.max_edge);
  }

 private:
  std::atomic<int>& calls_;
};

class CachedCodecTest : public ::testing::Test {
 protected:
  // How often the wrapped codec was asked for this one.
  int asks(std::string_view image, Encoding how = kJpeg) {
    int before = calls_;
    (void)codec_->encode(image, how);
    return calls_ - before;
  }
  void keep_at_most(std::size_t bytes) { codec_ = make_cached_codec(std::make_unique<CountingCodec>(calls_), bytes); }

  std::atomic<int> calls_ = 0;
  std::unique_ptr<ImageCodec> codec_ = make_cached_codec(std::make_unique<CountingCodec>(calls_), 1'000'000);
};

TEST_F(CachedCodecTest, EncodesAnImageOnce) {  // [LLM-21]
  auto first = codec_->encode("image", kJpeg).value();

  EXPECT_EQ(codec_->encode("image", kJpeg).value(), first);
  EXPECT_EQ(first, "image as image/jpeg 85 2000");
  EXPECT_EQ(calls_, 1);
}

TEST_F(CachedCodecTest, AnotherImageOrEncodingIsAnotherResult) {
  (void)codec_->encode("image", kJpeg);

  EXPECT_EQ(codec_->encode("imagf", kJpeg).value(), "imagf as image/jpeg 85 2000");
  EXPECT_EQ(codec_->encode("image", {Format::webp, 85, 2'000}).value(), "image as image/webp 85 2000");
  EXPECT_EQ(codec_->encode("image", {Format::jpeg, 70, 2'000}).value(), "image as image/jpeg 70 2000");
  EXPECT_EQ(codec_->encode("image", {Format::jpeg, 85, 1'000}).value(), "image as image/jpeg 85 1000");
  EXPECT_EQ(calls_, 5);
}

TEST_F(CachedCodecTest, WhatIsBrokenStaysBroken) {
  EXPECT_EQ(asks("damaged"), 1);
  EXPECT_EQ(asks("damaged"), 0);
  EXPECT_EQ(codec_->encode("damaged", kJpeg).error().code(), "media.unreadable");
}

TEST_F(CachedCodecTest, WhatThisMachineCannotDoIsAskedAgain) {
  EXPECT_EQ(asks("unlucky"), 1);
  EXPECT_EQ(asks("unlucky"), 1);
}

TEST_F(CachedCodecTest, WhatWasNotUsedForLongestMakesRoom) {
  keep_at_most(8'000);
  const std::string a(3'000, 'a'), b(3'000, 'b'), c(3'000, 'c');
  (void)asks(a);
  (void)asks(b);
  EXPECT_EQ(asks(a), 0);

  EXPECT_EQ(asks(c), 1);

  EXPECT_EQ(asks(a), 0);
  EXPECT_EQ(asks(c), 0);
  EXPECT_EQ(asks(b), 1);
}

TEST_F(CachedCodecTest, WhatIsTooLargeIsNotKeptAndMakesNobodyGo) {
  keep_at_most(8'000);
  const std::string huge(9'000, 'h');
  (void)asks("small");

  EXPECT_EQ(asks(huge), 1);

  EXPECT_EQ(asks(huge), 1);
  EXPECT_EQ(asks("small"), 0);
}

TEST_F(CachedCodecTest, FailuresAreBoundedToo) {
  keep_at_most(2'000);
  (void)asks("image");
  for (int i = 0; i < 4; ++i) (void)codec_->encode("unlucky", {Format::jpeg, 50 + i, 0});

  EXPECT_EQ(asks("image"), 1);
}

TEST_F(CachedCodecTest, ThreadsThatWantTheSameGetOneResult) {
  std::barrier all(8);
  std::vector<std::string> results(8);
  std::vector<std::thread> threads;
  for (auto& result : results)
    threads.emplace_back([&, mine = &result] {
      all.arrive_and_wait();
      *mine = codec_->encode("slow", kJpeg).value();
    });
  for (auto& thread : threads) thread.join();

  EXPECT_THAT(results, ::testing::Each("slow as image/jpeg 85 2000"));
  EXPECT_EQ(calls_, 1);
}

}  // namespace
}  // namespace executus::llm::media
