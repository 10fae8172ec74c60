#include "net/client/time_limits.hpp"

#include <gtest/gtest.h>

namespace executus::net {
namespace {

constexpr MonoTime at(int milliseconds) { return MonoTime(Milliseconds(milliseconds)); }

TEST(TimeLimits, OfARequestRunFromItsBeginning) {
  TimeLimits limits(at(100), Milliseconds(50), std::nullopt);
  limits.heard(at(140));

  EXPECT_EQ(limits.deadline(), at(150));
  EXPECT_FALSE(limits.is_silence());
}

TEST(TimeLimits, OfSilenceBeginAnewWithEveryByte) {
  TimeLimits limits(at(100), std::nullopt, Milliseconds(50));
  EXPECT_EQ(limits.deadline(), at(150));

  limits.heard(at(140));
  limits.heard(at(180));

  EXPECT_EQ(limits.deadline(), at(230));
  EXPECT_TRUE(limits.is_silence());
}

TEST(TimeLimits, EndWithTheFirstOfThem) {
  TimeLimits limits(at(0), Milliseconds(100), Milliseconds(70));
  EXPECT_EQ(limits.deadline(), at(70));

  limits.heard(at(60));

  EXPECT_EQ(limits.deadline(), at(100));
  EXPECT_FALSE(limits.is_silence());
}

TEST(TimeLimits, MayBeNone) {
  TimeLimits none(at(0), std::nullopt, std::nullopt);
  TimeLimits endless(at(5), Milliseconds::max(), Milliseconds::max());

  EXPECT_EQ(none.deadline(), MonoTime::max());
  EXPECT_EQ(endless.deadline(), MonoTime::max());
  EXPECT_FALSE(none.is_silence());
}

}  // namespace
}  // namespace executus::net
