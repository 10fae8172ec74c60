// Runs that are admitted with what they have done so far.
#include <executus/conformance/journal.hpp>

namespace executus::conformance {
namespace {

using journal::AdmitVerdict;
using journal::Start;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::Optional;

const WallTime kBegun(seconds(60));

journal::Payload spent() {
  llm::Response response;
  response.usage.input = 7;
  return journal::Responded{std::move(response), llm::NanoDollars{1'500}};
}

journal::Admission driven(journal::Admission admission, std::vector<journal::Payload> payloads) {
  admission.entry.at = kBegun;
  for (auto& payload : payloads)
    admission.so_far.push_back({2 + admission.so_far.size(), kBegun, Milliseconds(5), std::move(payload)});
  return admission;
}

TEST_P(JournalConformance, AdmitsARunWithWhatItHasDone) {  // [HOST-01]
  auto wanted = driven(admission("r"), {journal::Opened{1, ""}, spent(), steered()});

  auto admitted = run(store_->admit(wanted));

  ASSERT_EQ(admitted.verdict, AdmitVerdict::created);
  for (const auto& row : {admitted.row, find("r")}) {
    EXPECT_EQ(row.status, RunStatus::running);
    EXPECT_EQ(row.created, kBegun);
    EXPECT_EQ(row.last_seq, 4u);
    EXPECT_EQ(row.steps, 1);
    EXPECT_EQ(row.usage.input, 7) << "it is its own";
    EXPECT_EQ(row.cost.known, llm::NanoDollars{1'500});
    EXPECT_EQ(row.attempts, 1);
    EXPECT_EQ(row.fruitless, 0) << "it has made progress";
    EXPECT_FALSE(row.worker.empty());
  }
  EXPECT_THAT(kinds("r"), ElementsAre("admitted", "opened", "responded", "steered"));
  EXPECT_EQ(append(admitted.row, {ended()}).verdict, journal::AppendVerdict::appended);
  EXPECT_EQ(run(store_->admit(wanted)).verdict, AdmitVerdict::exists);
}

TEST_P(JournalConformance, AdmitsARunWithItsEnd) {  // [HOST-01]
  auto wanted = driven(admission("r"), {spent(), ended()});
  wanted.target = {"chat", "42"};

  auto row = run(store_->admit(std::move(wanted))).row;

  EXPECT_EQ(row.status, RunStatus::ok);
  EXPECT_EQ(row.worker, "");
  EXPECT_THAT(find("r").ended_at, Optional(kBegun));
  EXPECT_EQ(find("r").worker, "");
  auto end = run(store_->outgoing_of(id("r")));
  ASSERT_TRUE(end);
  EXPECT_EQ(end->key(), "r/3");
}

TEST_P(JournalConformance, ARunThatWasDrivenBeforeHasAPlace) {  // [HOST-01]
  if (!limited({journal::LimitOf::agent, "clerk", 0})) return;

  auto row = run(store_->admit(driven(admission("r"), {spent()}))).row;

  EXPECT_EQ(row.status, RunStatus::running);
  EXPECT_EQ(admit("other").status, RunStatus::queued);
}

TEST_P(JournalConformance, RefusesARunWhoseEntriesDoNotFollowEachOther) {  // [HOST-01]
  auto wanted = driven(admission("r"), {spent(), spent()});
  wanted.so_far[1].seq = 7;

  EXPECT_THROW((void)run(store_->admit(std::move(wanted))), Error);

  EXPECT_EQ(run(store_->find(id("r"))), std::nullopt);
}

}  // namespace
}  // namespace executus::conformance
