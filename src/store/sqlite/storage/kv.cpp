#include <utility>

#include <executus/store/sqlite/storage.hpp>

#include "store/sqlite/connection/table_values.hpp"
#include "store/sqlite/open_database.hpp"
#include "store/sqlite/storage/sealing.hpp"
#include "store/sqlite/storage/storage_rows.hpp"
#include "store/sqlite/stored_of_run.hpp"

namespace executus::sqlite {
namespace {

using storage::KvEntry;
using storage::Scope;
using storage::Used;

constexpr std::string_view kPut =
    "INSERT INTO kv(scope,key,bytes,updated,sealed,value) VALUES(?,?,?,?,?,?) ON CONFLICT(scope,key) DO UPDATE SET "
    "bytes=excluded.bytes, updated=excluded.updated, sealed=excluded.sealed, value=excluded.value";

// Keys with a prefix are those that begin with its bytes.
constexpr std::string_view kList =
    "SELECT key, bytes, updated FROM kv WHERE scope=?1 AND key>?2 AND key>=?3 AND substr(key,1,length(?3))=?3 "
    "ORDER BY key LIMIT ?4";

Used replaced_by(const Connection& connection, const Scope& scope, const std::string& key) {
  Statement found(connection, "SELECT bytes FROM kv WHERE scope=? AND key=?");
  auto rows = found.query(scope.str(), key);
  return rows.next() ? Used{static_cast<std::uint64_t>(rows.integer(0)), 1} : Used{};
}

class SqliteKv final : public storage::KvStore {
 public:
  SqliteKv(SharedDatabase database, std::vector<MasterKey> keys, Unsealed unsealed)
      : database_(std::move(database)), sealing_(std::move(keys), "kv", unsealed) {}

  Task<std::optional<std::string>> get(Scope scope, std::string key) override {
    storage::require_key(key);
    co_return co_await parts().look([this, scope = std::move(scope), key = std::move(key)](Connection& connection) {
      refuse_erased(connection, scope);
      Statement found(connection, "SELECT value, sealed FROM kv WHERE scope=? AND key=?");
      auto rows = found.query(scope.str(), key);
      if (!rows.next()) return std::optional<std::string>();
      return std::optional(sealing_.opened(scope, key, std::string(rows.text(0)), rows.integer(1) == 1));
    });
  }

  Task<void> set(Scope scope, std::string key, std::string value, storage::Quota quota) override {
    storage::require_key(key);
    auto bytes = value.size();
    auto stored = sealing_.sealed(scope, key, std::move(value));
    auto now = to_ms(parts().clock.wall());
    bool seals = sealing_.seals();
    auto put = [=, stored = std::move(stored)](Connection& connection) {
      refuse_erased(connection, scope);
      require_room(scope, quota, used_in(connection, "kv", scope), bytes, replaced_by(connection, scope, key));
      Statement(connection, kPut).run(scope.str(), key, bytes, now, seals, Blob{stored});
      return true;
    };
    (void)co_await parts().change(std::move(put));
  }

  Task<bool> remove(Scope scope, std::string key) override {
    storage::require_key(key);
    co_return co_await parts().change([scope = std::move(scope), key = std::move(key)](Connection& connection) {
      Statement(connection, "DELETE FROM kv WHERE scope=? AND key=?").run(scope.str(), key);
      return connection.changes() == 1;
    });
  }

  Task<std::vector<KvEntry>> list(Scope scope, storage::KvPage page) override {
    return parts().look([scope = std::move(scope), page = std::move(page)](Connection& connection) {
      if (is_erased(connection, scope)) return std::vector<KvEntry>();
      Statement keys(connection, kList);
      auto rows = keys.query(scope.str(), page.after, page.prefix, page.limit);
      std::vector<KvEntry> found;
      while (rows.next())
        found.push_back(
            {std::string(rows.text(0)), static_cast<std::uint64_t>(rows.integer(1)), from_ms(rows.integer(2))});
      return found;
    });
  }

  Task<Used> used(Scope scope) override {
    return parts().look(
        [scope = std::move(scope)](Connection& connection) { return used_in(connection, "kv", scope); });
  }

  Task<void> clear(Scope scope) override {
    auto part = [scope = scope.str()](Connection& connection) { return StoredOfRun(connection).delete_values(scope); };
    while (co_await parts().change(part)) {
    }
  }

 private:
  [[nodiscard]] OpenDatabase& parts() const { return **database_; }

  const SharedDatabase database_;
  const Sealing sealing_;
};

}  // namespace

std::unique_ptr<storage::KvStore> kv_store_of(const Database& database, std::vector<MasterKey> keys,
                                              Unsealed unsealed) {
  return std::make_unique<SqliteKv>(database.shared(), std::move(keys), unsealed);
}

}  // namespace executus::sqlite
