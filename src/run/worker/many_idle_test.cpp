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

}  // namespace
}  // namespace executus::run
