// The rows of saved values, whatever they are: records, and definitions as text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <executus/saved/saved.hpp>

#include "store/sqlite/connection/connection.hpp"

namespace executus::sqlite {

struct SavedRow {
  saved::Record record;
  std::string body;
  std::string name = {};  // as it is read; append() has it from the columns
};

// What a row has of a value besides its record and text.
struct SavedColumns {
  std::string name;
  tool::Visibility visibility = tool::Visibility::owner;
  std::vector<std::string> shared_with;
  std::vector<saved::Key> keys;
};

// Ids as records have them, "7" and "7.3"; nothing: it is none that a store gives.
struct VersionId {
  std::int64_t saved = 0, number = 0;
};
[[nodiscard]] std::optional<std::int64_t> parse_saved_id(std::string_view id);
[[nodiscard]] std::optional<VersionId> parse_version_id(std::string_view version);

// Reading and writing the tables for values of one kind, "agent" or "skill". What writes is called within a
// transaction.
class SavedRows final {
 public:
  SavedRows(const Connection& connection, std::string_view kind) : connection_(connection), kind_(kind) {}

  [[nodiscard]] std::optional<SavedRow> find(std::int64_t id) const;
  [[nodiscard]] std::optional<SavedRow> find_named(std::string_view owner, std::string_view name) const;
  [[nodiscard]] std::vector<SavedRow> list() const;
  [[nodiscard]] std::vector<SavedRow> list_for(std::string_view person) const;
  [[nodiscard]] std::vector<SavedRow> list_with(const saved::Key& key) const;
  [[nodiscard]] std::string stamp() const;  // ids and numbers only grow: no change leaves all three as they were
  [[nodiscard]] std::vector<SavedRow> due(WallTime now) const;  // some of them have no schedule
  [[nodiscard]] std::vector<SavedRow> versions(std::int64_t id) const;
  [[nodiscard]] std::optional<SavedRow> version(VersionId version) const;

  // A new one; returns its id. Its first version is still to be appended.
  [[nodiscard]] std::int64_t add(const saved::Record& record, const SavedColumns& columns) const;
  // The next version, which the row and its keys are of from now on. `row.record` says of which one, and how its times
  // are then.
  void append(const SavedRow& row, const SavedColumns& columns) const;
  [[nodiscard]] bool mark_run(std::int64_t id, WallTime ran, std::optional<WallTime> next) const;
  [[nodiscard]] bool remove(std::int64_t id) const;

 private:
  const Connection& connection_;
  const std::string_view kind_;
};

}  // namespace executus::sqlite
