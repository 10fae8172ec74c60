#include "store/sqlite/stored_of_run.hpp"

namespace executus::sqlite {
namespace {

constexpr int kRowsAtOnce = 256;
constexpr std::int64_t kBytesAtOnce = 1'000'000;

// Rows to delete, until they are large enough together. The query gives id and bytes.
std::vector<std::int64_t> first_rows(Rows rows) {
  std::vector<std::int64_t> ids;
  for (std::int64_t bytes = 0; bytes < kBytesAtOnce && rows.next(); bytes += rows.integer(1))
    ids.push_back(rows.integer(0));
  return ids;
}

}  // namespace

StoredOfRun::StoredOfRun(const Connection& connection)
    : connection_(connection),
      values_(connection, "SELECT id, bytes FROM kv WHERE scope=? LIMIT ?"),
      delete_value_(connection, "DELETE FROM kv WHERE id=?"),
      detach_(connection,
              "UPDATE files SET scope='', file='/'||id, about=x'' WHERE id IN (SELECT id FROM files WHERE scope=? "
              "LIMIT ?)"),
      detached_(connection, "SELECT id FROM files WHERE scope='' LIMIT 1"),
      parts_(connection, "SELECT part, length(content) FROM file_parts WHERE file=? LIMIT ?"),
      delete_part_(connection, "DELETE FROM file_parts WHERE file=? AND part=?"),
      delete_file_(connection, "DELETE FROM files WHERE id=?") {}

bool StoredOfRun::delete_values(const std::string& scope) {
  auto ids = first_rows(values_.query(scope, kRowsAtOnce));
  for (auto id : ids) delete_value_.run(id);
  return !ids.empty();
}

bool StoredOfRun::detach_files(const std::string& scope) {
  detach_.run(scope, kRowsAtOnce);
  return connection_.changes() > 0;
}

bool StoredOfRun::has_detached() { return detached_.query().next(); }

// Its row goes last, so that what is left of it is found.
bool StoredOfRun::delete_detached() {
  std::int64_t file = 0;
  {
    auto rows = detached_.query();
    if (!rows.next()) return false;
    file = rows.integer(0);
  }
  auto parts = first_rows(parts_.query(file, kRowsAtOnce));
  for (auto part : parts) delete_part_.run(file, part);
  if (parts.empty()) delete_file_.run(file);
  return true;
}

}  // namespace executus::sqlite
