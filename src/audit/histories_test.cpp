#include <executus/audit/journal_history.hpp>
#include <executus/audit/memory_store.hpp>
#include <executus/journal/memory_store.hpp>

#include "audit/history_suite_test.hpp"

namespace executus::audit {
namespace {

std::unique_ptr<Books> in_memory(const Clock& clock) {
  return std::make_unique<StoreBooks>(std::make_unique<MemoryAudit>(), clock);
}

std::unique_ptr<Books> of_a_journal(const Clock& clock) {
  std::shared_ptr<journal::JournalStore> store = journal::make_memory_store(clock);
  return std::make_unique<JournalBooks>(std::make_unique<JournalHistory>(*store), store, clock);
}

// What the suite asserts: [AUD-01] [AUD-02] [AUD-04] [AUD-05] [AUD-06] [AUD-07]
INSTANTIATE_TEST_SUITE_P(Memory, HistorySuite, ::testing::Values(in_memory));  // [AUD-09]
INSTANTIATE_TEST_SUITE_P(Memory, HistoryOfAFamily, ::testing::Values(in_memory));
INSTANTIATE_TEST_SUITE_P(Journal, HistorySuite, ::testing::Values(of_a_journal));
INSTANTIATE_TEST_SUITE_P(Journal, HistoryOfAFamily, ::testing::Values(of_a_journal));

TEST(JournalHistory, FollowsARunThatIsReopenedAndGetsAnotherAgent) {  // [AUD-02] [AUD-04]
  testing::ManualLoop loop;
  auto store = journal::make_memory_store(loop.clock());
  JournalHistory history(*store);
  auto run = *RunId::parse("run");
  journal::Admission admission;
  admission.id = run;
  journal::Admitted admitted;
  admitted.agent = to_json(Agent{.name = "clerk", .id = "clerk-1"});
  admission.entry = {1, {}, {}, std::move(admitted)};
  (void)loop.run(store->admit(std::move(admission)));
  journal::Mapped mapped{{{"a", "agent__helper", "{}"}, {"b", "agent__helper", "{}"}}};
  journal::Append append{.run = run, .epoch = 1, .after = 1};
  append.entries.push_back({2, {}, Milliseconds(5), std::move(mapped)});
  append.entries.push_back({3, {}, Milliseconds(8), journal::Cut{"half an ans"}});
  append.entries.push_back({4, {}, Milliseconds(9), journal::Ended{RunStatus::timeout, "", "too slow", "run.timeout"}});
  (void)loop.run(store->append(std::move(append)));
  auto ended = *loop.run(history.find(run));
  EXPECT_EQ(ended.stats.tools, (std::map<std::string, int>{{"agent__helper", 2}}));
  EXPECT_EQ(ended.stats.output + ", " + ended.stats.error, "half an ans, too slow");
  EXPECT_EQ(ended.stats.runtime, Milliseconds(9));

  journal::Amendment amendment{.run = run, .as_of = 4, .entries = {}};
  amendment.entries.push_back({5, {}, Milliseconds(9), journal::Reopened{}});
  amendment.entries.push_back(
      {6, {}, Milliseconds(9), journal::Redefined{to_json(Agent{.name = "clerk", .id = "clerk-2"}), ""}});
  EXPECT_EQ(loop.run(store->amend(std::move(amendment))), journal::AmendVerdict::amended);
  auto reopened = *loop.run(history.find(run));
  EXPECT_FALSE(reopened.ended);
  EXPECT_EQ(reopened.stats.output + reopened.stats.error, "");
  EXPECT_EQ(reopened.info.subject, "clerk-2");
  EXPECT_THAT(loop.run(history.by_subject("clerk-2")), SizeIs(1));
  EXPECT_THAT(loop.run(history.by_subject("clerk-1")), IsEmpty());
}

// Of the one there is what its row says, and why there is no more.
TEST(JournalHistory, ARunThatCannotBeReadHidesNoOther) {  // [AUD-02]
  testing::ManualLoop loop;
  auto store = journal::make_memory_store(loop.clock());
  JournalHistory history(*store);
  for (const char* name : {"broken", "whole"}) {
    journal::Admission admission;
    admission.id = *RunId::parse(name);
    admission.agent = "clerk";
    journal::Admitted admitted;
    admitted.agent = to_json(Agent{.name = "clerk"});
    if (admission.id.str() == "broken") admitted.agent["name"] = 7;
    admission.entry = {1, loop.clock().wall(), Milliseconds(3), std::move(admitted)};
    (void)loop.run(store->admit(std::move(admission)));
  }
  auto runs = loop.run(history.list(AuditFilter()));
  ASSERT_THAT(runs, SizeIs(2));
  EXPECT_EQ(runs[0].unreadable, "");
  EXPECT_EQ(runs[0].stats.runtime, Milliseconds(3));
  EXPECT_THAT(runs[1].unreadable, HasSubstr("malformed"));
  EXPECT_EQ(runs[1].info.name, "clerk");
  auto spent = loop.run(history.spent(AuditFilter(), By::agent));
  EXPECT_EQ(spent.at(0).runs, 2u);
}

}  // namespace
}  // namespace executus::audit
