// What becomes of a run whose admission was written without an answer.
#include "run/record/lazy_writer.hpp"

#include <optional>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "run/harness_test.hpp"

namespace executus::run {
namespace {

using ::testing::ElementsAre;

// Entries of a run that wrote two of them before anything was stored.
struct Lazy {
  Lazy() {
    journal::Admission admission;
    admission.id = *RunId::parse("run");
    admission.fingerprint = "agent and input";
    admission.entry = {1, loop.clock().wall(), {}, journal::Admitted{}};
    writer = make_lazy_writer(store, loop.clock(), std::move(admission), MonoTime(std::chrono::seconds(5)));
    (void)append(journal::Opened{1, ""}, Boundary::plain);
    (void)append(journal::Responded{}, Boundary::plain);
  }
  std::vector<journal::Entry> next(journal::Payload payload) {
    std::vector<journal::Entry> entries;
    entries.push_back({seq + 1, loop.clock().wall(), {}, std::move(payload)});
    return entries;
  }
  journal::Appended append(journal::Payload payload, Boundary boundary) {
    auto appended = loop.run(writer->append(next(std::move(payload)), Durable::awaited, boundary, {}));
    ++seq;
    return appended;
  }
  // The next admission is written, and its answer is lost: the store gives the run back.
  void lose_answer() {
    store.around_admit = [this](OneShot<>) { return written_without_answer(); };
  }
  Task<void> written_without_answer() {
    store.around_admit = nullptr;
    journal::Admission same;
    same.id = *RunId::parse("run");
    same.fingerprint = "agent and input";
    same.entry = {1, loop.clock().wall(), {}, journal::Admitted{}};
    same.so_far = std::move(lost);
    auto row = (co_await store.inner().admit(std::move(same))).row;
    co_await store.inner().release(row.id, row.epoch, journal::Attempt::does_not_count);
    if (is_away_then) store.dead = true;
    throw Error(ErrorKind::disconnected, "store.away", "the store is away");
  }
  // The lease runs out, and is renewed.
  Task<void> lapse() {
    ++store.more_lapses;
    co_return;
  }
  std::vector<std::string> kinds() {
    std::vector<std::string> names;
    for (const auto& entry : loop.run(store.read(*RunId::parse("run"), 0, 100)))
      names.emplace_back(journal::kind_name(kind_of(entry.payload)));
    return names;
  }
  std::vector<journal::Entry> with(journal::Payload last) {
    std::vector<journal::Entry> entries;
    entries.push_back({2, {}, {}, journal::Opened{1, ""}});
    entries.push_back({3, {}, {}, journal::Responded{}});
    entries.push_back({4, {}, {}, std::move(last)});
    return entries;
  }

