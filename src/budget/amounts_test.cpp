// Amounts that people write.
#include <limits>

#include <gtest/gtest.h>

#include <executus/run/spending_limits.hpp>

namespace executus::budget {
namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity();
constexpr double kNotANumber = std::numeric_limits<double>::quiet_NaN();

TEST(SpendableAmounts, AreRoundedToWholeUnits) {
  EXPECT_EQ(spendable_seconds(0.0015).value(), Milliseconds(2));
  EXPECT_EQ(spendable_dollars(1.5).value().count, 1'500'000'000);
  EXPECT_EQ(spendable_dollars(0).value().count, 0);
  EXPECT_EQ(spendable_tokens(2e5).value(), 200'000);
}

TEST(SpendableAmounts, RefuseWhatIsNoAmount) {  // [BUD-05]
  for (double bad : {kInfinite, -kInfinite, kNotANumber, -0.01, 1e300}) {
    for (const auto& error : {spendable_seconds(bad).ok(), spendable_dollars(bad).ok(), spendable_tokens(bad).ok()})
      EXPECT_FALSE(error) << bad;
    EXPECT_EQ(spendable_dollars(bad).error().code(), "budget.amount");
  }
}

}  // namespace
}  // namespace executus::budget
