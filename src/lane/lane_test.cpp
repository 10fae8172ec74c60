#include <atomic>
#include <map>
#include <stdexcept>
#include <vector>

#include <gmock/gmock.h>

#include <executus/async/task_group.hpp>
#include <executus/async/timing.hpp>
#include <executus/lane/lane.hpp>
#include <executus/testing/manual_loop.hpp>

namespace executus::lane {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::ManualLoop;

// Jobs that end when the test says so, and how the tasks that asked for them ended.
class LaneTest : public ::testing::Test {
 protected:
  ~LaneTest() override {
    group_.cancel_all({Cause::shutdown, "the test is over"});
    loop_.run_ready();
  }

  Lane::Submission submit(std::string name, std::string user = "ann", int priority = 0) {
    auto submitted = lane_.submit(group_, job(name), {std::move(user), priority});
    group_.spawn(note(name, awaiting(submitted.done)));
    loop_.run_ready();
    return submitted;
  }
  RootHandle wait(std::string name, std::string user = "ann") {
    auto handle = group_.spawn(note(name, lane_.submit_wait({std::move(user)}, job(name))));
    loop_.run_ready();
    return handle;
  }
  void end(const std::string& name) {
    ends_[name].set();
    loop_.run_ready();
  }
  void end_with(const std::string& name, std::runtime_error error) {
    ends_[name].fail(std::move(error));
    loop_.run_ready();
  }

  Task<void> job(std::string name) {
    started_.push_back(name);
    co_await ends_[name].wait();
  }
  static Task<void> awaiting(OneShot<> done) { co_await done.wait(); }
  Task<void> note(std::string name, Task<void> work) {
    try {
      co_await std::move(work);
      outcome_[name] = "ok";
    } catch (const Cancelled& cancelled) {
      outcome_[name] = to_string(cancelled.cause());
    } catch (const Error& error) {
      outcome_[name] = error.code();
    } catch (const std::exception& error) {
      outcome_[name] = error.what();
    }
  }