  testing::ManualLoop loop;
  journal::MemoryJournal journal{loop.clock()};
  MortalStore store{journal.open_worker()};
  std::unique_ptr<RunWriter> writer;
  std::uint64_t seq = 1;
  std::vector<journal::Entry> lost;
  bool is_away_then = false;  // it does not say either what is there
};

journal::Payload intent() { return journal::Intended{{0, 0}, "key", "irreversible", {}, false, false}; }

TEST(LazyWriter, KeepsNothingBeforeAGatedBoundary) {  // [HOST-01]
  Lazy run;
  EXPECT_EQ(run.journal.commits(), 0u);
  EXPECT_EQ(run.writer->keep_by(), MonoTime(std::chrono::seconds(5)));

  run.append(intent(), Boundary::gated);

  EXPECT_EQ(run.journal.commits(), 1u);
  EXPECT_EQ(run.writer->keep_by(), std::nullopt);
  EXPECT_THAT(run.kinds(), ElementsAre("admitted", "opened", "responded", "intended"));
  run.append(journal::Ended{}, Boundary::plain);
  EXPECT_EQ(run.journal.commits(), 2u) << "from then on each boundary is one";
}

TEST(LazyWriter, TakesInNothingThatCouldNotBeWritten) {  // [HOST-01]
  Lazy run;
  run.journal.go_away();
  EXPECT_THROW(run.append(intent(), Boundary::gated), Error);
  run.journal.come_back();

  run.append(intent(), Boundary::gated);

  EXPECT_THAT(run.kinds(), ElementsAre("admitted", "opened", "responded", "intended"));
}

// What an age timer wrote, say; the run went on meanwhile, so the store has less than the run.
TEST(LazyWriter, LeavesARunThatWasWrittenWithoutAnAnswer) {  // [HOST-01]
  Lazy run;
  run.is_away_then = true;
  run.lost = run.with(journal::Responded{});
  run.lost.pop_back();
  run.lose_answer();
  EXPECT_THROW((void)run.loop.run(run.writer->append({}, Durable::awaited, Boundary::gated, {})), Error);
  EXPECT_TRUE(run.writer->may_be_kept());
  run.store.dead = false;
  run.append(journal::Steered{}, Boundary::plain);

  EXPECT_THROW(run.append(intent(), Boundary::gated), Cancelled);

  EXPECT_EQ(run.append(journal::Steered{}, Boundary::plain).verdict, journal::AppendVerdict::ownership_lost);
  EXPECT_THAT(run.kinds(), ElementsAre("admitted", "opened", "responded"));
  auto other = run.journal.open_worker();
  EXPECT_TRUE(run.loop.run(other->claim(*RunId::parse("run"), 1)).has_value()) << "it was given back";
}

TEST(LazyWriter, LooksWhetherATryThatFailedHadWrittenTheRun) {  // [HOST-01]
  Lazy run;
  run.lost = run.with(journal::Responded{});
  run.lose_answer();

  EXPECT_THROW(run.append(journal::Responded{}, Boundary::gated), Cancelled);

  EXPECT_EQ(run.writer->keep_by(), std::nullopt) << "it is not lost: it is in the store";
}

TEST(LazyWriter, KnowsThatNothingWasWrittenWhereTheStoreSaysSo) {  // [HOST-01]
  Lazy run;
  run.journal.go_away();

  EXPECT_THROW(run.append(intent(), Boundary::gated), Error);

  EXPECT_FALSE(run.writer->may_be_kept());
  EXPECT_TRUE(run.writer->keep_by().has_value());
}

TEST(LazyWriter, RecognisesAnEndThatWasWrittenWithoutAnAnswer) {  // [HOST-01]
  for (bool is_away : {false, true}) {
    Lazy run;
    run.is_away_then = is_away;
    run.lost = run.with(journal::Ended{});
    run.lose_answer();
    auto end = run.next(journal::Ended{});
    if (is_away) EXPECT_THROW((void)run.loop.run(run.writer->complete(end, {})), Error);
    run.store.dead = false;

    EXPECT_EQ(run.loop.run(run.writer->complete(end, {})).verdict, journal::AppendVerdict::appended);

    EXPECT_EQ(run.writer->keep_by(), std::nullopt);
    EXPECT_THAT(run.kinds(), ElementsAre("admitted", "opened", "responded", "ended"));
  }
}

// Written with its first response, which another worker made the end of it.
TEST(LazyWriter, DoesNotTakeAnEndOfAnotherWorkerForItsOwn) {  // [HOST-01]
  Lazy run;
  run.is_away_then = true;
  run.lost = run.with(journal::Ended{});
  run.lost.pop_back();
  run.lose_answer();
  EXPECT_THROW((void)run.loop.run(run.writer->append({}, Durable::awaited, Boundary::gated, {})), Error);
  run.store.dead = false;
  auto other = run.journal.open_worker();
  ASSERT_TRUE(run.loop.run(other->claim(*RunId::parse("run"), 1)).has_value());
  journal::Append end;
  end.run = *RunId::parse("run");
  end.epoch = 2;
  end.after = 3;
  end.entries = run.next(journal::Ended{});
  ASSERT_EQ(run.loop.run(other->append(std::move(end))).verdict, journal::AppendVerdict::appended);

  EXPECT_THROW((void)run.loop.run(run.writer->complete(run.next(journal::Ended{}), {})), Cancelled);
}

TEST(LazyWriter, SeesALapseBetweenTheAdmissionAndItsAnswer) {  // [HOST-01]
  Lazy run;
  run.store.around_admit = [&run](OneShot<>) { return run.lapse(); };

  run.append(intent(), Boundary::gated);

  EXPECT_EQ(run.writer->may_dispatch(), RunWriter::Dispatch::confirm);
}

}  // namespace
}  // namespace executus::run
