// A store of saved values in the SQLite file. What is decided about a value is what the memory store decides.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <executus/base/json.hpp>
#include <executus/saved/store.hpp>

#include "saved/refusals.hpp"
#include "saved/stored_value.hpp"
#include "store/sqlite/connection/wake_file.hpp"
#include "store/sqlite/open_database.hpp"
#include "store/sqlite/saved/saved_rows.hpp"

namespace executus::sqlite {

template <class Value>
class SavedStore final : public saved::Store<Value> {
 public:
  // `kind` outlives it: "agent" or "skill".
  SavedStore(SharedDatabase database, std::string_view kind)
      : database_(std::move(database)), kind_(kind), wake_((**database_).path) {}

  Value create(Value value) override {
    return change([value = std::move(value)](const SavedRows& rows) mutable { return add(rows, std::move(value)); });
  }
  Value update(Value value) override {
    return change(
        [value = std::move(value)](const SavedRows& rows) mutable { return replace(rows, std::move(value)); });
  }
  std::vector<Value> save(std::vector<Value> values) override {
    return change([values = std::move(values)](const SavedRows& rows) mutable {
      for (auto& value : values)
        value = value.record.id.empty() ? add(rows, std::move(value)) : replace(rows, std::move(value));
      return std::move(values);
    });
  }

  bool remove(const std::string& id) override {
    auto known = parse_saved_id(id);
    return known && change([known](const SavedRows& rows) { return rows.remove(*known); });
  }

  std::optional<Value> find(const std::string& id) override {
    return one(
        look([&](const SavedRows& rows) { return in_rows(id, [&](std::int64_t known) { return rows.find(known); }); }));
  }
  std::optional<Value> find_named(const std::string& owner, const std::string& name) override {
    return one(look([&](const SavedRows& rows) { return rows.find_named(owner, name); }));
  }
  std::vector<Value> list() override {
    return all(look([](const SavedRows& rows) { return rows.list(); }));
  }
  std::vector<Value> list_for(const std::string& person) override {
    return all(look([&](const SavedRows& rows) { return rows.list_for(person); }));
  }
  std::vector<Value> list_with(const saved::Key& key) override {
    return all(look([&](const SavedRows& rows) { return rows.list_with(key); }));
  }
  std::vector<saved::Row<Value>> list_rows() override {
    return each_of(look([](const SavedRows& rows) { return rows.list(); }));
  }
  std::vector<saved::Row<Value>> list_rows_for(const std::string& person) override {
    return each_of(look([&](const SavedRows& rows) { return rows.list_for(person); }));
  }

  std::vector<Value> versions(const std::string& id) override {
    auto known = parse_saved_id(id);
    return known ? all(look([&](const SavedRows& rows) { return rows.versions(*known); })) : std::vector<Value>();
  }
  std::optional<Value> version(const std::string& version) override {
    auto known = parse_version_id(version);
    return known ? one(look([&](const SavedRows& rows) { return rows.version(*known); })) : std::nullopt;
  }

  std::string stamp() override {
    return look([](const SavedRows& rows) { return rows.stamp(); });
  }

  std::vector<Value> due(WallTime now) override {
    auto found = all(look([&](const SavedRows& rows) { return rows.due(now); }));
    std::erase_if(found, [](const Value& value) { return !due_at(value.record, value.definition); });
    return found;
  }
  bool mark_run(const std::string& id, WallTime ran, std::optional<WallTime> next) override {
    auto known = parse_saved_id(id);
    return known && change([=](const SavedRows& rows) { return rows.mark_run(*known, ran, next); });
  }

 private:
  // Other processes hear of it: one may be scheduled otherwise now.
  template <class Act>
  auto change(Act act) {
    auto answer = (**database_).change_here([act = std::move(act), kind = kind_](Connection& connection) mutable {
      return act(SavedRows(connection, kind));
    });
    wake_.touch();
    return answer;
  }
  template <class Query>
  auto look(Query query) {
    return (**database_).look_here([&](Connection& connection) { return query(SavedRows(connection, kind_)); });
  }

