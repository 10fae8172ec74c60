#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/fanout/order.hpp>

namespace executus::fanout {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::size_t> all_that_begin(Order& order) {
  std::vector<std::size_t> begun;
  while (auto item = order.next()) begun.push_back(*item);
  return begun;
}

TEST(FanoutOrder, BeginsAllAtOnceWhenUnbounded) {  // [COR-11]
  Order order({"", "", ""}, {});

  EXPECT_THAT(all_that_begin(order), ElementsAre(0, 1, 2));
  EXPECT_EQ(order.running(), 3u);
}

TEST(FanoutOrder, BeginsNoMoreThanAtOnceAllowed) {  // [COR-11]
  Order order({"", "", "", ""}, {.max_concurrent = 2});
  EXPECT_THAT(all_that_begin(order), ElementsAre(0, 1));

  order.ended(1);
  EXPECT_THAT(all_that_begin(order), ElementsAre(2));
  order.ended(0);
  order.ended(2);
  EXPECT_THAT(all_that_begin(order), ElementsAre(3));
}

TEST(FanoutOrder, PassesByItemsWhoseKeyIsFull) {  // [COR-11]
  Order order({"a", "a", "a", "b", "a", "b"}, {.per_key = {{"a", 1}}});
  EXPECT_THAT(all_that_begin(order), ElementsAre(0, 3, 5)) << "b has no bound of its own";

  order.ended(0);
  EXPECT_THAT(all_that_begin(order), ElementsAre(1));
  EXPECT_THAT(all_that_begin(order), IsEmpty());
}

TEST(FanoutOrder, HoldsBothBounds) {  // [COR-11]
  Order order({"a", "a", "a", "b", "b"}, {.max_concurrent = 2, .per_key = {{"a", 1}, {"b", 0}}});
  EXPECT_THAT(all_that_begin(order), ElementsAre(0, 3));

  order.ended(3);
  EXPECT_THAT(all_that_begin(order), ElementsAre(4));
  order.ended(0);
  EXPECT_THAT(all_that_begin(order), ElementsAre(1));
}

TEST(FanoutOrder, GivesAPlaceBackOfAKeyThatWasNotFull) {
  Order order({"a", "a", "a", "a"}, {.max_concurrent = 1, .per_key = {{"a", 2}}});
  for (std::size_t item = 0; item < 4; ++item) {
    EXPECT_THAT(all_that_begin(order), ElementsAre(item));
    order.ended(item);
  }
  EXPECT_EQ(order.running(), 0u);
}

}  // namespace
}  // namespace executus::fanout
