// A worker whose store tells it of nothing: its looks suffice, and cost no more than they have to.
#include <executus/run/answering.hpp>

#include "run/worker/worked_test.hpp"

namespace executus::run {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

enum class Watched { not_at_all, in_silence };

class WorkerThatIsNotTold : public Worked, public ::testing::WithParamInterface<Watched> {
 protected:
  WorkerThatIsNotTold() { be_quiet(); }
  void be_quiet() {
    h.store->is_mute = GetParam() == Watched::not_at_all;
    h.store->is_silent = GetParam() == Watched::in_silence;
  }
  // The run's call asks, and then sleeps for five minutes.
  void asks_and_sleeps() {
    auto& act = h.add_tool("act", tool::Effect::pure);
    act.sees_outcome = [](const tool::Call& call) -> tool::Outcome {
      if (!call.woken()) return tool::ParkFor{minutes(5)};
      return tool::Done{"slept", {}};
    };
    h.agent.permissions.ask = {"act"};
    answer = [](std::size_t turn) { return turn == 0 ? calls({{"c", "act", "{}"}}) : says("done"); };
  }
  std::string reason() { return row("run").reason; }
};

TEST_P(WorkerThatIsNotTold, StartsWhatIsDueAtItsNextLook) {  // [API-11] [DUR-43]
  asks_and_sleeps();
  work();
  h.loop.advance(Milliseconds(500));

  submit("run");
  EXPECT_EQ(status("run"), RunStatus::queued) << "before the look";
  h.loop.advance(Milliseconds(500));
  ASSERT_EQ(reason(), "approval");

  (void)h.loop.run(answer_approval(*h.store, *RunId::parse("run"), "", Approval::approved, {}));
  h.loop.advance(Milliseconds(500));
  EXPECT_EQ(reason(), "approval") << "before the look";
  h.loop.advance(Milliseconds(500));
  ASSERT_EQ(reason(), "timer");

  h.loop.advance(minutes(5) - Milliseconds(500));
  EXPECT_EQ(reason(), "timer") << "it is not due";
  h.loop.advance(seconds(1));
  EXPECT_EQ(status("run"), RunStatus::ok);
  EXPECT_EQ(told<Looked>().size(), 1u + 302u) << "at the start, and once a second";
}

INSTANTIATE_TEST_SUITE_P(Stores, WorkerThatIsNotTold, ::testing::Values(Watched::not_at_all, Watched::in_silence));

// What it costs is counted: how often it gets up, and what it asks of its store then.
TEST_F(Worked, GetsUpOnceASecondWhenNothingIsDueAndDoesNothingElse) {  // [API-11]
  for (int i = 0; i < 20; ++i) submit("r" + std::to_string(i));
  work({.concurrency = 64});
  h.loop.advance(minutes(1));
  ASSERT_EQ(status("r19"), RunStatus::ok);
  auto timers = h.loop.timers_rung(), looks = told<Looked>().size(), entries = events.size();
  auto calls = h.store->calls;
  auto rows = h.store->rows_offered;

  h.loop.advance(minutes(60));

  EXPECT_EQ(told<Looked>().size() - looks, 3'600u);
  EXPECT_EQ(h.loop.timers_rung() - timers, 3'600u);
  EXPECT_EQ(events.size() - entries, 3'600u);
  EXPECT_EQ(h.store->calls - calls, 3'600) << "one question to the store at each look";
  EXPECT_EQ(h.store->rows_offered, rows);
}

}  // namespace
}  // namespace executus::run
