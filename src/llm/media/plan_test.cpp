#include "llm/media/plan.hpp"

#include <gmock/gmock.h>

namespace executus::llm::media {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

ImageFacts facts(Format format, std::uint32_t width, std::uint32_t height, std::size_t bytes = 1'000) {
  return {{format, PixelSize{width, height}}, bytes, "image/png"};
}

Capabilities limits(int edge, std::size_t bytes, std::vector<std::string> types) {
  return {.max_images = 5, .max_image_bytes = bytes, .max_image_edge = edge, .image_types = std::move(types)};
}

struct Planned {
  std::string name;
  ImageFacts image;
  Capabilities target;
  Verdict verdict;
};

const std::vector<std::string> kWebTypes{"image/png", "image/jpeg", "image/gif", "image/webp"};

std::vector<Planned> plans() {
  auto png = facts(Format::png, 4'000, 3'000, 8'000'000);
  ImageFacts cut_off{{Format::png, std::nullopt}, 10, "image/png"};
  ImageFacts text{{}, 10, "image/png"};
  return {
      {"NoLimits", png, limits(0, 0, {}), Verdict::unchanged},
      {"ExactlyAtTheLimits", png, limits(4'000, 8'000'000, kWebTypes), Verdict::unchanged},
      {"OnePixelTooMany", png, limits(3'999, 0, {}), Verdict::downscale},
      {"TooHigh", facts(Format::jpeg, 10, 2'000), limits(1'568, 0, {}), Verdict::downscale},
      {"OneByteTooMany", png, limits(0, 7'999'999, {}), Verdict::byte_ladder},
      {"TooManyOfBoth", png, limits(1'568, 5'000'000, {}), Verdict::downscale},
      {"WrongFormat", facts(Format::heic, 100, 100), limits(0, 0, kWebTypes), Verdict::transcode},
      {"WrongFormatAndTooLarge", facts(Format::heic, 9'000, 100), limits(100, 10, kWebTypes), Verdict::transcode},
      {"OnlyFormatsThatCannotBeMade", facts(Format::png, 9, 9), limits(0, 0, {"image/gif"}), Verdict::unsupported},
      {"CutOffWhereTheSizeMatters", cut_off, limits(1'568, 0, {}), Verdict::downscale},
      {"CutOffWhereItDoesNot", cut_off, limits(0, 0, {}), Verdict::unchanged},
      {"NoImageForATargetThatTakesAnything", text, limits(0, 0, {}), Verdict::unchanged},
      {"NoImageForATargetThatTakesPng", text, limits(0, 0, kWebTypes), Verdict::unreadable},
      {"NoImageForATargetWithAnEdge", text, limits(1'568, 0, {}), Verdict::unreadable},
      {"BmpWhereItIsTaken", facts(Format::bmp, 9, 9), limits(0, 0, {}), Verdict::unchanged},
      {"BmpWhereItIsNot", facts(Format::bmp, 9, 9), limits(0, 0, kWebTypes), Verdict::unreadable},
      {"AllPixelsThatAreAllowed", facts(Format::png, 10'000, 10'000), limits(0, 0, {}), Verdict::unchanged},
      {"Bomb", facts(Format::png, 10'000, 10'001), limits(0, 0, {}), Verdict::bomb},
      {"BombThatOverflows32Bits", facts(Format::png, 65'536, 65'537), limits(0, 0, {}), Verdict::bomb},
  };
}

class Plan : public ::testing::TestWithParam<Planned> {};

TEST_P(Plan, ComesToTheVerdict) {  // [LLM-21] [LLM-08]
  const auto& [name, image, target, verdict] = GetParam();

  auto plan = plan_image(image, target);

  EXPECT_EQ(to_string(plan.verdict), to_string(verdict));
  bool converts = verdict == Verdict::transcode || verdict == Verdict::downscale || verdict == Verdict::byte_ladder;
  EXPECT_EQ(plan.needs_codec(), converts);
  EXPECT_EQ(plan.why.empty(), verdict == Verdict::unchanged);
  EXPECT_EQ(plan.mime.empty(), verdict != Verdict::unchanged);
}

INSTANTIATE_TEST_SUITE_P(Table, Plan, ::testing::ValuesIn(plans()), [](const auto& info) { return info.param.name; });

TEST(PlanImage, TheRealFormatWinsOverTheDeclaredOne) {  // [LLM-21]
  auto jpeg = facts(Format::jpeg, 10, 10);              // declared as PNG

  EXPECT_EQ(plan_image(jpeg, limits(0, 0, {})).mime, "image/jpeg");
  EXPECT_EQ(plan_image(jpeg, limits(0, 0, {"image/png"})).verdict, Verdict::transcode);
  EXPECT_EQ(plan_image(jpeg, limits(0, 0, {"image/jpg"})).verdict, Verdict::unchanged);
}

TEST(PlanImage, KeepsTheFormatWhereTheTargetTakesIt) {  // [LLM-21]
  auto first = [](Format format, std::vector<std::string> types) {
    return plan_image(facts(format, 4'000, 10), limits(1'000, 0, std::move(types))).ladder.at(0).format;
  };
  EXPECT_EQ(first(Format::png, kWebTypes), Format::png);
  EXPECT_EQ(first(Format::jpeg, kWebTypes), Format::jpeg);
  EXPECT_EQ(first(Format::webp, kWebTypes), Format::webp);
  EXPECT_EQ(first(Format::gif, kWebTypes), Format::png);
  EXPECT_EQ(first(Format::heic, kWebTypes), Format::jpeg);
  EXPECT_EQ(first(Format::png, {"image/jpeg"}), Format::jpeg);
  EXPECT_EQ(first(Format::jpeg, {"image/png"}), Format::png);
}

TEST(PlanImage, OneEncodingIsEnoughWhereBytesDoNotCount) {  // [LLM-21]
  EXPECT_THAT(plan_image(facts(Format::jpeg, 4'000, 10), limits(1'000, 0, {})).ladder,
              ElementsAre(Encoding{Format::jpeg, 85, 1'000}));
}

TEST(PlanImage, TheLadderGoesDownInQualityAndThenInSize) {  // [LLM-21]
  auto ladder = plan_image(facts(Format::jpeg, 1'000, 10, 9'000), limits(0, 5'000, {})).ladder;

  EXPECT_THAT(ladder, ElementsAre(Encoding{Format::jpeg, 85, 0}, Encoding{Format::jpeg, 70, 0},
                                  Encoding{Format::jpeg, 50, 0}, Encoding{Format::jpeg, 70, 700},
                                  Encoding{Format::jpeg, 70, 490}, Encoding{Format::jpeg, 70, 343}));
}

TEST(PlanImage, ADrawingBecomesAPhotographOnlyForItsBytes) {  // [LLM-21]
  auto ladder = plan_image(facts(Format::png, 4'000, 10, 9'000), limits(400, 5'000, kWebTypes)).ladder;

  EXPECT_THAT(ladder, ElementsAre(Encoding{Format::png, 0, 400}, Encoding{Format::jpeg, 85, 400},
                                  Encoding{Format::jpeg, 70, 400}, Encoding{Format::jpeg, 50, 400},
                                  Encoding{Format::jpeg, 70, 280}));
}

TEST(PlanImage, WhereOnlyPngIsTakenTheLadderIsOneOfSizes) {  // [LLM-21]
  auto plan = plan_image(facts(Format::png, 600, 10, 9'000), limits(0, 5'000, {"image/png"}));
  EXPECT_THAT(plan.ladder, ElementsAre(Encoding{Format::png, 0, 420}, Encoding{Format::png, 0, 294}));

  auto tiny = plan_image(facts(Format::png, 100, 10, 9'000), limits(0, 5'000, {"image/png"}));
  EXPECT_EQ(tiny.verdict, Verdict::unsupported);
  EXPECT_THAT(tiny.ladder, IsEmpty());
}

TEST(PlanImage, LaddersEnd) {  // [LLM-21]
  auto wide = facts(Format::png, 4'000'000'000U, 0, 9'000);
  wide.sniffed.size->height = 1;  // more than kMaxPixels: a bomb
  EXPECT_EQ(plan_image(wide, limits(0, 5'000, {})).verdict, Verdict::bomb);
  EXPECT_THAT(plan_image(facts(Format::png, 100'000'000, 1, 9'000), limits(0, 1, {})).ladder,
              SizeIs(::testing::Lt(60U)));
}

TEST(PlanImage, SaysWhyInNumbers) {
  EXPECT_THAT(plan_image(facts(Format::png, 40'000, 30'000), limits(0, 0, {})).why,
              HasSubstr("40000 x 30000 pixels; more than 100 million"));
  EXPECT_THAT(plan_image(facts(Format::heic, 10, 10), limits(0, 0, {"image/png", "image/jpeg"})).why,
              HasSubstr("image/png, image/jpeg only"));
}

}  // namespace
}  // namespace executus::llm::media
