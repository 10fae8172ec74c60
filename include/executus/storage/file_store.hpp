// Port: keeps files of runs, agents and callers. A file has an id, and never changes; saving under an id that is there
// already gives that file, so that a save can be repeated.
//
// Threads: any. Errors: storage.name (no id, name or type that can be kept), storage.too_large (one file),
// storage.quota (the scope is full), storage.exists (the id is that of another scope's file), storage.erased (the run
// of the scope was erased), and what the place throws (store.*, crypto.*); nothing is changed then.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <executus/base/clock.hpp>
#include <executus/storage/quota.hpp>

namespace executus::storage {

struct FileInfo {
  std::string id;
  Scope scope;
  std::string name;
  std::string mime;
  std::uint64_t bytes = 0;
  std::string sha256;  // of its content, in hexadecimal
  WallTime created{};
  bool operator==(const FileInfo&) const = default;
};

struct NewFile {
  std::string id;    // 1 to 100 of [A-Za-z0-9._-]
  std::string name;  // 1 to 255 bytes of UTF-8 without control characters and '/'
  std::string mime = "application/octet-stream";
  std::string content = {};
};

struct FilePage {
  std::string after = {};  // the last id of the page before
  std::size_t limit = 100;
};

class FileStore {
 public:
  virtual ~FileStore() = default;

  // `quota` is that of the scope.
  [[nodiscard]] virtual Task<FileInfo> save(Scope scope, NewFile file, Quota quota) = 0;
  [[nodiscard]] virtual Task<std::optional<FileInfo>> find(std::string id) = 0;
  // At most `bytes` of its content, from `offset` on; nothing: there is no such file.
  [[nodiscard]] virtual Task<std::optional<std::string>> read(std::string id, std::uint64_t offset,
                                                              std::uint64_t bytes) = 0;
  [[nodiscard]] virtual Task<std::vector<FileInfo>> list(Scope scope, FilePage page) = 0;  // by id
  [[nodiscard]] virtual Task<bool> remove(std::string id) = 0;                             // false: there is none
  [[nodiscard]] virtual Task<Used> used(Scope scope) = 0;
  // All of the scope, a part at a time.
  [[nodiscard]] virtual Task<void> clear(Scope scope) = 0;
};

// `clock` outlives it.
[[nodiscard]] std::unique_ptr<FileStore> make_memory_file_store(const Clock& clock);

}  // namespace executus::storage
