// Many runs that are due and cannot be driven here cost an idle worker little, and delay nothing.
#include "run/worker/worked_test.hpp"

namespace executus::run {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

class WorkerAmongMany : public Worked {
 protected:
  static constexpr int kMany = 70;

  WorkerAmongMany() {
    auto& gate = h.add_tool("look", tool::Effect::pure);
    for (int i = 0; i < kMany; ++i) submit("needs-" + std::to_string(i));
    gate.lacks = {"variable LOOK_TOKEN is not set"};
    h.agent.tools.clear();
    work();
    h.loop.advance(minutes(2));
    while (rows_in(seconds(1)) == 0) {  // up to a look at all of them
    }
  }
  std::size_t rows_in(Milliseconds time) {
    auto before = h.store->rows_offered;
    h.loop.advance(time);
    return h.store->rows_offered - before;
  }
};

TEST_F(WorkerAmongMany, ReadsTheirRowsOnceAMinute) {  // [API-11]
  EXPECT_EQ(rows_in(seconds(50)), 0u);
  EXPECT_LE(rows_in(minutes(3)), 4u * 5 * kMany) << "page by page, up to four times as long";
}

TEST_F(WorkerAmongMany, ReadsTheirDefinitionsSeldom) {  // [API-11]
  int reads = 0;
  h.store->on_read = [&] { ++reads; };

  h.loop.advance(minutes(3));

  EXPECT_GE(reads, kMany);
  EXPECT_LE(reads, 4 * kMany);
}

// What waits has no turn.
TEST_F(WorkerAmongMany, TakesUpTheNextWhereThereIsOnePlace) {  // [API-11]
  h.loop.run(h.store->set_limit({journal::LimitOf::all, "", 1}));
  submit("queued");

  h.loop.advance(minutes(2));

  EXPECT_EQ(status("queued"), RunStatus::ok);
}

TEST_F(WorkerAmongMany, TakesUpWhatBecomesDueAtTheNextLook) {  // [API-11] [DUR-18]
  submit("queued");
  h.loop.advance(seconds(1));
  EXPECT_EQ(status("queued"), RunStatus::ok);

  submit_dying("interrupted");
  h.loop.advance(seconds(1));
  EXPECT_EQ(status("interrupted"), RunStatus::ok);

  h.loop.manual_clock().jump_wall(-std::chrono::hours(5));
  submit("after-the-clock-was-set");
  h.loop.advance(seconds(1));
  EXPECT_EQ(status("after-the-clock-was-set"), RunStatus::ok);
}

// Hundreds of runs that sleep until one moment: this journal looks at all runs for each question.
class WorkerAmongSleepers : public Worked {
 protected:
  static constexpr int kMany = 300;
  static constexpr seconds kAsleep{60};

  WorkerAmongSleepers() {
    submit("first");
    auto admitted = h.entries("first").front();
    wake_at_ = h.loop.clock().wall() + kAsleep;
    auto store = h.journal.open_worker();
    for (int i = 0; i < kMany; ++i) h.loop.run(put_to_sleep(*store, *RunId::parse("s" + std::to_string(i)), admitted));
    work({.concurrency = 64, .starts_per_second = 0});
    h.loop.advance(seconds(5));
  }
  Task<void> put_to_sleep(journal::JournalStore& store, RunId run, journal::Entry admitted) {
    journal::Admission admission;
    admission.id = run;
    admission.agent = "test";
    admission.entry = std::move(admitted);
    auto row = (co_await store.admit(std::move(admission))).row;
    journal::Append parks;
    parks.run = run;
    parks.epoch = row.epoch;
    parks.after = row.last_seq;
    parks.entries.push_back({row.last_seq + 1, {}, {}, journal::Waited{WaitReason::timer, {}, "", wake_at_}});
    (void)co_await store.append(std::move(parks));
    co_await store.release(std::move(run), row.epoch, journal::Attempt::does_not_count);
  }

  WallTime wake_at_;
};

TEST_F(WorkerAmongSleepers, AsksOneQuestionALookAndWakesEachOnceOnTime) {  // [API-11] [DUR-43]
  auto calls = h.store->calls;
  auto timers = h.loop.timers_rung();
  auto rows = h.store->rows_offered;
  auto looks = told<Looked>().size();

  h.loop.advance(wake_at_ - h.loop.clock().wall() - Milliseconds(1));

  EXPECT_EQ(h.store->calls - calls, 54);
  EXPECT_EQ(h.loop.timers_rung() - timers, 54u);
  EXPECT_EQ(told<Looked>().size() - looks, 54u);
  EXPECT_EQ(h.store->rows_offered, rows) << "none is due";

  h.loop.advance(seconds(1));

  std::size_t ended = 0;
  for (const auto& gone : told<RunLetGo>()) ended += gone.outcome.ok();
  EXPECT_EQ(ended, kMany + 1u);
  for (int i = 0; i < kMany; i += 7) {
    auto woken = row("s" + std::to_string(i));
    EXPECT_EQ(woken.status, RunStatus::ok);
    EXPECT_EQ(woken.attempts, 2) << "to fall asleep, and once awake";
  }
}

}  // namespace
}  // namespace executus::run
