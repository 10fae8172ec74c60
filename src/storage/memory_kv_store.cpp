#include <map>
#include <mutex>

#include "storage/rules.hpp"

namespace executus::storage {
namespace {

class MemoryKvStore final : public KvStore {
 public:
  explicit MemoryKvStore(const Clock& clock) : clock_(clock) {}

  Task<std::optional<std::string>> get(Scope scope, std::string key) override {
    require_key(key);
    std::lock_guard lock(mutex_);
    auto& values = scopes_[scope];
    auto found = values.find(key);
    co_return found == values.end() ? std::nullopt : std::optional(found->second.text);
  }

  Task<void> set(Scope scope, std::string key, std::string value, Quota quota) override {
    require_key(key);
    std::lock_guard lock(mutex_);
    auto& values = scopes_[scope];
    auto found = values.find(key);
    Used replaced = found == values.end() ? Used{} : Used{found->second.text.size(), 1};
    require_room(scope, quota, sum_of(values), value.size(), replaced);
    values[std::move(key)] = {std::move(value), clock_.wall()};
    co_return;
  }

  Task<bool> remove(Scope scope, std::string key) override {
    require_key(key);
    std::lock_guard lock(mutex_);
    co_return scopes_[scope].erase(key) > 0;
  }

  Task<std::vector<KvEntry>> list(Scope scope, KvPage page) override {
    std::lock_guard lock(mutex_);
    std::vector<KvEntry> found;
    for (const auto& [key, value] : scopes_[scope])
      if (key > page.after && key.starts_with(page.prefix) && found.size() < page.limit)
        found.push_back({key, value.text.size(), value.updated});
    co_return found;
  }

  Task<Used> used(Scope scope) override {
    std::lock_guard lock(mutex_);
    co_return sum_of(scopes_[scope]);
  }

  Task<void> clear(Scope scope) override {
    std::lock_guard lock(mutex_);
    scopes_.erase(scope);
    co_return;
  }

 private:
  struct Value {
    std::string text;
    WallTime updated;
  };
  using Values = std::map<std::string, Value>;

  static Used sum_of(const Values& values) {
    Used used;
    for (const auto& [key, value] : values) used.bytes += value.text.size(), ++used.items;
    return used;
  }

  const Clock& clock_;
  std::mutex mutex_;
  std::map<Scope, Values> scopes_;
};

}  // namespace

std::unique_ptr<KvStore> make_memory_kv_store(const Clock& clock) { return std::make_unique<MemoryKvStore>(clock); }

}  // namespace executus::storage
