// Erasing runs.
#include <executus/conformance/journal.hpp>

namespace executus::conformance {
namespace {

using journal::AdmitVerdict;
using journal::EraseVerdict;
using journal::Erasing;
using journal::RunFilter;
using journal::Start;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Eraser {
 public:
  Eraser(Loop& loop, journal::JournalStore& store) : loop_(loop), store_(store) {}
  journal::Erased operator()(std::string_view run, Erasing how = Erasing::for_good) const {
    return block_on(loop_, store_.erase(RunId::parse(run).value(), how));
  }

 private:
  Loop& loop_;
  journal::JournalStore& store_;
};

TEST_P(JournalConformance, AnErasedRunIsGone) {  // [DUR-31]
  Eraser erase(*loop_, *store_);
  admit_outgoing("r");
  admit("other");

  EXPECT_EQ(erase("r").verdict, EraseVerdict::erased);

  EXPECT_FALSE(is_there("r"));
  EXPECT_THAT(kinds("r"), IsEmpty());
  EXPECT_THAT(listed({}), ElementsAre("other"));
  EXPECT_THAT(run(store_->outgoing_due(10)), IsEmpty());
  EXPECT_THAT(run(store_->complete_id("r", 10)), IsEmpty());
  EXPECT_EQ(run(store_->post(id("r"), {0, "cancel", {}, {}})), journal::PostVerdict::no_such_run);
}

// A delivery may be under way when its run is erased.
TEST_P(JournalConformance, WhatAReceiverSaysOfAnErasedRunIsLost) {  // [DUR-31]
  Eraser erase(*loop_, *store_);
  admit_outgoing("r");
  ASSERT_TRUE(run(store_->take_outgoing(id("r"), 2, 0)));
  erase("r");

  run(store_->settle_outgoing({id("r"), 2, 1, journal::OutgoingState::delivered, "", {}}));

  EXPECT_FALSE(run(store_->take_outgoing(id("r"), 2, 1)));
  EXPECT_FALSE(run(store_->outgoing_of(id("r"))));
}

TEST_P(JournalConformance, TheIdOfAnErasedRunStaysRefused) {  // [DUR-31]
  Eraser erase(*loop_, *store_);
  admit_ended("r");
  erase("r");

  EXPECT_EQ(run(store_->admit(admission("r"))).verdict, AdmitVerdict::erased);
  EXPECT_EQ(erase("r").verdict, EraseVerdict::erased) << "as before";
  EXPECT_EQ(erase("never").verdict, EraseVerdict::no_such_run);
  auto caller = admit("caller");
  run(store_->append(call(caller, {"r"})));
  EXPECT_FALSE(is_there("r")) << "not as a child either";
}

TEST_P(JournalConformance, ARunThatIsOnlyAskedAboutStays) {  // [DUR-31]
  Eraser erase(*loop_, *store_);
  admit_ended("r");

  EXPECT_EQ(erase("r", Erasing::only_asked).verdict, EraseVerdict::erased);

  EXPECT_TRUE(is_there("r"));
}

TEST_P(JournalConformance, RunsThatHaveNotEndedAreNotErased) {  // [DUR-31]
  Eraser erase(*loop_, *store_);
  admit("live");
  admit("queued", Start::queued);
  auto parked = admit("parked");
  append(parked, {waited(WaitReason::approval)});

  for (const char* each : {"live", "queued", "parked"}) {
    auto told = erase(each);
    EXPECT_EQ(told.verdict, EraseVerdict::not_ended) << each;
    EXPECT_THAT(told.because, ElementsAre(id(each)));
    EXPECT_TRUE(is_there(each));
  }
}

TEST_P(JournalConformance, RunsOfATreeAreErasedFromBelowWhenAllHaveEnded) {  // [DUR-31]
  Eraser erase(*loop_, *store_);
  run(store_->append(call(admit("r"), {"child"})));
  finish("child");

  EXPECT_THAT(erase("child").because, ElementsAre(id("r"))) << "its caller may still ask for it";
  append(find("r"), {ended()});
  auto told = erase("r");
  EXPECT_EQ(told.verdict, EraseVerdict::has_children);
  EXPECT_THAT(told.because, ElementsAre(id("child")));
  EXPECT_EQ(erase("child").verdict, EraseVerdict::erased);
  EXPECT_EQ(erase("r").verdict, EraseVerdict::erased);
}

TEST_P(JournalConformance, WhatOtherRunsReadIsNotErased) {  // [DUR-31] [DUR-46]
  Eraser erase(*loop_, *store_);
  admit_ended("base");
  for (auto [name, continues, fork] : {std::tuple("next", "base", ""), {"copy", "", "base"}}) {
    auto other = admission(name);
    other.continues = continues;
    other.forked_from = fork;
    append(run(store_->admit(std::move(other))).row, {ended()});
  }

  auto told = erase("base");
  EXPECT_EQ(told.verdict, EraseVerdict::is_continued);
  EXPECT_THAT(told.because, ElementsAre(id("next")));
  EXPECT_EQ(erase("next").verdict, EraseVerdict::erased);
  told = erase("base");
  EXPECT_EQ(told.verdict, EraseVerdict::erased);
  EXPECT_THAT(told.forks, ElementsAre(id("copy"))) << "what it holds is its own";
}

// Who asks for a tree hears of those that would stay behind.
TEST_P(JournalConformance, WhatGoesOnFromARunIsToldBeforeWhatIsBelowIt) {  // [DUR-31]
  Eraser erase(*loop_, *store_);
  run(store_->append(call(admit("r"), {"child"})));
  finish("child");
  append(find("r"), {ended()});
  auto later = admission("later");
  later.continues = "r";
  run(store_->admit(std::move(later)));

  auto told = erase("r");

  EXPECT_EQ(told.verdict, EraseVerdict::is_continued);
  EXPECT_THAT(told.because, ElementsAre(id("later")));
}

TEST_P(JournalConformance, NothingBeginsThatWouldGoOnFromAnErasedRun) {  // [DUR-31] [DUR-46]
  Eraser erase(*loop_, *store_);
  admit_ended("base");
  erase("base");
  auto later = admission("later");
  later.continues = "base";

  try {
    run(store_->admit(std::move(later)));
    FAIL() << "it was admitted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "run.unknown");
  }
  EXPECT_FALSE(is_there("later"));
}

TEST_P(JournalConformance, ListsWhatEndedLongestAgo) {  // [DUR-31]
  if (skipped_without(Need::clock)) return;
  admit("open");
  for (const char* each : {"a", "b", "c"}) admit(each);
  for (auto [name, at] : {std::pair("b", 5), {"c", 1}, {"a", 9}}) {
    auto end = append_to(find(name), {ended()});
    end.entries.back().at = WallTime(seconds(at));
    run(store_->append(std::move(end)));
  }
  RunFilter oldest;
  oldest.order = RunFilter::Order::by_end;

  EXPECT_THAT(listed(oldest), ElementsAre("c", "b", "a"));
  oldest.ended_before = WallTime(seconds(9));
  EXPECT_THAT(listed(oldest), ElementsAre("c", "b"));
  oldest.limit = 1;
  EXPECT_THAT(listed(oldest), ElementsAre("c"));
  oldest.after = journal::place_of_end(find("c"));
  EXPECT_THAT(listed(oldest), ElementsAre("b"));
}

TEST_P(JournalConformance, PagesLoseNoRunThatEndedAtTheSameTime) {  // [DUR-31]
  for (const char* each : {"a", "b", "c"}) admit_ended(each);
  RunFilter page;
  page.order = RunFilter::Order::by_end;
  page.limit = 1;

  for (const char* each : {"a", "b", "c"}) {
    ASSERT_THAT(listed(page), ElementsAre(each));
    page.after = journal::place_of_end(find(each));
  }
  EXPECT_THAT(listed(page), IsEmpty());
}

TEST_P(JournalConformance, PagesGoOnBehindARunThatIsErased) {  // [DUR-31]
  Eraser erase(*loop_, *store_);
  for (const char* each : {"a", "b", "c"}) admit_ended(each);
  RunFilter rest;
  rest.after = journal::place_of(find("b"));
  erase("b");

  EXPECT_THAT(listed(rest), ElementsAre("a"));
}

TEST_P(JournalConformance, ErasingMakesRoom) {  // [DUR-31]
  Eraser erase(*loop_, *store_);
  append(admit("r"), {steered(std::string(1'000'000, 'x')), ended()});
  auto before = run(store_->size());

  erase("r");

  EXPECT_LT(run(store_->size()) + 900'000, before);
}

}  // namespace
}  // namespace executus::conformance
