// What each kind of entry changes in its run's row.
#include <limits>
#include <optional>
#include <vector>

#include <gtest/gtest.h>

#include <executus/journal/projection.hpp>

#include "journal/fields_test.hpp"

namespace executus::journal {
namespace {

enum class After { as_before, running, waiting, queued, error };

struct Change {
  Payload entry;
  After status;
  bool progress;
  std::int64_t input = 0;  // of its usage
  int steps = 0;
};

std::vector<Change> changes() {
  const llm::Usage used{7, 1, 0, 0, 0};
  auto answer = kept_answer();
  using enum After;
  return {{Admitted{}, as_before, false},
          {Opened{}, running, false},
          {Responded{answer}, running, true, 100, 1},
          {Intended{}, as_before, false},
          {Settled{{}, llm::CallState::done, "", "", {}}, running, true},
          {Steered{}, as_before, true},
          {Waited{WaitReason::child, {}, "", {}}, waiting, false},
          {Retried{}, as_before, true},
          {Ended{RunStatus::error, "", "", ""}, error, true},
          {PhaseStarted{}, running, false},
          {PhaseEnded{}, as_before, true},
          {Gated{}, as_before, true},
          {Approved{}, as_before, true},
          {Compacted{1, "", 0, 0, used, ""}, as_before, false, 7},
          {Criticised{"", Milliseconds(0), 0, false, "", used}, as_before, false, 7},
          {Generated{{}, 0, "", answer}, as_before, true, 100},
          {Spent{"", used}, as_before, false, 7},
          {Withheld{}, as_before, false},
          {Cut{}, as_before, false},
          {Parked{}, as_before, true},
          {Woken{}, as_before, true},
          {Reopened{}, queued, true},
          {Redefined{}, queued, true},
          {Mapped{}, running, true, 0, 1},
          {CallChanged{}, as_before, true},
          {Offered{}, as_before, false}};
}

std::optional<RunStatus> status_after(After after) {
  switch (after) {
    case After::as_before:
    case After::waiting:
      return RunStatus::waiting;
    case After::running:
      return RunStatus::running;
    case After::queued:
      return RunStatus::queued;
    case After::error:
      return RunStatus::error;
  }
  return std::nullopt;
}

TEST(Projection, OfEachKindOfEntryIsWhatItSays) {  // [DUR-01] [DUR-16]
  auto all = changes();
  ASSERT_EQ(all.size(), std::variant_size_v<Payload>);
  const WallTime later(Milliseconds(9));
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto& change = all[i];
    ASSERT_EQ(change.entry.index(), i);
    SCOPED_TRACE(kind_name(kind_of(change.entry)));
    std::vector<Entry> entries(2);
    entries[0].payload = Waited{WaitReason::timer, {}, "", later, {"paid"}};
    entries[1].payload = change.entry;
    auto row = project(entries);
    EXPECT_EQ(row.status, status_after(change.status));
    bool still = change.status == After::as_before;
    EXPECT_EQ(row.signals.size(), still ? 1 : 0);
    EXPECT_EQ(row.wake_at, still ? std::optional(later) : std::nullopt);
    EXPECT_EQ(row.reason, still ? "timer" : change.status == After::waiting ? "child" : "");
    EXPECT_EQ(row.progress, change.progress);
    EXPECT_EQ(row.usage.input, change.input);
    EXPECT_EQ(row.steps, change.steps);
  }
}

TEST(Projection, SumsStopAtTheLargestNumber) {
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  std::vector<Entry> entries(2);
  for (auto& entry : entries) entry.payload = Spent{"lab/model", {most - 1, most, most, most, most}};
  EXPECT_EQ(project(entries).usage, (llm::Usage{most, most, most, most, most}));
}

}  // namespace
}  // namespace executus::journal
