#include <executus/fanout/order.hpp>

namespace executus::fanout {

Order::Order(const std::vector<std::string>& keys, const Bounds& bounds) : max_concurrent_(bounds.max_concurrent) {
  key_of_item_.reserve(keys.size());
  std::map<std::string, std::size_t> numbers;
  for (const auto& name : keys) {
    auto [found, added] = numbers.try_emplace(name, keys_.size());
    if (added) {
      auto bound = bounds.per_key.find(name);
      keys_.push_back({.bound = bound == bounds.per_key.end() ? 0 : bound->second});
    }
    keys_[found->second].waiting.push_back(key_of_item_.size());
    key_of_item_.push_back(found->second);
  }
  for (std::size_t key = 0; key < keys_.size(); ++key) offer(key);
}

std::optional<std::size_t> Order::next() {
  if (ready_.empty() || (max_concurrent_ > 0 && running_ >= max_concurrent_)) return std::nullopt;
  auto [item, key] = *ready_.begin();
  ready_.erase(ready_.begin());
  keys_[key].waiting.pop_front();
  ++keys_[key].running;
  ++running_;
  offer(key);
  return item;
}

void Order::ended(std::size_t item) {
  auto key = key_of_item_[item];
  auto was_full = keys_[key].is_full();
  --keys_[key].running;
  --running_;
  if (was_full) offer(key);
}

void Order::offer(std::size_t key) {
  if (!keys_[key].is_full() && !keys_[key].waiting.empty()) ready_.emplace(keys_[key].waiting.front(), key);
}

}  // namespace executus::fanout
