#include "llm/media/sniff.hpp"

#include <algorithm>
#include <vector>

#include <gmock/gmock.h>

#include "llm/media/sample_images_test.hpp"

namespace executus::llm::media {
namespace {

struct Sample {
  std::string name;
  std::string bytes;
  Sniffed expected;
};

std::vector<Sample> samples() {
  constexpr PixelSize size{640, 480};
  auto sample = [&](std::string name, std::string bytes, Format format) {
    return Sample{std::move(name), std::move(bytes), {format, size}};
  };
  return {sample("png", png_header(640, 480), Format::png),
          sample("baseline jpeg", jpeg_header(640, 480), Format::jpeg),
          sample("progressive jpeg", jpeg_header(640, 480, '\xc2'), Format::jpeg),
          sample("gif", gif_header(640, 480), Format::gif),
          sample("lossy webp", webp_lossy(640, 480), Format::webp),
          sample("lossless webp", webp_lossless(640, 480), Format::webp),
          sample("extended webp", webp_extended(640, 480), Format::webp),
          sample("bmp", bmp_header(640, 480), Format::bmp),
          sample("top-down bmp", bmp_header(640, static_cast<std::uint32_t>(-480)), Format::bmp),
          sample("old bmp", bmp_header(640, 480, 12), Format::bmp),
          sample("tiff of Intel", tiff_little(640, 480), Format::tiff),
          sample("tiff of Motorola", tiff_big(640, 480), Format::tiff),
          sample("avif", iso_file("avif", 640, 480), Format::avif),
          sample("heic", iso_file("heic", 640, 480), Format::heic)};
}

class Sniffs : public ::testing::TestWithParam<Sample> {};

TEST_P(Sniffs, FormatAndSize) {  // [LLM-21]
  EXPECT_EQ(sniff(GetParam().bytes), GetParam().expected);
  EXPECT_EQ(sniff(GetParam().bytes + std::string(100, 'x')), GetParam().expected);
}

// Wherever it is cut off it says nothing or the truth, and what it once knew it does not forget.
TEST_P(Sniffs, NothingWrongInAHeaderThatIsCutOff) {  // [LLM-21]
  const auto& [name, bytes, expected] = GetParam();
  bool has_thumbnail = expected.format == Format::avif || expected.format == Format::heic;
  Sniffed before;
  for (std::size_t length = 0; length <= bytes.size(); ++length) {
    auto prefix = std::string(bytes, 0, length);
    prefix.shrink_to_fit();  // so that a sanitizer sees what is read behind it
    auto now = sniff(prefix);
    if (now.format != Format::unknown || before.format != Format::unknown)
      EXPECT_EQ(now.format, expected.format) << length;
    if (now.size && !has_thumbnail) EXPECT_EQ(now.size, expected.size) << length;
    before = now;
  }
  EXPECT_EQ(before, expected);
}

TEST_P(Sniffs, AnythingThatIsMadeOfAHeader) {  // [LLM-21]
  std::uint32_t state = 1;
  auto next = [&] { return state = state * 1'664'525U + 1'013'904'223U; };
  for (int round = 0; round < 5'000; ++round) {
    auto bytes = GetParam().bytes;
    for (int change = 0; change < 3; ++change) bytes[next() % bytes.size()] = static_cast<char>(next() >> 24U);
    auto found = sniff(bytes);
    EXPECT_TRUE(!found.size || found.size->pixels() > 0);
  }
}

INSTANTIATE_TEST_SUITE_P(Formats, Sniffs, ::testing::ValuesIn(samples()), [](const auto& info) {
  auto name = info.param.name;
  std::ranges::replace_if(name, [](char letter) { return letter == ' ' || letter == '-'; }, '_');
  return name;
});

TEST(Sniff, KnowsWhatIsNoImage) {  // [LLM-21]
  using std::string_view_literals::operator""sv;
  for (auto bytes :
       {""sv, "B"sv, "BM: a text that begins like a bitmap"sv, "<svg/>"sv, "%PDF-1.7"sv, "RIFF....WAVEfmt "sv,
        "\0\0\0\x18"
        "ftypisom\0\0\0\0mp42"sv,
        "II\x2a"sv})
    EXPECT_EQ(sniff(bytes), Sniffed{}) << bytes;
}

TEST(Sniff, HeadersThatLieSayNoSize) {  // [LLM-21]
  EXPECT_EQ(sniff(png_header(0, 480)).size, std::nullopt);
  EXPECT_EQ(sniff(std::string("II\x2a\0\xff\xff\xff\xff", 8)), (Sniffed{Format::tiff, std::nullopt}));
  EXPECT_EQ(sniff("\xff\xd8\xff\xda"), (Sniffed{Format::jpeg, std::nullopt}));  // pixels without a frame
  EXPECT_EQ(sniff("\xff\xd8" + std::string(10'000, '\xff')), (Sniffed{Format::jpeg, std::nullopt}));
}

TEST(Sniff, NamesOfFormats) {
  EXPECT_EQ(format_of("image/JPG"), Format::jpeg);
  EXPECT_EQ(format_of("image/webp"), Format::webp);
  EXPECT_EQ(format_of("text/plain"), Format::unknown);
  EXPECT_EQ(mime_of(Format::avif), "image/avif");
  EXPECT_EQ(mime_of(Format::unknown), "");
}

}  // namespace
}  // namespace executus::llm::media
