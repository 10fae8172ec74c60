// What every ScheduleStore does, as tests. A store's own test includes this once and says how one is made:
//   INSTANTIATE_TEST_SUITE_P(Memory, ScheduleStoreSuite, Values([] { return std::make_unique<MemorySchedules>(); }));
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/async/root_group.hpp>
#include <executus/schedule/store.hpp>

namespace executus::schedule {

class ScheduleStoreSuite : public ::testing::TestWithParam<std::function<std::unique_ptr<ScheduleStore>()>> {
 protected:
  template <class T>
  T run(Task<T> task) {
    return block_on(*loop_, std::move(task));
  }
  static WallTime minute(int n) { return WallTime(std::chrono::minutes(28'000'000 + n)); }
  static Job open_at(std::string id, WallTime next) {
    Job job;
    job.id = std::move(id);
    job.plan.cron = "0 9 * * *";
    job.next = job.fires_at = next;
    return job;
  }
  // Everything there is to keep.
  static Job full() {
    Job job = open_at("full \"job\" \xc3\xa4", minute(7));
    job.source = "/srv/agents";
    job.plan = {"0 9 * * *", "Europe/Berlin", Misfire::run_all, Overlap::queue, std::chrono::seconds(90)};
    job.since = minute(1);
    job.fires_at = minute(7) + Milliseconds(1'234);
    job.held = true;
    job.failures = 3;
    job.trouble = "away";
    job.hold_until = minute(9) + Milliseconds(1);
    job.last_run = "run-1";
    job.last = Firing{minute(5), minute(6), "run-1", ""};
    job.skipped = Skipped{minute(2), minute(4), 2, "missed"};
    job.revision = 1;
    return job;
  }
  Job found(const std::string& id) { return run(store_->find(id)).value(); }
  std::vector<std::string> due_until(WallTime now) {
    std::vector<std::string> ids;
    for (const auto& job : run(store_->due(now))) ids.push_back(job.id);
    return ids;
  }

  std::unique_ptr<Loop> loop_ = make_loop(1);
  std::unique_ptr<ScheduleStore> store_ = GetParam()();
};

TEST_P(ScheduleStoreSuite, KeepsAJobWhole) {  // [SCH-01]
  ASSERT_TRUE(run(store_->add(full())));
  EXPECT_EQ(found(full().id), full());
  auto closed = full();
  closed.next.reset();
  closed.paused = minute(11);
  closed.last = Firing{minute(7), minute(8), "", "refused"};
  closed.skipped.reset();
  closed.hold_until.reset();
  ASSERT_TRUE(run(store_->replace(closed)));
  closed.revision = 2;
  EXPECT_EQ(found(full().id), closed);
  EXPECT_FALSE(run(store_->find("another")));
}

TEST_P(ScheduleStoreSuite, HasOneJobOfAnId) {
  ASSERT_TRUE(run(store_->add(open_at("a", minute(1)))));
  EXPECT_FALSE(run(store_->add(open_at("a", minute(2)))));
  EXPECT_EQ(found("a").next, minute(1));
}

TEST_P(ScheduleStoreSuite, LetsOneOfTwoChangeAJob) {  // [SCH-08]
  ASSERT_TRUE(run(store_->add(open_at("a", minute(1)))));
  auto mine = found("a"), theirs = mine;
  mine.next = minute(2);
  theirs.next = minute(3);
  EXPECT_TRUE(run(store_->replace(mine)));
  EXPECT_FALSE(run(store_->replace(theirs)));
  EXPECT_EQ(found("a").next, minute(2));
  EXPECT_FALSE(run(store_->replace(open_at("never added", minute(1)))));
}

TEST_P(ScheduleStoreSuite, ListsWhatIsDueTheEarliestFirst) {  // [SCH-01]
  auto later_job = open_at("a", minute(5)), held_back = open_at("b", minute(1)), paused = open_at("c", minute(1));
  held_back.hold_until = minute(7);
  paused.paused = minute(1);
  auto closed = open_at("d", minute(1));
  closed.next.reset();
  for (const auto& job : {later_job, held_back, paused, closed, open_at("e", minute(3))})
    ASSERT_TRUE(run(store_->add(job)));
  EXPECT_THAT(due_until(minute(3) - Milliseconds(1)), ::testing::IsEmpty());
  EXPECT_THAT(due_until(minute(3)), ::testing::ElementsAre("e"));
  EXPECT_THAT(due_until(minute(7)), ::testing::ElementsAre("e", "a", "b"));
}

TEST_P(ScheduleStoreSuite, SaysWhenToLookNext) {
  EXPECT_FALSE(run(store_->next_look(minute(0))));
  auto held_back = open_at("b", minute(1)), paused = open_at("c", minute(2));
  held_back.hold_until = minute(7);
  paused.paused = minute(1);
  for (const auto& job : {open_at("a", minute(5)), held_back, paused}) ASSERT_TRUE(run(store_->add(job)));
  EXPECT_EQ(run(store_->next_look(minute(0))), minute(5));
  EXPECT_EQ(run(store_->next_look(minute(5))), minute(7)) << "what is due then is not told again";
  EXPECT_FALSE(run(store_->next_look(minute(7))));
}

// A mark moves the job and what is looked for together.
TEST_P(ScheduleStoreSuite, LooksForWhatAJobSays) {  // [STO-05]
  ASSERT_TRUE(run(store_->add(open_at("a", minute(1)))));
  auto job = found("a");
  job.next = job.fires_at = minute(4);
  ASSERT_TRUE(run(store_->replace(job)));
  EXPECT_THAT(due_until(minute(3)), ::testing::IsEmpty());
  EXPECT_EQ(run(store_->next_look(minute(0))), minute(4));
  job.revision = 1;
  job.next = job.fires_at = minute(2);
  ASSERT_FALSE(run(store_->replace(job)));
  EXPECT_THAT(due_until(minute(3)), ::testing::IsEmpty()) << "a mark that is refused moves neither";
  job = found("a");
  job.next.reset();
  ASSERT_TRUE(run(store_->replace(job)));
  EXPECT_THAT(due_until(minute(9)), ::testing::IsEmpty());
  EXPECT_FALSE(run(store_->next_look(minute(0))));
}

TEST_P(ScheduleStoreSuite, ListsAllById) {
  for (const char* id : {"b", "c", "a"}) ASSERT_TRUE(run(store_->add(open_at(id, minute(1)))));
  std::vector<std::string> ids;
  for (const auto& job : run(store_->list())) ids.push_back(job.id);
  EXPECT_THAT(ids, ::testing::ElementsAre("a", "b", "c"));
}

TEST_P(ScheduleStoreSuite, RemovesAJob) {
  ASSERT_TRUE(run(store_->add(open_at("a", minute(1)))));
  auto before = found("a");
  EXPECT_TRUE(run(store_->remove("a")));
  EXPECT_FALSE(run(store_->remove("a")));
  EXPECT_FALSE(run(store_->find("a")));
  EXPECT_FALSE(run(store_->replace(before))) << "a change that comes late does not bring it back";
}

}  // namespace executus::schedule
