#include <algorithm>
#include <map>
#include <mutex>

#include <executus/base/digest.hpp>

#include "storage/rules.hpp"

namespace executus::storage {
namespace {

class MemoryFileStore final : public FileStore {
 public:
  explicit MemoryFileStore(const Clock& clock) : clock_(clock) {}

  Task<FileInfo> save(Scope scope, NewFile file, Quota quota) override {
    require_file(file);
    std::lock_guard lock(mutex_);
    if (auto found = files_.find(file.id); found != files_.end()) {
      if (found->second.info.scope != scope) throw other_scopes_file(file.id);
      co_return found->second.info;
    }
    require_room(scope, quota, sum_of(scope), file.content.size(), {});
    FileInfo info{
        file.id,      scope, std::move(file.name), std::move(file.mime), file.content.size(), sha256_hex(file.content),
        clock_.wall()};
    files_.emplace(std::move(file.id), Kept{info, std::move(file.content)});
    co_return info;
  }

  Task<std::optional<FileInfo>> find(std::string id) override {
    std::lock_guard lock(mutex_);
    auto found = files_.find(id);
    co_return found == files_.end() ? std::nullopt : std::optional(found->second.info);
  }

  Task<std::optional<std::string>> read(std::string id, std::uint64_t offset, std::uint64_t bytes) override {
    std::lock_guard lock(mutex_);
    auto found = files_.find(id);
    if (found == files_.end()) co_return std::nullopt;
    const auto& content = found->second.content;
    co_return content.substr(std::min<std::uint64_t>(offset, content.size()), bytes);
  }

  Task<std::vector<FileInfo>> list(Scope scope, FilePage page) override {
    std::lock_guard lock(mutex_);
    std::vector<FileInfo> found;
    for (const auto& [id, kept] : files_)
      if (kept.info.scope == scope && id > page.after && found.size() < page.limit) found.push_back(kept.info);
    co_return found;
  }

  Task<bool> remove(std::string id) override {
    std::lock_guard lock(mutex_);
    co_return files_.erase(id) > 0;
  }

  Task<Used> used(Scope scope) override {
    std::lock_guard lock(mutex_);
    co_return sum_of(scope);
  }

  Task<void> clear(Scope scope) override {
    std::lock_guard lock(mutex_);
    std::erase_if(files_, [&](const auto& each) { return each.second.info.scope == scope; });
    co_return;
  }

 private:
  struct Kept {
    FileInfo info;
    std::string content;
  };

  Used sum_of(const Scope& scope) const {
    Used used;
    for (const auto& [id, kept] : files_)
      if (kept.info.scope == scope) used.bytes += kept.info.bytes, ++used.items;
    return used;
  }

  const Clock& clock_;
  std::mutex mutex_;
  std::map<std::string, Kept> files_;
};

}  // namespace

std::unique_ptr<FileStore> make_memory_file_store(const Clock& clock) {
  return std::make_unique<MemoryFileStore>(clock);
}

}  // namespace executus::storage
