#include "lane/pool.hpp"

#include <gmock/gmock.h>

namespace executus::lane {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

constexpr MonoTime kNow{std::chrono::hours(1)};

JobId running(Pool& pool, std::string user) {
  auto [id, admission] = pool.admit({std::move(user)});
  EXPECT_EQ(admission, Pool::Admission::running);
  return id;
}

JobId queued(Pool& pool, std::string user, int priority = 0) {
  auto [id, admission] = pool.admit({std::move(user), priority});
  EXPECT_EQ(admission, Pool::Admission::queued);
  return id;
}

TEST(Pool, FillsAPlaceInTheStepThatFreesIt) {  // [COR-10]
  Pool pool(1);
  auto first = running(pool, "ann");
  auto second = queued(pool, "ann");
  auto third = queued(pool, "bob");

  EXPECT_EQ(pool.leave(first, kNow), second);
  EXPECT_EQ(pool.stats(kNow).running, 1u);
  EXPECT_EQ(pool.admit({"cyd"}).admission, Pool::Admission::queued) << "who comes later waits";
  EXPECT_EQ(pool.leave(second, kNow), third);
}

TEST(Pool, LeavingTwiceFreesOnePlace) {  // [COR-10]
  Pool pool(1);
  auto first = running(pool, "ann");
  auto second = queued(pool, "ann");
  queued(pool, "ann");
  EXPECT_EQ(pool.leave(first, kNow), second);
  EXPECT_EQ(pool.leave(first, kNow), std::nullopt);
  EXPECT_EQ(pool.stats(kNow).done, 1u);
}

TEST(Pool, ALeaverOfTheLineFreesNoPlace) {  // [COR-07]
  Pool pool(1);
  auto first = running(pool, "ann");
  auto second = queued(pool, "ann");
  auto third = queued(pool, "ann");
  EXPECT_EQ(pool.leave(second, kNow), std::nullopt);
  EXPECT_FALSE(pool.cancel(first)) << "it runs";
  EXPECT_FALSE(pool.cancel(second)) << "it left";
  EXPECT_EQ(pool.stats(kNow).done, 0u);
  EXPECT_EQ(pool.leave(first, kNow), third);
}

TEST(Pool, GrowsAtOnceAndShrinksAsJobsEnd) {  // [COR-09]
  Pool pool(1);
  auto a = running(pool, "ann");
  auto b = queued(pool, "ann"), c = queued(pool, "ann"), d = queued(pool, "ann");

  EXPECT_THAT(pool.resize(3), ElementsAre(b, c));
  EXPECT_THAT(pool.resize(1), IsEmpty());
  EXPECT_EQ(pool.stats(kNow).running, 3u);
  EXPECT_EQ(pool.leave(a, kNow), std::nullopt);
  EXPECT_EQ(pool.leave(b, kNow), std::nullopt);
  EXPECT_EQ(pool.leave(c, kNow), d);
}

TEST(Pool, StartsNothingWhileItHasNoPlaces) {  // [COR-09]
  Pool pool(0);
  auto a = queued(pool, "ann");
  EXPECT_EQ(pool.stats(kNow).eta, std::nullopt);
  EXPECT_THAT(pool.resize(2), ElementsAre(a));
}

TEST(Pool, TellsWhoHasHowMuch) {  // [COR-08]
  Pool pool(2);
  auto first = running(pool, "ann");
  running(pool, "bob");
  queued(pool, "bob");
  queued(pool, "cyd");

  auto stats = pool.stats(kNow);
  EXPECT_EQ(stats.queued, 2u);
  EXPECT_EQ(stats.running, 2u);
  EXPECT_THAT(stats.by_user,
              ElementsAre(Pair("ann", UserLoad{0, 1}), Pair("bob", UserLoad{1, 1}), Pair("cyd", UserLoad{1, 0})));

  (void)pool.leave(first, kNow);
  stats = pool.stats(kNow);
  EXPECT_EQ(stats.done, 1u);
  EXPECT_EQ(stats.throughput_1m, 1u);
  EXPECT_THAT(stats.by_user, ElementsAre(Pair("bob", UserLoad{0, 2}), Pair("cyd", UserLoad{1, 0})))
      << "who has nothing here is not remembered";
}

TEST(Pool, GuessesWhenAJobThatComesNowWouldStart) {  // [COR-08]
  Pool pool(1);
  EXPECT_EQ(pool.stats(kNow).eta, Milliseconds(0)) << "at once";
  auto job = running(pool, "ann");
  EXPECT_EQ(pool.stats(kNow).eta, std::nullopt) << "nothing has ended yet";
  queued(pool, "ann");
  queued(pool, "ann");
  for (int second = 0; second < 10; ++second) {
    auto next = pool.leave(job, kNow + std::chrono::seconds(second));
    queued(pool, "ann");
    job = *next;
  }
  EXPECT_EQ(pool.stats(kNow + std::chrono::seconds(10)).eta, Milliseconds(3'000)) << "one runs, two wait, one a second";
}

TEST(Pool, DropsTheLineAndKeepsWhatRuns) {  // [COR-10]
  Pool pool(1);
  auto first = running(pool, "ann");
  auto second = queued(pool, "ann"), third = queued(pool, "bob");
  EXPECT_THAT(pool.drop_queued(), ElementsAre(second, third));
  EXPECT_EQ(pool.leave(first, kNow), std::nullopt);
  EXPECT_THAT(pool.stats(kNow).by_user, IsEmpty());
}

}  // namespace
}  // namespace executus::lane
