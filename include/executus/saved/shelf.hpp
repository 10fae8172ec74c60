// The values of a store in memory: what memory stores of agents and of skills have in common.
#pragma once

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <executus/saved/store.hpp>

namespace executus::saved {

[[noreturn]] void throw_exists(const Record& record, const Definition& definition);
[[noreturn]] void throw_unknown(const Record& record);
[[noreturn]] void throw_changed(const Record& record, const Definition& definition, const std::string& newest);

// Threads: any. What each does is said by Store.
template <class Value>
class Shelf final {
 public:
  Value create(Value value) {
    std::lock_guard lock(mutex_);
    refuse_taken_name(value);
    value.record.id = std::to_string(++last_id_);
    value.record.last_run.reset();
    return keep(std::move(value));
  }

  Value update(Value value) {
    std::lock_guard lock(mutex_);
    auto at = histories_.find(value.record.id);
    if (at == histories_.end()) throw_unknown(value.record);
    const Value& now = at->second.back();
    if (now.record.version != value.record.version) throw_changed(value.record, value.definition, now.record.version);
    refuse_taken_name(value);
    value.record.last_run = now.record.last_run;
    if (value.definition.schedule == now.definition.schedule) value.record.next_run = now.record.next_run;
    return value == now ? now : keep(std::move(value));
  }

  bool remove(const std::string& id) {
    std::lock_guard lock(mutex_);
    return histories_.erase(id) > 0;
  }

  // The newest versions that `is_wanted` takes, by owner and name.
  template <class Wanted>
  std::vector<Value> select(Wanted is_wanted) {
    std::lock_guard lock(mutex_);
    std::vector<Value> found;
    for (const auto& [id, history] : histories_)
      if (is_wanted(history.back())) found.push_back(history.back());
    std::ranges::sort(found, {},
                      [](const Value& value) { return std::tie(value.record.owner, value.definition.agent.name); });
    return found;
  }
  template <class Wanted>
  std::optional<Value> first(Wanted is_wanted) {
    auto found = select(is_wanted);
    return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
  }

  std::vector<Value> versions(const std::string& id) {
    std::lock_guard lock(mutex_);
    auto at = histories_.find(id);
    if (at == histories_.end()) return {};
    std::vector<Value> newest_first(at->second.rbegin(), at->second.rend());
    for (auto& each : newest_first) forget_runs(each);
    return newest_first;
  }
  std::optional<Value> version(const std::string& version) {
    std::lock_guard lock(mutex_);
    for (const auto& [id, history] : histories_)
      for (auto each : history)
        if (each.record.version == version) return forget_runs(each);
    return std::nullopt;
  }

  std::vector<Value> due(WallTime now) {
    auto found = select([&](const Value& value) {
      auto at = due_at(value.record, value.definition);
      return at && *at <= now;
    });
    std::ranges::sort(found, {}, [](const Value& value) {
      return std::tie(*value.record.next_run, value.record.owner, value.definition.agent.name);
    });
    return found;
  }
  bool mark_run(const std::string& id, WallTime ran, std::optional<WallTime> next) {
    std::lock_guard lock(mutex_);
    auto at = histories_.find(id);
    if (at == histories_.end()) return false;
    at->second.back().record.last_run = ran;
    at->second.back().record.next_run = next;
    return true;
  }

 private:
  static Value& forget_runs(Value& value) {
    value.record.next_run.reset();
    value.record.last_run.reset();
    return value;
  }

  void refuse_taken_name(const Value& value) const {
    for (const auto& [id, history] : histories_) {
      const Value& other = history.back();
      bool is_taken = other.record.owner == value.record.owner &&
                      other.definition.agent.name == value.definition.agent.name && id != value.record.id;
      if (is_taken) throw_exists(value.record, value.definition);
    }
  }

  Value keep(Value value) {
    value.record.version = std::to_string(++last_version_);
    return histories_[value.record.id].emplace_back(std::move(value));
  }

  std::mutex mutex_;
  std::map<std::string, std::vector<Value>> histories_;  // by id; the newest last
  int last_id_ = 0, last_version_ = 0;
};

}  // namespace executus::saved
