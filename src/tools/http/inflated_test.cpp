#include "tools/http/inflated.hpp"

#include "tools/http/inflated_test.hpp"

namespace executus::tools {
namespace {

using End = Inflated::End;

constexpr std::size_t kLimit = 1 << 20;

const std::string kText = "to pay: " + std::string(200'000, '1') + " EUR";

TEST(Inflated, IsWhatWasPacked) {
  for (auto [encoding, frame] :
       {std::pair("gzip", 31), {" GZIP ", 31}, {"x-gzip", 31}, {"deflate", 15}, {"deflate", -15}}) {
    auto result = inflated(packed(kText, frame), encoding, kLimit);
    EXPECT_EQ(result.body, kText) << encoding;
    EXPECT_EQ(result.end, End::reached) << encoding;
  }
  EXPECT_EQ(inflated(packed("a", 31) + packed("b", 31), "gzip", kLimit).body, "ab") << "a file of two";
  EXPECT_EQ(inflated("as it is", "", kLimit).body, "as it is");
  EXPECT_EQ(inflated("as it is", "identity", kLimit).body, "as it is");
  EXPECT_EQ(inflated("", "gzip", kLimit).end, End::reached) << "no body, packed or not";
}

TEST(Inflated, KnowsThatTheEndIsMissing) {
  for (auto [encoding, frame] : {std::pair("gzip", 31), {"deflate", 15}, {"deflate", -15}}) {
    auto whole = packed(kText, frame);
    for (std::size_t size = 1; size < whole.size(); ++size)
      ASSERT_EQ(inflated(whole.substr(0, size), encoding, kLimit).end, End::cut) << encoding << " " << size;
  }
  EXPECT_EQ(inflated(packed("a", 31) + packed("b", 31).substr(0, 12), "gzip", kLimit).end, End::cut);
}

TEST(Inflated, StopsAtItsLimit) {
  auto result = inflated(packed(std::string(5'000'000, 'x'), 31), "gzip", kLimit);
  EXPECT_EQ(result.end, End::over_limit);
  EXPECT_EQ(result.body.size(), kLimit);
}

TEST(Inflated, RefusesWhatItCannotRead) {
  EXPECT_EQ(inflated("no gzip at all", "gzip", kLimit).end, End::broken);
  EXPECT_EQ(inflated("abc", "br", kLimit).end, End::not_understood);
  auto wrong = packed(kText, 31);
  wrong[wrong.size() - 6] ^= 1;  // of its checksum
  EXPECT_EQ(inflated(wrong, "gzip", kLimit).end, End::broken);
}

}  // namespace
}  // namespace executus::tools
