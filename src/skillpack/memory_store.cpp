#include <map>
#include <mutex>
#include <utility>

#include <executus/skillpack/store.hpp>

namespace executus::skillpack {
namespace {

class MemoryStore final : public PackStore {
 public:
  std::vector<Subscription> list() override {
    std::lock_guard lock(mutex_);
    std::vector<Subscription> all;
    for (const auto& [name, subscription] : subscriptions_) all.push_back(subscription);
    return all;
  }

  void update(const std::string& name, const Change& change) override {
    std::lock_guard lock(mutex_);
    auto known = subscriptions_.find(name);
    auto subscription = known == subscriptions_.end() ? std::nullopt : std::optional(known->second);
    change(subscription);
    if (subscription)
      subscriptions_.insert_or_assign(name, std::move(*subscription));
    else
      subscriptions_.erase(name);
  }

  void keep(const PackTree& tree) override {
    std::lock_guard lock(mutex_);
    contents_.try_emplace(digest_of(tree), PackTree{tree.files, {}});
  }

  std::optional<PackTree> content(const std::string& digest) override {
    std::lock_guard lock(mutex_);
    auto known = contents_.find(digest);
    return known == contents_.end() ? std::nullopt : std::optional(known->second);
  }

 private:
  std::mutex mutex_;
  std::map<std::string, Subscription> subscriptions_;
  std::map<std::string, PackTree> contents_;
};

}  // namespace

std::unique_ptr<PackStore> make_memory_store() { return std::make_unique<MemoryStore>(); }

}  // namespace executus::skillpack
