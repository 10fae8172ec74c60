#include "store/sqlite/saved/saved_rows.hpp"

#include <charconv>

#include "store/sqlite/connection/table_values.hpp"

namespace executus::sqlite {
namespace {

// People it is shared with stand among its keys, by a kind that no value has.
constexpr std::string_view kSharedWith = "shared with";

constexpr std::string_view kNewest =
    "SELECT s.id, v.number, v.owner, v.body, s.name, s.next_run, s.last_run FROM saved s JOIN saved_versions v "
    "ON v.saved = s.id AND v.number = s.number WHERE s.kind = ? AND ";
constexpr std::string_view kSnapshots =
    "SELECT s.id, v.number, v.owner, v.body, s.name, NULL, NULL FROM saved s JOIN saved_versions v ON v.saved = s.id "
    "WHERE s.kind = ? AND ";
constexpr std::string_view kByName = " ORDER BY s.owner, s.name";

std::string joined(std::string_view a, std::string_view b, std::string_view c = {}) {
  return std::string(a).append(b).append(c);
}

std::optional<WallTime> time_in(const Rows& row, int column) {
  return row.is_null(column) ? std::nullopt : std::optional(from_ms(row.integer(column)));
}

SavedRow row_of(const Rows& row) {
  SavedRow read;
  auto id = std::to_string(row.integer(0));
  read.record.number = static_cast<int>(row.integer(1));
  read.record.version = id + "." + std::to_string(read.record.number);
  read.record.id = std::move(id);
  read.record.owner = row.text(2);
  read.body = row.text(3);
  read.name = row.text(4);
  read.record.next_run = time_in(row, 5);
  read.record.last_run = time_in(row, 6);
  return read;
}

template <class... Values>
std::vector<SavedRow> select(const Connection& connection, const std::string& sql, const Values&... values) {
  Statement statement(connection, sql);
  auto rows = statement.query(values...);
  std::vector<SavedRow> found;
  while (rows.next()) found.push_back(row_of(rows));
  return found;
}

std::optional<SavedRow> only(std::vector<SavedRow> found) {
  return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

}  // namespace

std::optional<std::int64_t> parse_saved_id(std::string_view id) {
  std::int64_t number = 0;
  auto [end, wrong] = std::from_chars(id.data(), id.data() + id.size(), number);
  bool is_whole = wrong == std::errc() && end == id.data() + id.size();
  return is_whole && number > 0 && id.front() != '0' ? std::optional(number) : std::nullopt;
}

std::optional<VersionId> parse_version_id(std::string_view version) {
  auto dot = version.find('.');
  if (dot == version.npos) return std::nullopt;
  auto saved = parse_saved_id(version.substr(0, dot)), number = parse_saved_id(version.substr(dot + 1));
  return saved && number ? std::optional(VersionId{*saved, *number}) : std::nullopt;
}

std::optional<SavedRow> SavedRows::find(std::int64_t id) const {
  return only(select(connection_, joined(kNewest, "s.id = ?"), kind_, id));
}

std::optional<SavedRow> SavedRows::find_named(std::string_view owner, std::string_view name) const {
  return only(select(connection_, joined(kNewest, "s.owner = ? AND s.name = ?"), kind_, owner, name));
}

std::vector<SavedRow> SavedRows::list() const { return select(connection_, joined(kNewest, "true", kByName), kind_); }

std::vector<SavedRow> SavedRows::list_for(std::string_view person) const {
  auto wanted =
      "(s.owner = ? OR s.visibility = 'public' OR (s.visibility = 'shared' AND s.id IN "
      "(SELECT saved FROM saved_keys WHERE kind = ? AND text = ?)))";
  return select(connection_, joined(kNewest, wanted, kByName), kind_, person, kSharedWith, person);
}

std::vector<SavedRow> SavedRows::list_with(const saved::Key& key) const {
  auto wanted = "s.id IN (SELECT saved FROM saved_keys WHERE kind = ? AND text = ?)";
  return select(connection_, joined(kNewest, wanted, kByName), kind_, std::string_view(key.kind),
                std::string_view(key.text));
}

std::string SavedRows::stamp() const {
  Statement all(connection_,
                "SELECT coalesce(max(id),0)||'/'||count(*)||'/'||coalesce(sum(number),0) FROM saved WHERE kind=?");
  auto rows = all.query(kind_);
  return rows.next() ? std::string(rows.text(0)) : "";
}

std::vector<SavedRow> SavedRows::due(WallTime now) const {
  return select(connection_, joined(kNewest, "s.next_run <= ? ORDER BY s.next_run, s.owner, s.name"), kind_,
                to_ms(now));
}

std::vector<SavedRow> SavedRows::versions(std::int64_t id) const {
  return select(connection_, joined(kSnapshots, "s.id = ? ORDER BY v.number DESC"), kind_, id);
}

std::optional<SavedRow> SavedRows::version(VersionId version) const {
  return only(
      select(connection_, joined(kSnapshots, "s.id = ? AND v.number = ?"), kind_, version.saved, version.number));
}

std::int64_t SavedRows::add(const saved::Record& record, const SavedColumns& columns) const {
  Statement(connection_, "INSERT INTO saved(kind, owner, name, visibility, number) VALUES(?,?,?,?,0)")
      .run(kind_, std::string_view(record.owner), std::string_view(columns.name), to_string(columns.visibility));
  return connection_.last_id();
}

void SavedRows::append(const SavedRow& row, const SavedColumns& columns) const {
  auto id = parse_saved_id(row.record.id).value();
  Statement(connection_, "INSERT INTO saved_versions(saved, number, owner, body) VALUES(?,?,?,?)")
      .run(id, row.record.number, std::string_view(row.record.owner), std::string_view(row.body));
  Statement(connection_,
            "UPDATE saved SET owner=?, name=?, visibility=?, number=?, next_run=?, last_run=? WHERE id=? AND kind=?")
      .run(std::string_view(row.record.owner), std::string_view(columns.name), to_string(columns.visibility),
           row.record.number, optional_ms(row.record.next_run), optional_ms(row.record.last_run), id, kind_);
  Statement(connection_, "DELETE FROM saved_keys WHERE saved=?").run(id);
  Statement add(connection_, "INSERT OR IGNORE INTO saved_keys(kind, text, saved) VALUES(?,?,?)");
  for (const auto& key : columns.keys) add.run(std::string_view(key.kind), std::string_view(key.text), id);
  for (const auto& person : columns.shared_with) add.run(kSharedWith, std::string_view(person), id);
}

bool SavedRows::mark_run(std::int64_t id, WallTime ran, std::optional<WallTime> next) const {
  Statement(connection_, "UPDATE saved SET last_run=?, next_run=? WHERE id=? AND kind=?")
      .run(to_ms(ran), optional_ms(next), id, kind_);
  return connection_.changes() > 0;
}

bool SavedRows::remove(std::int64_t id) const {
  Statement(connection_, "DELETE FROM saved WHERE id=? AND kind=?").run(id, kind_);
  if (connection_.changes() == 0) return false;
  Statement(connection_, "DELETE FROM saved_versions WHERE saved=?").run(id);
  Statement(connection_, "DELETE FROM saved_keys WHERE saved=?").run(id);
  return true;
}

}  // namespace executus::sqlite
