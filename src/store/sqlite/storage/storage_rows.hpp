// What the stores of values and of files ask the database in the same way.
#pragma once

#include <executus/storage/quota.hpp>

#include "storage/rules.hpp"
#include "store/sqlite/connection.hpp"

namespace executus::sqlite {

// `table`: "kv" or "files".
[[nodiscard]] inline storage::Used used_in(const Connection& connection, std::string_view table,
                                           const storage::Scope& scope) {
  Statement sum(connection,
                std::string("SELECT COALESCE(SUM(bytes),0), COUNT(*) FROM ").append(table).append(" WHERE scope=?"));
  auto rows = sum.query(scope.str());
  if (!rows.next()) return {};
  return {static_cast<std::uint64_t>(rows.integer(0)), static_cast<std::uint64_t>(rows.integer(1))};
}

// Nothing is kept for a run that was erased: no later erasing would reach it.
inline void refuse_erased(const Connection& connection, const storage::Scope& scope) {
  auto run = scope.run();
  if (!run) return;
  Statement erased(connection, "SELECT 1 FROM erased WHERE run_id=?");
  if (erased.query(run->str()).next()) throw storage::erased_run(scope);
}

}  // namespace executus::sqlite
