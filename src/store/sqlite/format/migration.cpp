#include "store/sqlite/format/migration.hpp"

#include <string>
#include <vector>

#include <executus/base/error.hpp>

#include "store/sqlite/connection/locks.hpp"
#include "store/sqlite/format/from_format_3.hpp"
#include "store/sqlite/format/from_format_4.hpp"
#include "store/sqlite/format/schema.hpp"

namespace executus::sqlite {
namespace {

constexpr std::int64_t kIncremental = 2;  // of PRAGMA auto_vacuum

struct Holder {
  std::int64_t worker, pid;
};

std::vector<Holder> workers(const Connection& connection) {
  Statement all(connection, "SELECT id, pid FROM workers ORDER BY id");
  auto rows = all.query();
  std::vector<Holder> found;
  while (rows.next()) found.push_back({rows.integer(0), rows.integer(1)});
  return found;
}

// An older executus would go on writing what this one reads otherwise. A worker that lives holds its lock, wherever
// on this machine it runs.
void refuse_while_in_use(const Connection& connection, const std::filesystem::path& path) {
  const WorkerLocks locks(path);
  for (const auto& holder : workers(connection))
    if (locks.is_held(holder.worker))
      throw Error(ErrorKind::overloaded, "store.older_in_use",
                  "the database " + path.string() + " is of an older format, and process " +
                      std::to_string(holder.pid) +
                      " of an older executus works with it; stop that one, then try again: the database is brought to "
                      "the format of this one");
}

// Pages that are free can be given back to the file system only with page maps, and SQLite makes them for a whole
// database at once. To an older executus the database stays what it was.
void let_pages_go(Connection& connection) {
  if (connection.integer("PRAGMA auto_vacuum") == kIncremental) return;
  connection.execute("PRAGMA auto_vacuum=INCREMENTAL; VACUUM");
}

}  // namespace

void migrate(Connection& connection, const std::filesystem::path& path, std::int64_t from) {
  refuse_while_in_use(connection, path);
  let_pages_go(connection);
  WriteTransaction transaction(connection);
  refuse_while_in_use(connection, path);
  if (from <= 3) from_format_3(connection);
  if (from <= 4) from_format_4(connection);
  connection.execute(("PRAGMA user_version=" + std::to_string(kSchemaVersion)).c_str());
  transaction.commit();
}

}  // namespace executus::sqlite
