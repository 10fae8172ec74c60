// What the stores of values and of files ask the database in the same way.
#pragma once

#include <executus/storage/quota.hpp>

#include "storage/rules.hpp"
#include "store/sqlite/connection/connection.hpp"

namespace executus::sqlite {

// What such a run had is deleted a part at a time.
[[nodiscard]] inline bool is_erased(const Connection& connection, const storage::Scope& scope) {
  auto run = scope.run();
  if (!run) return false;
  Statement erased(connection, "SELECT 1 FROM erased WHERE run_id=?");
  return erased.query(run->str()).next();
}

// `table`: "kv" or "files".
[[nodiscard]] inline storage::Used used_in(const Connection& connection, std::string_view table,
                                           const storage::Scope& scope) {
  if (is_erased(connection, scope)) return {};
  Statement sum(connection,
                std::string("SELECT COALESCE(SUM(bytes),0), COUNT(*) FROM ").append(table).append(" WHERE scope=?"));
  auto rows = sum.query(scope.str());
  if (!rows.next()) return {};
  return {static_cast<std::uint64_t>(rows.integer(0)), static_cast<std::uint64_t>(rows.integer(1))};
}

// Nothing is kept for a run that was erased: no later erasing would reach it.
inline void refuse_erased(const Connection& connection, const storage::Scope& scope) {
  if (is_erased(connection, scope)) throw storage::erased_run(scope);
}

}  // namespace executus::sqlite
