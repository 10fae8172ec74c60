// Values and files in one SQLite file, beside its runs. Any number of processes share them; those of a run go when the
// run is erased.
//
// With `keys` values and files are encrypted (executus/base/sealed.hpp), each scope with keys of its own: the first key
// seals, all open, and what was stored without encryption is read as it is. Scopes, keys of values, ids of files, sizes
// and times are not encrypted. A file that is saved is one commit.
#pragma once

#include <memory>
#include <vector>

#include <executus/base/sealed.hpp>
#include <executus/storage/file_store.hpp>
#include <executus/storage/kv_store.hpp>
#include <executus/store/sqlite/database.hpp>

namespace executus::sqlite {

// They keep the database open as long as they live.
[[nodiscard]] std::unique_ptr<storage::KvStore> kv_store_of(const Database& database, std::vector<MasterKey> keys = {});
[[nodiscard]] std::unique_ptr<storage::FileStore> file_store_of(const Database& database,
                                                                std::vector<MasterKey> keys = {});

}  // namespace executus::sqlite