  ManualLoop loop_;
  std::map<std::string, OneShot<>> ends_;
  std::vector<std::string> started_;
  std::map<std::string, std::string> outcome_;
  Lane lane_{loop_.clock(), 1};
  RootGroup group_{loop_};
};

TEST_F(LaneTest, RunsAtOnceOrSaysHowFarBackTheJobIs) {  // [COR-03]
  EXPECT_EQ(submit("a").position, 0u);
  EXPECT_EQ(submit("b").position, 1u);
  EXPECT_EQ(submit("c").position, 2u);
  EXPECT_EQ(submit("d", "bob").position, 2u) << "bob's turn comes after ann's next";
  EXPECT_THAT(started_, ElementsAre("a"));
}

TEST_F(LaneTest, AJobThatEndsLetsTheNextIn) {  // [COR-10] [COR-05]
  submit("a"), submit("b"), submit("c"), submit("d", "bob");
  end("a"), end("b"), end("d");
  EXPECT_THAT(started_, ElementsAre("a", "b", "d", "c"));
  EXPECT_EQ(outcome_["d"], "ok");
  EXPECT_EQ(lane_.stats().done, 3u);
}

TEST_F(LaneTest, HigherPriorityOfTheSameUserGoesFirst) {  // [COR-06]
  submit("a"), submit("low"), submit("high", "ann", 9);
  end("a");
  EXPECT_THAT(started_, ElementsAre("a", "high"));
}

TEST_F(LaneTest, AJobThatThrowsFreesItsPlaceAndTellsWhoAsked) {  // [COR-10] [COR-04]
  submit("a"), wait("b"), submit("c");
  end_with("a", std::runtime_error("it broke"));
  end_with("b", std::runtime_error("it broke too"));
  EXPECT_THAT(started_, ElementsAre("a", "b", "c"));
  EXPECT_EQ(outcome_["a"], "it broke");
  EXPECT_EQ(outcome_["b"], "it broke too");
}

TEST_F(LaneTest, WaitingEndsWhenTheJobHasEnded) {  // [COR-04]
  submit("a"), wait("b");
  end("a");
  EXPECT_EQ(outcome_.count("b"), 0u);
  end("b");
  EXPECT_EQ(outcome_["b"], "ok");
  EXPECT_EQ(lane_.stats().running, 0u);
}

Task<int> twice(int number) { co_return 2 * number; }

TEST_F(LaneTest, WaitingGivesWhatTheJobReturned) {  // [COR-04]
  EXPECT_EQ(loop_.run(lane_.submit_wait({"ann"}, twice(21))), 42);
}

TEST_F(LaneTest, CancellingAWaitingTaskTakesItsJobOutOfTheLine) {  // [COR-04] [COR-07]
  submit("a");
  auto waiting = wait("b");
  submit("c");
  waiting.cancel({Cause::caller, "changed my mind"});
  loop_.run_ready();
  EXPECT_EQ(outcome_["b"], "caller");
  EXPECT_EQ(lane_.stats().queued, 1u);
  end("a");
  EXPECT_THAT(started_, ElementsAre("a", "c"));
}

TEST_F(LaneTest, CancellingATaskWhoseJobRunsFreesItsPlace) {  // [COR-04]
  auto running = wait("a");
  submit("b");
  running.cancel({Cause::deadline, "too slow"});
  loop_.run_ready();
  EXPECT_EQ(outcome_["a"], "deadline");
  EXPECT_THAT(started_, ElementsAre("a", "b"));
}

Task<void> abandon(Task<void> waiting, Lane& lane, std::size_t& queued_meanwhile) {
  TaskGroup group(co_await this_task());
  group.spawn(std::move(waiting));
  queued_meanwhile = lane.stats().queued;
}

TEST_F(LaneTest, AbandoningAWaitLeavesTheLine) {  // [COR-04] [COR-10]
  submit("a");
  std::size_t meanwhile = 0;
  loop_.run(abandon(lane_.submit_wait({"ann"}, job("b")), lane_, meanwhile));
  EXPECT_EQ(meanwhile, 1u);
  EXPECT_EQ(lane_.stats().queued, 0u);
  end("a");
  EXPECT_THAT(started_, ElementsAre("a"));
}

TEST_F(LaneTest, QueuedJobsCanBeCancelledAndRunningOnesNot) {  // [COR-07]
  auto running = submit("a");
  auto queued = submit("b");
  EXPECT_FALSE(lane_.cancel(running.id));
  EXPECT_TRUE(lane_.cancel(queued.id));
  EXPECT_FALSE(lane_.cancel(queued.id));
  loop_.run_ready();
  EXPECT_EQ(outcome_["b"], "lane.cancelled");
  end("a");
  EXPECT_EQ(outcome_["a"], "ok");
  EXPECT_THAT(started_, ElementsAre("a"));
}

TEST_F(LaneTest, CanGrowAndShrinkWhileItRuns) {  // [COR-09]
  submit("a"), submit("b"), submit("c"), submit("d");
  lane_.set_max_concurrent(3);
  loop_.run_ready();
  EXPECT_THAT(started_, ElementsAre("a", "b", "c"));
  lane_.set_max_concurrent(1);
  end("a"), end("b");
  EXPECT_EQ(lane_.stats().running, 1u);
  EXPECT_THAT(started_, ElementsAre("a", "b", "c"));
  end("c");
  EXPECT_THAT(started_, ElementsAre("a", "b", "c", "d"));
}

TEST_F(LaneTest, ClosedItEndsTheLineAndRefusesWhoComesLater) {  // [COR-10]
  submit("a"), submit("b"), wait("c");
  lane_.close();
  loop_.run_ready();
  EXPECT_EQ(outcome_["b"], "lane.closed");
  EXPECT_EQ(outcome_["c"], "lane.closed");
  EXPECT_THROW(submit("d"), Error);
  wait("e");
  EXPECT_EQ(outcome_["e"], "lane.closed");
  end("a");
  EXPECT_EQ(outcome_["a"], "ok") << "what ran runs on";
  lane_.close();
}

TEST_F(LaneTest, JobsMayOutliveTheLane) {  // [COR-10]
  auto brief = std::make_unique<Lane>(loop_.clock(), 1);
  group_.spawn(note("a", brief->submit_wait({}, job("a"))));
  loop_.run_ready();
  brief->submit(group_, job("b"), {});
  loop_.run_ready();
  brief.reset();
  end("a");
  EXPECT_EQ(outcome_["a"], "ok");
  EXPECT_THAT(started_, ElementsAre("a"));
}

TEST_F(LaneTest, CountsTheLastMinuteByTheClock) {  // [COR-08]
  submit("a"), submit("b"), submit("c");
  end("a");
  loop_.advance(Milliseconds(30'000));
  end("b");
  EXPECT_EQ(lane_.stats().throughput_1m, 2u);
  EXPECT_EQ(lane_.stats().eta, Milliseconds(15'000)) << "two in thirty seconds, one before it";
  loop_.advance(Milliseconds(31'000));
  EXPECT_EQ(lane_.stats().throughput_1m, 1u);
  EXPECT_EQ(lane_.stats().done, 2u);
}

TEST_F(LaneTest, AShutdownOfTheirGroupEndsQueuedJobs) {  // [COR-07]
  submit("a"), submit("b");
  group_.cancel_all({Cause::shutdown, "bye"});
  loop_.run_ready();
  EXPECT_THAT(started_, ElementsAre("a")) << "b was not started by a's end";
  EXPECT_EQ(lane_.stats().queued + lane_.stats().running, 0u);
}

// From here on: real threads.
struct Load {
  std::atomic<int> running = 0;
  std::atomic<int> most = 0;
  std::atomic<int> ended = 0;
  std::atomic<int> failed = 0;
};

// A job may be cancelled while it waits: it counts as running until its frame goes.
struct Present {
  explicit Present(Load& the_load) : load(the_load) {
    int now = ++load.running;
    for (int most = load.most; most < now && !load.most.compare_exchange_weak(most, now);) {
    }
  }
  ~Present() { --load.running; }
  Load& load;
};

Task<void> busy_job(Load& load, int number) {
  Present present(load);
  co_await sleep_for(Milliseconds(number % 2));
  ++load.ended;
  if (number % 7 == 0) throw std::runtime_error("a job that fails");
}

Task<void> busy_user(Lane& lane, Load& load, std::string user, int number) {
  try {
    co_await lane.submit_wait({std::move(user)}, busy_job(load, number));
  } catch (const std::exception&) {
    ++load.failed;
  }
}

TEST(Lane, KeepsItsBoundWhenManyThreadsUseIt) {  // [COR-03] [COR-04] [COR-10]
  auto loop = make_loop(4);
  Load load;
  Lane lane(loop->clock(), 3);
  {
    RootGroup group(*loop);
    for (int i = 0; i < 400; ++i) {
      auto user = "user " + std::to_string(i % 5);
      auto waiting = group.spawn(busy_user(lane, load, user, i));
      lane.submit(group, busy_job(load, i), {user});
      if (i % 11 == 0) waiting.cancel({Cause::caller, "changed my mind"});
      if (i % 50 == 0) lane.set_max_concurrent(1 + static_cast<std::size_t>(i / 50) % 3);
    }
    lane.set_max_concurrent(3);
    group.join();
  }
  EXPECT_LE(load.most, 3);
  EXPECT_EQ(load.running, 0);
  auto stats = lane.stats();
  EXPECT_EQ(stats.running + stats.queued, 0u);
  EXPECT_THAT(stats.by_user, IsEmpty());
  EXPECT_GE(load.ended, 763) << "all but at most the 37 that were cancelled";
}

}  // namespace
}  // namespace executus::lane
