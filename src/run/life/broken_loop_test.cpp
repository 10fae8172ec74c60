#include "run/life/broken_loop.hpp"

#include <gtest/gtest.h>

#include <executus/llm/model.hpp>

#include "run/record/recorder.hpp"
#include "run/step/offers.hpp"

namespace executus::run {
namespace {

template <class E>
Stop noted(const E& problem, bool callers_cancelled = false) {
  Stop stop;
  try {
    throw problem;
  } catch (...) {
    note_what_broke(stop, callers_cancelled);
  }
  return stop;
}

template <class E>
Stop counted(const E& problem, std::optional<Cause> cancelled) {
  CancelScope scope;
  if (cancelled) scope.cancel({*cancelled, "stopped"});
  Stop stop;
  try {
    rethrow_what_counts(std::make_exception_ptr(problem), scope);
  } catch (...) {
    note_what_broke(stop, false);
  }
  return stop;
}

TEST(BrokenLoop, ADeadlineAroundTheRunIsItsCallersCancellation) {
  Cancelled deadline({Cause::deadline, "too late"});
  EXPECT_EQ(noted(deadline).cancelled, Cause::deadline);
  EXPECT_EQ(noted(deadline, true).cancelled, Cause::caller);
  EXPECT_EQ(noted(Cancelled({Cause::shutdown, "bye"}), true).cancelled, Cause::shutdown);
}

TEST(BrokenLoop, TellsWhatIsAway) {
  EXPECT_TRUE(noted(StoreUnavailable(failed("store.full", "no space"))).store_away);
  EXPECT_TRUE(noted(SourceUnavailable("fs", "it is down")).source_away);
  auto away = noted(llm::ModelError(llm::Failure::transient, "model.http", "busy", 503, Milliseconds(7)));
  EXPECT_TRUE(away.model_away);
  EXPECT_EQ(away.model_back_in, Milliseconds(7));
  EXPECT_FALSE(noted(llm::ModelError(llm::Failure::permanent, "model.refused", "no")).model_away);
}

TEST(BrokenLoop, AKillIsTheEndWhateverBrokeMeanwhile) {
  EXPECT_EQ(counted(failed("tool.broke", "x"), Cause::kill).cancelled, Cause::kill);
  auto broken = counted(failed("tool.broke", "x"), Cause::deadline);
  EXPECT_FALSE(broken.cancelled);
  EXPECT_EQ(broken.error->code(), "tool.broke");
}

TEST(BrokenLoop, AModelThatStaysAwayIsNotWaitedForByARunThatIsToStop) {
  llm::ModelError away(llm::Failure::transient, "model.http", "busy");
  EXPECT_TRUE(counted(away, std::nullopt).model_away);
  EXPECT_FALSE(counted(away, Cause::caller).model_away);
}

}  // namespace
}  // namespace executus::run
