#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/journal/memory_store.hpp>
#include <executus/run/held_runs.hpp>
#include <executus/testing/manual_loop.hpp>

namespace executus {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// A worker that drives the run "r", and another one that waits for it.
class HeldRuns : public ::testing::Test {
 protected:
  HeldRuns() {
    journal::Admission admission;
    admission.id = *RunId::parse("r");
    admission.entry.payload = journal::Admitted{};
    (void)loop_.run(holder_->admit(std::move(admission)));
  }

  journal::RunRow row() { return *loop_.run(waiter_->find(*RunId::parse("r"))); }

  // What becomes of the wait when `meanwhile` happens after `when` of it.
  template <class F>
  std::vector<RunId> outlast(Milliseconds when, F meanwhile) {
    std::promise<std::vector<RunId>> promise;
    RootGroup group(loop_);
    group.spawn(executus::detail::fulfil(outlast_holders(*waiter_, {row()}), promise));
    loop_.run_ready();
    loop_.advance(when);
    meanwhile();
    while (loop_.advance_to_next_timer()) {
    }
    waited_until_ = loop_.clock().mono();
    return promise.get_future().get();
  }
  Milliseconds waited() const { return std::chrono::floor<Milliseconds>(waited_until_ - began_); }

  executus::testing::ManualLoop loop_;
  journal::MemoryJournal journal_{loop_.clock()};
  std::unique_ptr<journal::JournalStore> holder_ = journal_.open_worker(), waiter_ = journal_.open_worker();
  MonoTime began_ = loop_.clock().mono(), waited_until_{};
};

TEST_F(HeldRuns, AreTakenFromAWorkerThatGivesNoSignOfLife) {  // [DUR-17]
  // The lease of a worker that stopped just before is over with the wait, and not earlier.
  auto free = outlast(Milliseconds(14'999), [&] { journal_.declare_dead(*holder_); });

  EXPECT_THAT(free, ElementsAre(*RunId::parse("r")));
}

TEST_F(HeldRuns, AreTakenFromADeadWorkerWithoutWaitingOn) {  // [DUR-17]
  auto free = outlast(Milliseconds(2'500), [&] { journal_.declare_dead(*holder_); });

  EXPECT_THAT(free, ElementsAre(*RunId::parse("r")));
  EXPECT_EQ(waited(), Milliseconds(3'000));
}

TEST_F(HeldRuns, AreLeftToALivingWorkerAfterALease) {  // [DUR-17]
  EXPECT_THAT(outlast(Milliseconds(0), [] {}), IsEmpty());
  EXPECT_EQ(waited(), Milliseconds(15'000));
}

TEST_F(HeldRuns, ThatMoveOnAreNotWaitedFor) {
  auto free = outlast(Milliseconds(2'500), [&] {
    journal::Append append;
    append.run = *RunId::parse("r");
    append.epoch = append.after = 1;
    append.entries.push_back({2, loop_.clock().wall(), Milliseconds(0), journal::Steered{}});
    (void)loop_.run(holder_->append(std::move(append)));
  });

  EXPECT_THAT(free, IsEmpty());
  EXPECT_LT(waited(), Milliseconds(15'000));
}

}  // namespace
}  // namespace executus
