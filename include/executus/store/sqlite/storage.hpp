// Values and files in one SQLite file, beside its runs. Any number of processes share them; those of a run go when the
// run is erased.
//
// With `keys` values and files are encrypted (executus/base/sealed.hpp), each scope with keys of its own: the first key
// seals, all open, and what is stored without encryption is refused unless it may be read. Scopes, keys of values, ids
// of files, sizes and times are not encrypted; a file whose size was changed is refused. A file that is saved is one
// commit.
//
// Of a run that was erased nothing is found, also while its rest is being deleted; a value of it throws storage.erased.
#pragma once

#include <memory>
#include <vector>

#include <executus/base/sealed.hpp>
#include <executus/storage/file_store.hpp>
#include <executus/storage/kv_store.hpp>
#include <executus/store/sqlite/database.hpp>

namespace executus::sqlite {

// What becomes of a value or file that is stored without encryption where keys are given. refused: Error
// crypto.malformed. read: as it is, for a database that is older than its keys; who can write the file can then put
// values of theirs into it.
enum class Unsealed { refused, read };

// They keep the database open as long as they live.
[[nodiscard]] std::unique_ptr<storage::KvStore> kv_store_of(const Database& database, std::vector<MasterKey> keys = {},
                                                            Unsealed unsealed = Unsealed::refused);
[[nodiscard]] std::unique_ptr<storage::FileStore> file_store_of(const Database& database,
                                                                std::vector<MasterKey> keys = {},
                                                                Unsealed unsealed = Unsealed::refused);

}  // namespace executus::sqlite
