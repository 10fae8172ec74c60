// The values and files that runs keep in the database.
#pragma once

#include <memory>
#include <vector>

#include <executus/store/sqlite/storage.hpp>

namespace executus {

class Stored final {
 public:
  Stored(const sqlite::Database& database, const std::vector<MasterKey>& keys, sqlite::Unsealed unsealed)
      : values_(sqlite::kv_store_of(database, keys, unsealed)),
        files_(sqlite::file_store_of(database, keys, unsealed)) {}

  [[nodiscard]] storage::KvStore& values() const noexcept { return *values_; }
  [[nodiscard]] storage::FileStore& files() const noexcept { return *files_; }

 private:
  const std::unique_ptr<storage::KvStore> values_;
  const std::unique_ptr<storage::FileStore> files_;
};

}  // namespace executus
