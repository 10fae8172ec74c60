// What a worker that looks for runs again and again is told, and spared.
#include <executus/conformance/journal.hpp>

namespace executus::conformance {
namespace {

using journal::RunFilter;
using journal::Start;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_P(JournalConformance, NamesTheRunsThatAreToldToEnd) {  // [API-11] [DUR-38]
  for (const char* run_id : {"cancelled", "steered", "left-alone"}) admit(run_id, Start::queued);
  post("cancelled", "cancel");
  post("steered", "steer");
  RunFilter to_end;
  to_end.told = RunFilter::Told::to_end;

  EXPECT_THAT(claimable(*store_, to_end), ElementsAre("cancelled"));
}

// Whatever happens to a run after a look, the next one offers it. What may be left out is each store's.
TEST_P(JournalConformance, OffersWhatHasChangedSince) {  // [API-11]
  if (skipped_without(Need::clock)) return;
  RunFilter changed;
  auto offered_after = [&](std::string_view run_id, const std::function<void()>& change) {
    clock_.advance(seconds(1));
    changed.changed_since = clock_.wall();
    change();
    EXPECT_THAT(claimable(*store_, changed), Contains(std::string(run_id)));
  };
  auto waits = [&](std::string_view run_id, journal::Payload payload) {
    auto row = admit(run_id);
    append(row, {std::move(payload)});
    run(store_->release(id(run_id), row.epoch, journal::Attempt::does_not_count));
  };

  offered_after("queued", [&] { admit("queued", Start::queued); });
  admit("given-back");
  offered_after("given-back", [&] { run(store_->release(id("given-back"), 1, journal::Attempt::counts)); });
  waits("signalled", waited(WaitReason::signal, std::nullopt, {"paid"}));
  offered_after("signalled", [&] { post_signal("signalled", "paid"); });
  waits("asleep", waited(WaitReason::timer, clock_.wall() + hours(1)));
  offered_after("asleep", [&] { clock_.advance(hours(1)); });
  admit("lifted");
  run(store_->quarantine(id("lifted"), 1, "no progress"));
  offered_after("lifted", [&] { EXPECT_TRUE(run(store_->lift_quarantine(id("lifted")))); });
  auto ended = admit_ended("reopened");
  offered_after("reopened", [&] { EXPECT_EQ(amend("reopened", ended.last_seq + 1), journal::AmendVerdict::amended); });
}

TEST_P(JournalConformance, OffersAParentWhoseChildHasEndedSince) {  // [API-11] [DUR-29]
  if (skipped_without(Need::clock)) return;
  waiting_parent({"c"});
  clock_.advance(seconds(1));
  RunFilter changed;
  changed.changed_since = clock_.wall();

  finish("c");

  EXPECT_THAT(claimable(*store_, changed), ElementsAre("r"));
}

TEST_P(JournalConformance, OffersARunWhoseCalendarWasSetBackSince) {  // [API-11] [DUR-43]
  if (skipped_without(Need::clock)) return;
  auto row = admit("r");
  append(row, {waited(WaitReason::timer, clock_.wall() + minutes(1))});
  run(store_->release(id("r"), row.epoch, journal::Attempt::does_not_count));
  RunFilter changed;
  changed.changed_since = clock_.wall() + minutes(2);  // by now its time had passed, if the clock had gone on

  clock_.jump_wall(-hours(24));

  EXPECT_THAT(claimable(*store_, changed), ElementsAre("r"));
}

TEST_P(JournalConformance, OffersTheRunsOfAWorkerThatDiedSince) {  // [API-11] [DUR-17]
  if (skipped_without(Need::takeover)) return;
  auto other = place_->open_worker();
  admit("r");
  clock_.advance(seconds(1));
  RunFilter changed;
  changed.changed_since = clock_.wall();

  place_->presume_dead(*store_, *other);

  EXPECT_THAT(claimable(*other, changed), ElementsAre("r"));
}

}  // namespace
}  // namespace executus::conformance
