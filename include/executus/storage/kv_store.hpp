// Port: keeps values by key, for each scope apart. Keys are 1 to 500 bytes of UTF-8 without control characters; values
// are any bytes.
//
// Threads: any. Errors: storage.key (no key), storage.too_large (one value), storage.quota (the scope is full),
// storage.erased (the run of the scope was erased), and what the place throws (store.*, crypto.*); nothing is changed
// then. Order: what was set before a call is seen by it, also from other processes.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <executus/base/clock.hpp>
#include <executus/storage/quota.hpp>

namespace executus::storage {

struct KvEntry {
  std::string key;
  std::uint64_t bytes = 0;  // of its value
  WallTime updated{};
  bool operator==(const KvEntry&) const = default;
};

struct KvPage {
  std::string prefix = {};  // of keys
  std::string after = {};   // the last key of the page before
  std::size_t limit = 100;
};

class KvStore {
 public:
  virtual ~KvStore() = default;

  [[nodiscard]] virtual Task<std::optional<std::string>> get(Scope scope, std::string key) = 0;
  // Replaces what is there. `quota` is that of the scope; replacing counts the difference.
  [[nodiscard]] virtual Task<void> set(Scope scope, std::string key, std::string value, Quota quota) = 0;
  [[nodiscard]] virtual Task<bool> remove(Scope scope, std::string key) = 0;            // false: there is none
  [[nodiscard]] virtual Task<std::vector<KvEntry>> list(Scope scope, KvPage page) = 0;  // by key
  [[nodiscard]] virtual Task<Used> used(Scope scope) = 0;
  // All of the scope, a part at a time.
  [[nodiscard]] virtual Task<void> clear(Scope scope) = 0;
};

// `clock` outlives it.
[[nodiscard]] std::unique_ptr<KvStore> make_memory_kv_store(const Clock& clock);

}  // namespace executus::storage
