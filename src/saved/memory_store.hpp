// Saved values in memory.
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

#include "saved/refusals.hpp"

namespace executus::saved {

template <class Value>
class MemoryStore final : public Store<Value> {
 public:
  Value create(Value value) override {
    std::lock_guard lock(mutex_);
    return add(std::move(value));
  }
  Value update(Value value) override {
    std::lock_guard lock(mutex_);
    return replace(std::move(value));
  }
  std::vector<Value> save(std::vector<Value> values) override {
    std::lock_guard lock(mutex_);
    auto before = kept_;
    try {
      for (auto& value : values) value = value.record.id.empty() ? add(std::move(value)) : replace(std::move(value));
    } catch (...) {
      kept_ = std::move(before);
      throw;
    }
    return values;
  }

  bool remove(const std::string& id) override {
    std::lock_guard lock(mutex_);
    return kept_.erase(id) > 0;
  }

  std::optional<Value> find(const std::string& id) override {
    return first([&](const Value& each) { return each.record.id == id; });
  }
  std::optional<Value> find_named(const std::string& owner, const std::string& name) override {
    return first([&](const Value& each) { return each.record.owner == owner && each.definition.agent.name == name; });
  }
  std::vector<Value> list() override {
    return select([](const Value&) { return true; });
  }
  std::vector<Value> list_for(const std::string& person) override {
    return select([&](const Value& each) { return is_visible(each.record, each.definition, person); });
  }
  std::vector<Value> list_with(const Key& key) override {
    return select([&](const Value& each) { return has(each, key); });
  }
  std::vector<Row<Value>> list_rows() override { return rows_of(list()); }
  std::vector<Row<Value>> list_rows_for(const std::string& person) override { return rows_of(list_for(person)); }

  std::vector<Value> versions(const std::string& id) override {
    std::lock_guard lock(mutex_);
    auto at = kept_.find(id);
    if (at == kept_.end()) return {};
    return {at->second.versions.rbegin(), at->second.versions.rend()};
  }
  std::optional<Value> version(const std::string& version) override {
    std::lock_guard lock(mutex_);
    for (const auto& [id, kept] : kept_)
      for (const auto& each : kept.versions)
        if (each.record.version == version) return each;
    return std::nullopt;
  }

  std::string stamp() override {
    std::lock_guard lock(mutex_);
    std::size_t versions = 0;
    for (const auto& [id, kept] : kept_) versions += kept.versions.size();
    return std::to_string(last_id_) + "/" + std::to_string(kept_.size()) + "/" + std::to_string(versions);
  }

  std::vector<Value> due(WallTime now) override {
    auto found = select([&](const Value& value) {
      auto at = due_at(value.record, value.definition);
      return at && *at <= now;
    });
    std::ranges::sort(found, {}, [](const Value& value) {
      return std::tie(*value.record.next_run, value.record.owner, value.definition.agent.name);
    });
    return found;
  }
  bool mark_run(const std::string& id, WallTime ran, std::optional<WallTime> next) override {
    std::lock_guard lock(mutex_);
    auto at = kept_.find(id);
    if (at == kept_.end()) return false;
    at->second.last_run = ran;
    at->second.next_run = next;
    return true;
  }

 private:
  struct Kept {
    std::vector<Value> versions;  // the newest last; without times
    std::optional<WallTime> next_run, last_run;
  };

  Value add(Value value) {
    refuse_faults(value);
    value.record.id = std::to_string(++last_id_);
    auto& kept = kept_[value.record.id];
    kept.next_run = value.record.next_run;
    return append(kept, std::move(value));
  }

  Value replace(Value value) {
    auto at = kept_.find(value.record.id);
    if (at == kept_.end()) throw_unknown(value.record);
    auto& kept = at->second;
    auto now = newest(kept);
    if (now.record.version != value.record.version) throw_changed(value.record, value.definition, now.record.version);
    refuse_faults(value);
    value.record.number = now.record.number;
    value.record.last_run = kept.last_run;
    if (value.definition.schedule == now.definition.schedule) value.record.next_run = kept.next_run;
    if (value == now) return now;
    kept.next_run = value.record.next_run;
    return append(kept, std::move(value));
  }

  static Value newest(const Kept& kept) {
    auto value = kept.versions.back();
    value.record.next_run = kept.next_run;
    value.record.last_run = kept.last_run;
    return value;
  }
  static Value append(Kept& kept, Value value) {
    value.record.number = static_cast<int>(kept.versions.size()) + 1;
    value.record.version = value.record.id + "." + std::to_string(value.record.number);
    value.record.next_run.reset();
    value.record.last_run.reset();
    kept.versions.push_back(std::move(value));
    return newest(kept);
  }

  static bool has(const Value& value, const Key& key) {
    return std::ranges::any_of(keys_of(value),
                               [&](const Key& own) { return own.kind == key.kind && own.text == key.text; });
  }

  // By owner and name.
  template <class Wanted>
  std::vector<Value> select(Wanted is_wanted) {
    std::lock_guard lock(mutex_);
    std::vector<Value> found;
    for (const auto& [id, kept] : kept_)
      if (auto value = newest(kept); is_wanted(value)) found.push_back(std::move(value));
    std::ranges::sort(found, {},
                      [](const Value& value) { return std::tie(value.record.owner, value.definition.agent.name); });
    return found;
  }
  static std::vector<Row<Value>> rows_of(std::vector<Value> values) {
    std::vector<Row<Value>> rows;
    for (auto& value : values) rows.push_back({value.record, value.definition.agent.name, std::move(value)});
    return rows;
  }
  template <class Wanted>
  std::optional<Value> first(Wanted is_wanted) {
    auto found = select(is_wanted);
    return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
  }

  void refuse_faults(const Value& value) const {
    if (auto fault = fault_of(value)) throw Error(*fault);
    for (const auto& [id, kept] : kept_)
      if (id != value.record.id) refuse_what_is_taken(value, kept.versions.back());
  }
  static void refuse_what_is_taken(const Value& value, const Value& other) {
    if (other.record.owner == value.record.owner && other.definition.agent.name == value.definition.agent.name)
      throw_exists(value.record, value.definition);
    for (const auto& key : keys_of(value))
      if (key.holders == Key::Holders::one && has(other, key)) throw_taken(value.record, value.definition, key);
  }

  std::mutex mutex_;
  std::map<std::string, Kept> kept_;  // by id
  int last_id_ = 0;
};

}  // namespace executus::saved
