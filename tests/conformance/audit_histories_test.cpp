#include <executus/audit/journal_history.hpp>
#include <executus/store/sqlite.hpp>
#include <executus/testing/temporary_folder.hpp>

#include "audit/history_suite_test.hpp"

namespace executus::audit {
namespace {

// The database goes with the last that uses it.
std::unique_ptr<Books> in_sqlite(const Clock& clock) {
  auto folder = std::make_shared<testing::TemporaryFolder>();
  std::shared_ptr<journal::JournalStore> opened =
      sqlite::open_store({*folder / "journal.db", &clock, Milliseconds(5'000), {}});
  std::shared_ptr<journal::JournalStore> store(opened.get(), [folder, opened](auto*) mutable { opened.reset(); });
  opened.reset();
  auto view = std::make_unique<JournalHistory>(*store);
  return std::make_unique<JournalBooks>(std::move(view), std::move(store), clock);
}

// The database has no tables of audits: its journal is what is looked at. [AUD-02] [STO-06]
INSTANTIATE_TEST_SUITE_P(Sqlite, HistorySuite, ::testing::Values(in_sqlite));
INSTANTIATE_TEST_SUITE_P(Sqlite, HistoryOfAFamily, ::testing::Values(in_sqlite));

}  // namespace
}  // namespace executus::audit