  template <class Find>
  static std::optional<SavedRow> in_rows(const std::string& id, Find find) {
    auto known = parse_saved_id(id);
    return known ? find(*known) : std::nullopt;
  }

  static Value value_of(SavedRow row) try {
    auto value = saved::from_stored<Value>(parse_body(row));
    value.record = std::move(row.record);
    return value;
  } catch (const Error& error) {
    saved::throw_unreadable(row.record, row.name, error.message());
  }
  static Result<Value> read_value(const SavedRow& row) try { return value_of(row); } catch (const Error& error) {
    return error;
  }
  static std::vector<saved::Row<Value>> each_of(const std::vector<SavedRow>& rows) {
    std::vector<saved::Row<Value>> found;
    for (const auto& row : rows) found.push_back({row.record, row.name, read_value(row)});
    return found;
  }
  static boost::json::value parse_body(const SavedRow& row) {
    auto json = parse_json(row.body);
    if (!json.ok()) saved::throw_unreadable(json.error().message());
    return std::move(*json);
  }
  static std::optional<Value> one(std::optional<SavedRow> row) {
    return row ? std::optional(value_of(std::move(*row))) : std::nullopt;
  }
  static std::vector<Value> all(std::vector<SavedRow> rows) {
    std::vector<Value> values;
    for (auto& row : rows) values.push_back(value_of(std::move(row)));
    return values;
  }

  static SavedColumns columns_of(const Value& value) {
    const auto& definition = value.definition;
    return {definition.agent.name, definition.visibility, definition.shared_with, keys_of(value)};
  }

  // Also refuses what would not come back as it is: no part of a value is lost without a word.
  static void refuse_faults(const Value& value) {
    if (auto fault = fault_of(value)) throw Error(*fault);
    auto read = saved::from_stored<Value>(saved::to_stored(value));
    read.record = value.record;
    if (read != value) saved::throw_not_kept(value.record, value.definition);
  }
  static void refuse_what_is_taken(const SavedRows& rows, const Value& value) {
    auto named = rows.find_named(value.record.owner, value.definition.agent.name);
    if (named && named->record.id != value.record.id) saved::throw_exists(value.record, value.definition);
    for (const auto& key : keys_of(value)) {
      if (key.holders != saved::Key::Holders::one) continue;
      for (const auto& other : rows.list_with(key))
        if (other.record.id != value.record.id) saved::throw_taken(value.record, value.definition, key);
    }
  }

  static Value add(const SavedRows& rows, Value value) {
    refuse_faults(value);
    refuse_what_is_taken(rows, value);
    value.record.id = std::to_string(rows.add(value.record, columns_of(value)));
    value.record.number = 0;
    value.record.last_run.reset();
    return append(rows, std::move(value));
  }

  static Value replace(const SavedRows& rows, Value value) {
    auto now = one(in_rows(value.record.id, [&](std::int64_t id) { return rows.find(id); }));
    if (!now) saved::throw_unknown(value.record);
    if (now->record.version != value.record.version)
      saved::throw_changed(value.record, value.definition, now->record.version);
    refuse_faults(value);
    refuse_what_is_taken(rows, value);
    value.record.number = now->record.number;
    value.record.last_run = now->record.last_run;
    if (value.definition.schedule == now->definition.schedule) value.record.next_run = now->record.next_run;
    return value == *now ? *now : append(rows, std::move(value));
  }

  static Value append(const SavedRows& rows, Value value) {
    ++value.record.number;
    value.record.version = value.record.id + "." + std::to_string(value.record.number);
    rows.append({value.record, write_json(saved::to_stored(value))}, columns_of(value));
    return value;
  }

  const SharedDatabase database_;
  const std::string_view kind_;
  const WakeFile wake_;
};

}  // namespace executus::sqlite
