// A worker that its store tells of changes does not wait for the next look.
#include "run/worker/worked_test.hpp"

namespace executus::run {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class WorkerThatIsWoken : public Worked {
 protected:
  WorkerThatIsWoken() { h.store->is_mute = false; }
  static constexpr Milliseconds kAtOnce{50};
};

TEST_F(WorkerThatIsWoken, TakesUpAtOnceWhatIsQueued) {  // [API-11]
  work({.scan = hours(1)});
  submit("run");

  h.loop.advance(kAtOnce);

  EXPECT_EQ(status("run"), RunStatus::ok);
}

TEST_F(WorkerThatIsWoken, TakesUpAtOnceAParentWhoseChildEnds) {  // [API-11] [DUR-29]
  submit("parent");
  Invocation child = h.invocation("child");
  child.parent = *RunId::parse("parent");
  child.start = Invocation::Start::queued;
  (void)h.loop.run(h.executor->run(h.agent, std::move(child)));
  waits_for_a_child("parent");

  work({.scan = hours(1)});
  h.loop.advance(kAtOnce);

  EXPECT_EQ(status("parent"), RunStatus::ok);
}

// A store is not looked through more often than fifty times a second, whatever it tells.
TEST_F(WorkerThatIsWoken, TakesABreathBetweenTwoLooks) {  // [API-11]
  work({.concurrency = 2'000, .scan = hours(1), .starts_per_second = 0});
  for (int i = 0; i < 1'000; ++i) {
    submit("r" + std::to_string(i));
    h.loop.advance(Milliseconds(1));
  }
  EXPECT_LE(told<Looked>().size(), 52u);
}

TEST_F(WorkerThatIsWoken, LooksForNothingWhileItHasNoRoom) {  // [API-11]
  hold_runs();
  submit("first");
  work({.concurrency = 1, .scan = hours(1)});
  h.loop.advance(kAtOnce);
  auto looks = told<Looked>().size();

  submit("second");
  h.loop.advance(seconds(10));
  EXPECT_EQ(told<Looked>().size(), looks);

  let_go_all();
  h.loop.advance(kAtOnce);
  EXPECT_THAT(order_of_starts(), ElementsAre("first", "second"));
}

TEST_F(WorkerThatIsWoken, SleepsWhileNothingHappens) {  // [API-11]
  submit("run");
  work({.scan = hours(1)});
  h.loop.advance(seconds(10));
  auto looks = told<Looked>().size();

  h.loop.advance(hours(1));

  EXPECT_EQ(told<Looked>().size(), looks + 1);
}

}  // namespace
}  // namespace executus::run
