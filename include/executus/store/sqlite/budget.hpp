// Budgets in the SQLite file of the journal.
#pragma once

#include <memory>

#include <executus/budget/store.hpp>
#include <executus/store/sqlite/database.hpp>

namespace executus::sqlite {

// The file stays open as long as it lives.
[[nodiscard]] std::unique_ptr<budget::BudgetStore> make_budget_store(const Database& database);

}  // namespace executus::sqlite
