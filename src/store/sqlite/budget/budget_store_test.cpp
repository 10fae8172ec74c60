#include <executus/store/sqlite/budget.hpp>
#include <executus/testing/temporary_folder.hpp>

#include "budget/store_suite_test.hpp"
#include "store/sqlite/open_database.hpp"

namespace executus::budget {
namespace {

using executus::testing::TemporaryFolder;

// In one file, which is empty for each.
std::unique_ptr<BudgetStore> make_in_empty_file() {
  static TemporaryFolder folder;
  static sqlite::Database database({folder / "state.db"});
  auto empty = [](sqlite::Connection& connection) {
    for (const char* table : {"budget_limits", "budget_spent", "budget_estimates", "budget_holds"})
      sqlite::Statement(connection, std::string("DELETE FROM ") + table).run();
    return Nothing{};
  };
  auto loop = make_loop(1);
  (void)block_on(*loop, (*database.shared())->change(empty));
  return sqlite::make_budget_store(database);
}

INSTANTIATE_TEST_SUITE_P(Sqlite, BudgetStoreSuite,  // [BUD-02] [BUD-05] [BUD-06]
                         ::testing::Values(make_in_empty_file));

TEST(SqliteBudgets, AreThereWhenTheFileIsOpenedAgain) {  // [DUR-35]
  TemporaryFolder folder;
  auto loop = make_loop(1);
  Limit limit{"agent:a", {{}, 100, {}}, Milliseconds(0), {}};
  RunSpending used;
  used.total.tokens = 7;
  Report report{*RunId::parse("r"), {"agent:a"}, used};
  {
    auto store = sqlite::make_budget_store(sqlite::Database({folder / "state.db"}));
    block_on(*loop, store->set(limit, BudgetStore::Put::always, WallTime()));
    (void)block_on(*loop, store->reserve(report, {Milliseconds(0), 5, {}}, WallTime()));
  }
  auto store = sqlite::make_budget_store(sqlite::Database({folder / "state.db"}));
  auto standings = block_on(*loop, store->list(WallTime()));
  ASSERT_EQ(standings.size(), 1U);
  EXPECT_EQ(standings[0].spent.tokens, 7);
  EXPECT_EQ(standings[0].held.tokens, 5);
  EXPECT_EQ(block_on(*loop, store->holds()).size(), 1U);
}

}  // namespace
}  // namespace executus::budget
