// One run for each due time, whatever number of runners there is and wherever they die.
#include <random>

#include "schedule/scheduled_test.hpp"

namespace executus::schedule {
namespace {

class Workers : public Scheduled {
 protected:
  // The run of a worker that is slow: another one has made its pass meanwhile.
  Task<Answer> start_after(Runner& other, Pass& of_other, Order order) {
    of_other = co_await other.tick();
    co_return co_await runs.start(std::move(order));
  }
};

TEST_F(Workers, TwoThatMeetAtADueTimeMakeOneRun) {  // [SCH-08]
  declare("job", every(minutes(1)));
  pass_time(minutes(1));
  Runner second(config());
  Pass of_second;
  auto with = config();
  with.run = [&](Order order) { return start_after(second, of_second, std::move(order)); };

  auto of_first = tick(std::move(with));

  EXPECT_EQ(of_second, (Pass{.started = 1}));
  EXPECT_EQ(of_first, Pass{}) << "the other one closed it";
  EXPECT_EQ(runs.asked[run_id_of("job", now())], 2);
  EXPECT_EQ(runs.dues.size(), 1U);
}

// When something goes wrong.
class Storm {
 public:
  explicit Storm(unsigned seed) : random_(seed) {}
  [[nodiscard]] bool strikes(unsigned one_in) { return random_() % one_in == 0; }
  [[nodiscard]] Milliseconds pause() { return Milliseconds(random_() % 90'000); }

 private:
  std::mt19937 random_;
};

// A store whose changes fail, half of them after they were made; and a worker that was stopped, with a list of long
// ago.
class Storms : public Scheduled {
 protected:
  [[nodiscard]] RunnerConfig struck(Storm& storm) {
    auto with = config();
    with.due = [this, &storm](WallTime time) { return listed(storm, time); };
    with.mark = [this, &storm](Job job) { return marked(storm, std::move(job)); };
    with.run = [this, &storm](Order order) { return started(storm, std::move(order)); };
    return with;
  }

 private:
  Task<std::vector<Job>> listed(Storm& storm, WallTime time) {
    if (storm.strikes(5)) co_return old_list_;
    if (storm.strikes(5)) throw std::runtime_error("no list");
    old_list_ = co_await store.due(time);
    co_return old_list_;
  }
  Task<bool> marked(Storm& storm, Job job) {
    if (storm.strikes(4)) throw std::runtime_error("died before it marked");
    bool done = co_await store.replace(std::move(job));
    if (storm.strikes(4)) throw std::runtime_error("died after it marked");
    co_return done;
  }
  Task<Answer> started(Storm& storm, Order order) {
    if (storm.strikes(6)) throw std::runtime_error("died before the run");
    auto answer = co_await runs.start(std::move(order));
    if (storm.strikes(6)) throw std::runtime_error("died after the run");
    co_return answer;
  }

  std::vector<Job> old_list_;
};

TEST_F(Storms, LoseNoTimeAndRunNoneTwice) {  // [SCH-04] [SCH-08]
  for (unsigned seed = 1; seed <= 10; ++seed) {
    Storm storm(seed);
    at(kMidnight);
    runs = {};
    declare("job", every(minutes(1), Misfire::run_all));
    for (int step = 0; step < 60; ++step, pass_time(storm.pause())) {
      Runner runner(struck(storm));
      try {
        (void)loop.run(runner.tick());
      } catch (const std::runtime_error&) {  // no list
      }
    }
    pass_time(hours(1));
    while (tick().started > 0) {
    }

    std::vector<WallTime> all;
    for (auto due = kMidnight + minutes(1); due <= now(); due += minutes(1)) all.push_back(due);
    EXPECT_EQ(runs.dues, all) << "seed " << seed;
    EXPECT_GT(log.lines.size(), 20U) << "it did storm";
    ASSERT_TRUE(loop.run(store.remove("job")));
  }
}

}  // namespace
}  // namespace executus::schedule
