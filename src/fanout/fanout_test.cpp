#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/async/timing.hpp>
#include <executus/fanout/fanout.hpp>
#include <executus/testing/manual_loop.hpp>

namespace executus::fanout {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::ManualLoop;

// What an item does: it waits so long, then it fails or is its number.
struct Job {
  int number = 0;
  Milliseconds takes{0};
  bool fails = false;
  std::string key = {};
};

struct Seen {
  std::vector<int> begun = {};
  int running = 0;
  int most = 0;
};

Task<int> carry_out_job(const Job& job, Seen& seen) {
  seen.begun.push_back(job.number);
  seen.most = std::max(seen.most, ++seen.running);
  if (job.takes > Milliseconds(0)) co_await sleep_for(job.takes);
  --seen.running;
  if (job.fails) throw failed("job.broken", "job " + std::to_string(job.number) + " is broken");
  co_return job.number;
}

auto with(Seen& seen) {
  return [&seen](const Job& job) { return carry_out_job(job, seen); };
}

std::vector<std::string> words(const std::vector<Result<int>>& results) {
  std::vector<std::string> all;
  for (const auto& result : results) all.push_back(result ? std::to_string(*result) : result.error().code());
  return all;
}

TEST(Fanout, GivesResultsInTheOrderOfTheItems) {  // [COR-12]
  ManualLoop loop;
  Seen seen;
  std::vector<Job> jobs{{1, Milliseconds(30)}, {2, Milliseconds(10)}, {3, Milliseconds(20)}};

  auto results = loop.run(run(jobs, {}, with(seen)));

  EXPECT_THAT(words(results), ElementsAre("1", "2", "3"));
  EXPECT_EQ(seen.most, 3);
}

TEST(Fanout, OfNothingIsOverAtOnce) {
  ManualLoop loop;
  Seen seen;
  EXPECT_THAT(loop.run(run(std::vector<Job>{}, {}, with(seen))), IsEmpty());
}

TEST(Fanout, KeepsTheErrorOfAnItemInItsPlace) {  // [COR-12]
  ManualLoop loop;
  Seen seen;
  std::vector<Job> jobs{{1}, {2, Milliseconds(5), true}, {3, Milliseconds(10)}};

  auto results = loop.run(run(jobs, {}, with(seen)));

  EXPECT_THAT(words(results), ElementsAre("1", "job.broken", "3"));
}

TEST(Fanout, RunsNoMoreAtOnceThanItsBounds) {  // [COR-11]
  ManualLoop loop;
  Seen seen;
  std::vector<Job> jobs(7, Job{.takes = Milliseconds(5)});

  loop.run(run(jobs, {.bounds = {.max_concurrent = 3}}, with(seen)));

  EXPECT_EQ(seen.most, 3);
  EXPECT_EQ(seen.begun.size(), 7u);
}

TEST(Fanout, TakesTheKeyOfAnItemFromItsFunction) {  // [COR-11]
  ManualLoop loop;
  Seen seen;
  std::vector<Job> jobs{{1, Milliseconds(5), false, "slow"}, {2, Milliseconds(5), false, "slow"}, {3, Milliseconds(5)}};
  Options<Job> options{.bounds = {.per_key = {{"slow", 1}}}, .key = [](const Job& job) { return job.key; }};

  loop.run(run(jobs, options, with(seen)));

  EXPECT_THAT(seen.begun, ElementsAre(1, 3, 2));
}

TEST(Fanout, GoesThroughManyItemsThatNeverWait) {
  ManualLoop loop;
  Seen seen;
  std::vector<Job> jobs(20'000);

  auto results = loop.run(run(jobs, {.bounds = {.max_concurrent = 4}}, with(seen)));

  EXPECT_EQ(results.size(), 20'000u);
}

TEST(Fanout, BeginsNoFurtherItemAfterAFailureThatStopsIt) {
  ManualLoop loop;
  Seen seen;
  std::vector<Job> jobs{{1, Milliseconds(30)}, {2, Milliseconds(10), true}, {3}, {4}};
  Options<Job> options{.bounds = {.max_concurrent = 2}, .on_failure = OnFailure::stop};

  auto results = loop.run(run(jobs, options, with(seen)));

  EXPECT_THAT(words(results), ElementsAre("1", "job.broken", "fanout.not_begun", "fanout.not_begun"))
      << "what had begun is not lost";
  EXPECT_THAT(results[2].error().message(), HasSubstr("item 1 failed before it (counted from 0): job 2 is broken"));
  EXPECT_THAT(seen.begun, ElementsAre(1, 2));
}

Task<void> cancelled_after(Milliseconds time, std::vector<Job> jobs, Seen& seen, std::vector<Result<int>>& results) {
  auto context = co_await this_task();
  CancelScope scope(*context.scope);
  Deadline deadline({context.strand, &scope}, scope, context.strand->loop().clock().mono() + time, "test");
  Options<Job> options{.bounds = {.max_concurrent = 2}};
  results = co_await run(std::move(jobs), std::move(options), with(seen)).in({context.strand, &scope});
}

TEST(Fanout, CancelledItBeginsNoFurtherItemAndKeepsWhatWasDone) {  // [COR-13]
  ManualLoop loop;
  Seen seen;
  std::vector<Result<int>> results;
  std::vector<Job> jobs{{1, Milliseconds(5)}, {2, Milliseconds(30)}, {3, Milliseconds(30)}, {4}};

  loop.run(cancelled_after(Milliseconds(10), jobs, seen, results));

  EXPECT_THAT(seen.begun, ElementsAre(1, 2, 3));
  ASSERT_EQ(results.size(), 4u);
  EXPECT_EQ(*results[0], 1);
  for (std::size_t item : {1, 2, 3}) EXPECT_EQ(results[item].error().code(), Cancelled({Cause::deadline, ""}).code());
}

TEST(Fanout, TakesAFunctionThatThrowsBeforeItHasMadeATask) {  // [COR-12]
  ManualLoop loop;
  auto results =
      loop.run(run(std::vector<int>{1}, {}, [](const int&) -> Task<int> { throw std::runtime_error("no"); }));
  EXPECT_THAT(words(results), ElementsAre("internal"));
}

}  // namespace
}  // namespace executus::fanout
