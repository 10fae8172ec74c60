#include "lane/fair_queue.hpp"

#include <map>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace executus::lane {
namespace {

std::vector<JobId> order_of(FairQueue queue) {
  std::vector<JobId> order;
  while (auto next = queue.pop()) order.push_back(*next);
  return order;
}

// "ann:2 bob": two jobs, ids from 1, ann's with priority 2.
FairQueue queue_of(const std::string& jobs) {
  FairQueue queue;
  std::istringstream words(jobs);
  JobId id = 0;
  for (std::string word; words >> word;) {
    auto colon = word.find(':');
    int priority = colon == std::string::npos ? 0 : std::stoi(word.substr(colon + 1));
    queue.push(++id, {word.substr(0, colon), priority});
  }
  return queue;
}

struct FairQueueRow {
  const char* what;
  const char* jobs;
  std::vector<JobId> order;
};

void PrintTo(const FairQueueRow& row, std::ostream* out) { *out << row.what; }

class FairQueueTable : public ::testing::TestWithParam<FairQueueRow> {};

TEST_P(FairQueueTable, StartsJobsInThisOrder) {  // [COR-05] [COR-06]
  EXPECT_EQ(order_of(queue_of(GetParam().jobs)), GetParam().order);
}

INSTANTIATE_TEST_SUITE_P(
    Orders, FairQueueTable,
    ::testing::Values(FairQueueRow{"nothing", "", {}},
                      FairQueueRow{"one user: the older first", "ann ann ann", {1, 2, 3}},
                      FairQueueRow{"users take turns", "ann ann ann bob bob cyd", {1, 4, 6, 2, 5, 3}},
                      FairQueueRow{"priority within a user", "ann:0 ann:5 ann:1 ann:5", {2, 4, 3, 1}},
                      FairQueueRow{"priority gets nobody before another user", "ann bob:99 bob:100", {1, 3, 2}},
                      FairQueueRow{"negative priorities come last", "ann:-1 ann ann:-2", {2, 1, 3}}));

TEST(FairQueue, AUserWithAThousandJobsDelaysAnotherByOneTurn) {  // [COR-05]
  FairQueue queue;
  for (JobId id = 1; id <= 1'000; ++id) queue.push(id, {"ann"});
  queue.push(1'001, {"bob"});
  EXPECT_EQ(queue.position(1'001), 2u);
  EXPECT_EQ(queue.pop(), 1u);
  EXPECT_EQ(queue.pop(), 1'001u);
}

TEST(FairQueue, WhoComesBackTakesTheLastTurn) {  // [COR-05]
  auto queue = queue_of("ann bob bob");
  EXPECT_EQ(queue.pop(), 1u);
  queue.push(4, {"ann"});
  EXPECT_EQ(queue.pop(), 2u);
  EXPECT_EQ(queue.pop(), 4u);
}

TEST(FairQueue, ErasingUsesUpNoTurn) {  // [COR-07] [COR-05]
  auto queue = queue_of("ann ann bob cyd cyd");
  EXPECT_TRUE(queue.erase(1));
  EXPECT_FALSE(queue.erase(1));
  EXPECT_TRUE(queue.erase(3));
  EXPECT_EQ(queue.size(), 3u);
  EXPECT_EQ(queue.position(3), 0u);
  EXPECT_EQ(queue.pop(), 2u) << "still ann's turn";
  EXPECT_EQ(queue.pop(), 4u) << "bob has nothing any more";
  EXPECT_EQ(queue.pop(), 5u);
  EXPECT_TRUE(queue.empty());
}

TEST(FairQueue, AJobsPositionIsWhenItComes) {  // [COR-03]
  std::mt19937 random(4);
  for (int round = 0; round < 200; ++round) {
    FairQueue queue;
    for (JobId id = 1; id <= 30; ++id) {
      queue.push(id, {std::string(1, static_cast<char>('a' + random() % 4)), static_cast<int>(random() % 3)});
      if (random() % 4 == 0) (void)queue.pop();
      if (random() % 4 == 0) queue.erase(random() % id + 1);
    }
    std::map<JobId, std::size_t> expected;
    for (JobId id = 1; id <= 30; ++id) expected[id] = queue.position(id);
    std::size_t turn = 0;
    while (auto next = queue.pop()) EXPECT_EQ(expected[*next], ++turn);
  }
}

}  // namespace
}  // namespace executus::lane
