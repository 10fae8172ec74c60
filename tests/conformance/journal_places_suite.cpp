// Places: how many runs are driven at once, and whose turn it is.
#include <executus/conformance/journal.hpp>

namespace executus::conformance {
namespace {

using journal::Attempt;
using journal::LimitOf;
using journal::QueueLimit;
using journal::QueueLoad;
using journal::Start;
using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Optional;
using ::testing::UnorderedElementsAre;

const QueueLimit kOneClerk{LimitOf::agent, "clerk", 1};

TEST_P(JournalConformance, TakesUpNoMoreRunsThanALimitAllows) {  // [DUR-18]
  for (const auto* run_id : {"a", "b"}) admit(run_id, Start::queued);
  if (!limited(kOneClerk)) return;

  claim("a");

  EXPECT_EQ(run(store_->claim(id("b"), find("b").epoch)), std::nullopt);
  EXPECT_THAT(claimable(*store_), IsEmpty()) << "what has no place is not offered";
  EXPECT_THAT(run(store_->limit_on(id("b"))), Optional(kOneClerk));
  EXPECT_EQ(run(store_->limit_on(id("a"))), std::nullopt) << "it has the place";
  append(find("a"), {ended()});
  EXPECT_THAT(claimable(*store_), ElementsAre("b"));
  claim("b");
}

TEST_P(JournalConformance, GivesThePlaceOfARunThatIsGivenBack) {
  for (const auto* run_id : {"a", "b"}) admit(run_id, Start::queued);
  if (!limited(kOneClerk)) return;
  auto row = claim("a");

  run(store_->release(id("a"), row.epoch, Attempt::does_not_count));

  claim("b");
  EXPECT_EQ(run(store_->claim(id("a"), row.epoch)), std::nullopt);
}

TEST_P(JournalConformance, GivesThePlacesOfADeadWorker) {
  if (skipped_without(Need::several_workers) || skipped_without(Need::takeover)) return;
  for (const auto* run_id : {"a", "b"}) admit(run_id, Start::queued);
  if (!limited(kOneClerk)) return;
  claim("a");
  auto other = place_->open_worker();
  EXPECT_EQ(run(other->claim(id("b"), 0)), std::nullopt) << "places are those of all workers";

  place_->presume_dead(*store_, *other);

  EXPECT_NE(run(other->claim(id("b"), 0)), std::nullopt);
  EXPECT_EQ(run(other->claim(id("a"), 1)), std::nullopt) << "to go on, it needs a place too";
}

TEST_P(JournalConformance, LimitsCallersQueuesAndAll) {
  for (const auto& limit : {QueueLimit{LimitOf::caller, "ann", 0},
                            {LimitOf::queue, "", 0},
                            {LimitOf::all, "", 0},
                            {LimitOf::all, "", 3, true}}) {
    std::string run_id = "of-" + std::string(to_string(limit.of)) + (limit.paused ? "-paused" : "");
    admit(run_id, Start::queued);
    if (!limited(limit)) return;

    EXPECT_EQ(run(store_->claim(id(run_id), 0)), std::nullopt) << run_id;
    EXPECT_THAT(run(store_->limit_on(id(run_id))), Optional(limit));
    EXPECT_THAT(run(store_->limits()), ElementsAre(limit));

    run(store_->set_limit({limit.of, limit.name}));
    EXPECT_THAT(run(store_->limits()), IsEmpty()) << "what limits nothing is no limit";
    claim(run_id);
  }
  for (const auto& other :
       {QueueLimit{LimitOf::caller, "bob", 0}, {LimitOf::agent, "judge", 0}, {LimitOf::queue, "q", 0}})
    if (!limited(other)) return;
  admit("not-limited", Start::queued);
  claim("not-limited");
}

TEST_P(JournalConformance, QueuesARunThatWasToBeOwnedAndHasNoPlace) {
  if (!limited({LimitOf::agent, "clerk", 1})) return;
  EXPECT_EQ(admit("a").status, RunStatus::running);

  auto row = admit("b");

  EXPECT_EQ(row.status, RunStatus::queued);
  EXPECT_NE(row.worker, "") << "it is queued for this worker";
  EXPECT_EQ(row.attempts, 0);
  EXPECT_EQ(find("b").status, RunStatus::queued);
  admit("c", Start::queued);
  append(find("a"), {ended()});
  EXPECT_THAT(claimable(*store_), IsEmpty()) << "the place is for b";
  journal::RunFilter own;
  own.own_queued = true;
  EXPECT_THAT(claimable(*store_, own), ElementsAre("b"));
  auto claimed = claim("b");
  EXPECT_EQ(claimed.attempts, 1);
  EXPECT_EQ(append(claimed, {response()}).verdict, journal::AppendVerdict::appended);
}

TEST_P(JournalConformance, KeepsARunThatIsQueuedForAWorkerFromOthers) {
  if (skipped_without(Need::several_workers) || !limited({LimitOf::agent, "clerk", 1})) return;
  admit("a");
  auto row = admit("b");
  append(find("a"), {ended()});
  auto other = place_->open_worker();
  EXPECT_EQ(run(other->claim(id("b"), 0)), std::nullopt);
  EXPECT_THAT(claimable(*other), IsEmpty());

  run(store_->release(id("b"), row.epoch, Attempt::does_not_count));

  EXPECT_THAT(claimable(*other), ElementsAre("b"));
  EXPECT_NE(run(other->claim(id("b"), 0)), std::nullopt);
}

TEST_P(JournalConformance, LetsWhatTheCallerCannotTakeUpHoldUpNoOther) {
  for (const auto* run_id : {"a", "b", "c"}) admit(run_id, Start::queued);
  if (!limited({LimitOf::all, "", 1})) return;
  EXPECT_THAT(claimable(*store_), ElementsAre("a"));
  journal::RunFilter rest;
  rest.without = {id("a"), id("b")};

  EXPECT_THAT(claimable(*store_, rest), ElementsAre("c"));
}

// A parent and its child of one agent need one place between them.
TEST_P(JournalConformance, GivesThePlaceOfARunThatWaitsForOnesBelowIt) {  // [DUR-29]
  if (!limited(kOneClerk)) return;
  auto parent = admit("r");
  admit("other", Start::queued);
  EXPECT_EQ(verdict_of(call(parent, {"c"})), journal::AppendVerdict::appended);
  EXPECT_THAT(claimable(*store_), ElementsAre("other")) << "one place, and the older comes first";

  auto child = claim("c");
  EXPECT_EQ(run(store_->limit_on(id("r"))), std::nullopt) << "while it waits it needs none";
  EXPECT_THAT(run(store_->limit_on(id("other"))), Optional(kOneClerk));
  append(child, {ended()});

  EXPECT_EQ(run(store_->limit_on(id("r"))), std::nullopt);
  EXPECT_THAT(run(store_->limit_on(id("other"))), Optional(kOneClerk)) << "the parent has its place again";
}

TEST_P(JournalConformance, TellsAParentThatAnotherRunTookItsPlace) {  // [DUR-29]
  if (!limited(kOneClerk)) return;
  auto parent = admit("r");
  admit("other", Start::queued);
  auto request = call(parent, {"c"});
  request.admit.front().agent = "judge";
  EXPECT_EQ(verdict_of(std::move(request)), journal::AppendVerdict::appended);
  auto child = claim("c");
  claim("other");

  append(child, {ended()});

  EXPECT_THAT(run(store_->limit_on(id("r"))), Optional(kOneClerk));
  append(find("other"), {ended()});
  EXPECT_EQ(run(store_->limit_on(id("r"))), std::nullopt);
}

// What is told to end does so at once, and needs no place for it.
TEST_P(JournalConformance, LetsRunsEndThatHaveNoPlace) {
  admit("a", Start::queued);
  if (!limited({LimitOf::all, "", 0})) return;

  post("a", "cancel");

  journal::RunFilter to_end;
  to_end.told = journal::RunFilter::Told::to_end;
  EXPECT_THAT(claimable(*store_, to_end), ElementsAre("a"));
  EXPECT_EQ(run(store_->limit_on(id("a"))), std::nullopt);
  claim("a");
}

TEST_P(JournalConformance, LetsCallersTakeTurns) {  // [DUR-18]
  if (!limited({LimitOf::caller, "nobody", 1})) return;
  auto queue_for = [&](std::string caller, std::string_view run_id, int priority = 0) {
    auto wanted = admission(run_id, Start::queued);
    wanted.caller = std::move(caller);
    std::get<journal::Admitted>(wanted.entry.payload).invocation["priority"] = priority;
    run(store_->admit(std::move(wanted)));
  };
  for (const auto* run_id : {"a1", "a2", "a3", "a4"}) queue_for("ann", run_id);
  for (const auto* run_id : {"b1", "b2"}) queue_for("bob", run_id);
  queue_for("cy", "c1");
  queue_for("cy", "c2", -1);

  auto offered = claimable(*store_);
  EXPECT_THAT(offered, AnyOf(ElementsAre("a1", "b1", "c1", "a2", "b2", "a3", "a4", "c2"),
                             ElementsAre("a1", "b1", "c1", "b2", "a2", "a3", "a4", "c2")));
  claim("a1");
  claim("a2");
  EXPECT_THAT(claimable(*store_), ElementsAre("b1", "c1", "b2", "a3", "a4", "c2")) << "ann has two places";
}

// Of one caller's tree, each run of another agent, against one run of another caller.
TEST_P(JournalConformance, CountsATreeForTheCallerOfItsRoot) {  // [DUR-18]
  if (!limited({LimitOf::caller, "nobody", 1})) return;
  auto parent = admit("r");
  std::vector<std::string> children;
  for (char each = '1'; each <= '9'; ++each) children.push_back({'c', each});
  auto request = call(parent, children);
  for (auto& child : request.admit) child.agent = "agent-" + child.id.str();
  EXPECT_EQ(verdict_of(std::move(request)), journal::AppendVerdict::appended);
  auto of_bob = admission("bobs", Start::queued);
  of_bob.caller = "bob";
  run(store_->admit(std::move(of_bob)));

  auto offered = claimable(*store_);
  EXPECT_THAT(std::vector(offered.begin(), offered.begin() + 2), UnorderedElementsAre("c1", "bobs"));
  claim("c1");
  EXPECT_EQ(claimable(*store_).front(), "bobs") << "ann has a place";
}

TEST_P(JournalConformance, TellsTheLoad) {
  if (skipped_without(Need::several_workers) || !limited({LimitOf::all, "", 9})) return;
  auto waits = admit("waits");
  append(waits, {waited(WaitReason::approval)});
  for (const auto* run_id : {"a", "b"}) admit(run_id, Start::queued);
  auto parent = admit("r");
  EXPECT_EQ(verdict_of(call(parent, {"c"})), journal::AppendVerdict::appended);
  auto of_bob = admission("for-bob", Start::queued);
  of_bob.caller = "bob";
  run(store_->admit(std::move(of_bob)));
  claim("a");
  run(store_->release(id("waits"), waits.epoch, Attempt::does_not_count));

  auto other = place_->open_worker();

  EXPECT_THAT(run(other->load()), ElementsAre(QueueLoad{"clerk", "ann", "", 2, 1}, QueueLoad{"clerk", "bob", "", 1, 0}))
      << "a parent has no place while it waits for a child";
}

}  // namespace
}  // namespace executus::conformance
