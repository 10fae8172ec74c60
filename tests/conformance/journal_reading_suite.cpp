// What a store tells of its runs.
#include <executus/conformance/journal.hpp>

namespace executus::conformance {
namespace {

using journal::RunFilter;
using journal::Start;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_P(JournalConformance, ListsTheNewestFirst) {
  if (skipped_without(Need::clock)) return;
  admit("a");
  clock_.advance(seconds(1));
  auto noon = clock_.wall();
  append(admit("b"), {ended(RunStatus::error)});
  auto c = admission("c", Start::queued);
  c.caller = "bob";
  run(store_->admit(std::move(c)));
  auto ids = [this](RunFilter filter) {
    std::vector<std::string> found;
    for (const auto& row : run(store_->list(std::move(filter)))) found.push_back(row.id.str());
    return found;
  };

  EXPECT_THAT(ids({}), ElementsAre("c", "b", "a"));
  EXPECT_THAT(ids({{RunStatus::error, RunStatus::queued}, "", "", "", {}, 100}), ElementsAre("c", "b"));
  EXPECT_THAT(ids({{}, "clerk", "ann", "", {}, 1}), ElementsAre("b"));
  EXPECT_THAT(ids({{}, "", "", "", noon, 100}), ElementsAre("c", "b"));
  EXPECT_THAT(ids({{}, "cook", "", "", {}, 100}), IsEmpty());
}

// What erases runs has to know which others need them.
TEST_P(JournalConformance, TellsWhichRunsContinueOne) {  // [DUR-46]
  admit("base");
  for (const char* name : {"b", "c"}) {
    auto next = admission(name);
    next.continues = "base";
    run(store_->admit(std::move(next)));
  }
  auto child = child_admission("b", "child");
  child.continues = "other";
  auto call = append_to(find("b"), {response()});
  call.admit.push_back(std::move(child));
  run(store_->append(std::move(call)));

  EXPECT_EQ(find("b").continues, "base");
  EXPECT_EQ(find("base").continues, "");
  EXPECT_EQ(find("child").continues, "other") << "also of one that was made with an entry";
  RunFilter filter;
  filter.continues = "base";
  std::vector<std::string> found;
  for (const auto& row : run(store_->list(filter))) found.push_back(row.id.str());
  EXPECT_THAT(found, ElementsAre("c", "b"));
  filter.continues = "nobody";
  EXPECT_THAT(run(store_->list(filter)), IsEmpty());
}

TEST_P(JournalConformance, TellsWhichOfManyRunsNoLivingWorkerDrives) {
  if (skipped_without(Need::takeover)) return;
  auto other = place_->open_worker(), dead = place_->open_worker();
  admit("mine");
  run(other->admit(admission("theirs")));
  run(dead->admit(admission("left")));
  admit("queued", Start::queued);
  append(admit("ended"), {ended()});
  auto released = admit("released");
  run(store_->release(released.id, released.epoch, journal::Attempt::counts));
  place_->presume_dead(*dead, *store_);
  other->heartbeat();

  std::vector<RunId> asked;
  for (const char* name : {"left", "ended", "queued", "nobody", "theirs", "mine", "released"})
    asked.push_back(id(name));

  EXPECT_THAT(run(store_->undriven(asked)), ElementsAre(id("left"), id("queued"), id("released")));
  EXPECT_THAT(run(store_->undriven({})), IsEmpty());
}

TEST_P(JournalConformance, CompletesIdsFromTheirBeginning) {
  for (const char* name : {"run-b", "run-a", "other", "Run-c"}) admit(name);

  EXPECT_THAT(run(store_->complete_id("run-", 10)), ElementsAre(id("run-a"), id("run-b")));
  EXPECT_THAT(run(store_->complete_id("run-", 1)), ElementsAre(id("run-a")));
  EXPECT_THAT(run(store_->complete_id("%", 10)), IsEmpty());
}

TEST_P(JournalConformance, KnowsNothingOfRunsThatNeverWere) {
  EXPECT_EQ(run(store_->find(id("nobody"))), std::nullopt);
  EXPECT_THAT(run(store_->read(id("nobody"), 0, 10)), IsEmpty());
  EXPECT_THAT(run(store_->inbox(id("nobody"))), IsEmpty());
  EXPECT_EQ(run(store_->claim(id("nobody"), 0)), std::nullopt);
  EXPECT_FALSE(run(store_->lift_quarantine(id("nobody"))));
}

}  // namespace
}  // namespace executus::conformance
