#include <algorithm>
#include <utility>

#include <boost/json.hpp>

#include <executus/base/digest.hpp>
#include <executus/base/json.hpp>
#include <executus/store/sqlite/storage.hpp>

#include "store/sqlite/connection/table_values.hpp"
#include "store/sqlite/open_database.hpp"
#include "store/sqlite/storage/sealing.hpp"
#include "store/sqlite/storage/storage_rows.hpp"
#include "store/sqlite/stored_of_run.hpp"

namespace executus::sqlite {
namespace {

namespace json = boost::json;
using storage::FileInfo;
using storage::NewFile;
using storage::Scope;
using storage::Used;

constexpr std::uint64_t kPartBytes = std::uint64_t{256} << 10;  // frozen: the part of an offset is told by it

Error damaged(const std::string& file) {
  return failed("store.corrupt", "the file " + file + " in the database is damaged; restore a backup");
}

std::string about_place(const std::string& id) { return id + "/about"; }
std::string part_place(const std::string& id, std::uint64_t part) { return id + "/" + std::to_string(part); }

// A file as its row has it, still sealed.
struct FileRow {
  std::int64_t number = 0;
  FileInfo info;
  bool is_sealed = false;
  std::string about;
};

constexpr std::string_view kColumns = "SELECT id, file, scope, bytes, created, sealed, about FROM files WHERE ";

FileRow row_of(const Rows& rows) {
  auto id = std::string(rows.text(1));
  auto scope = Scope::parse(rows.text(2));
  if (!scope.ok()) throw damaged(id);
  FileInfo info{id, *scope, "", "", static_cast<std::uint64_t>(rows.integer(3)), "", from_ms(rows.integer(4))};
  return {rows.integer(0), std::move(info), rows.integer(5) == 1, std::string(rows.text(6))};
}

template <class... Values>
std::vector<FileRow> select(const Connection& connection, std::string_view where, const Values&... values) {
  Statement statement(connection, std::string(kColumns).append(where));
  auto rows = statement.query(values...);
  std::vector<FileRow> found;
  while (rows.next()) found.push_back(row_of(rows));
  return found;
}

std::optional<FileRow> find_row(const Connection& connection, const std::string& id) {
  auto found = select(connection, "file=? AND scope<>''", id);  // not a detached one
  return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

std::string about_of(const NewFile& file) {
  return write_json(json::object{
      {"name", file.name}, {"mime", file.mime}, {"bytes", file.content.size()}, {"sha256", sha256_hex(file.content)}});
}

// What is stored of a new file.
struct Prepared {
  std::string about;
  std::vector<std::string> parts;
};

class SqliteFiles final : public storage::FileStore {
 public:
  SqliteFiles(SharedDatabase database, std::vector<MasterKey> keys, Unsealed unsealed)
      : database_(std::move(database)), sealing_(std::move(keys), "files", unsealed) {}

  Task<FileInfo> save(Scope scope, NewFile file, storage::Quota quota) override {
    storage::require_file(file);
    storage::require_room(scope, quota, {}, file.content.size(), {});  // before it is sealed
    auto prepared = prepare(scope, file);
    co_return co_await parts().change([this, scope = std::move(scope), id = file.id, bytes = file.content.size(), quota,
                                       prepared = std::move(prepared)](Connection& connection) {
      refuse_erased(connection, scope);
      if (auto known = find_row(connection, id)) {
        if (known->info.scope != scope) throw storage::other_scopes_file(id);
        return info_of(std::move(*known));
      }
      require_room(scope, quota, used_in(connection, "files", scope), bytes, {});
      insert(connection, scope, id, bytes, prepared);
      return info_of(find_row(connection, id).value());
    });
  }

  Task<std::optional<FileInfo>> find(std::string id) override {
    return parts().look([this, id = std::move(id)](Connection& connection) {
      auto row = find_row(connection, id);
      return row ? std::optional(info_of(std::move(*row))) : std::nullopt;
    });
  }

  Task<std::optional<std::string>> read(std::string id, std::uint64_t offset, std::uint64_t bytes) override {
    return parts().look([=, this, id = std::move(id)](Connection& connection) {
      auto row = find_row(connection, id);
      if (!row) return std::optional<std::string>();
      (void)info_of(*row);  // its size is what the sealed part says
      return std::optional(content_of(connection, *row, offset, bytes));
    });
  }

  Task<std::vector<FileInfo>> list(Scope scope, storage::FilePage page) override {
    return parts().look([this, scope = std::move(scope), page = std::move(page)](Connection& connection) {
      std::vector<FileInfo> found;
      for (auto& row :
           select(connection, "scope=? AND file>? ORDER BY file LIMIT ?", scope.str(), page.after, page.limit))
        found.push_back(info_of(std::move(row)));
      return found;
    });
  }

  Task<bool> remove(std::string id) override {
    return parts().change([id = std::move(id)](Connection& connection) {
      auto row = find_row(connection, id);
      if (!row) return false;
      Statement(connection, "DELETE FROM file_parts WHERE file=?").run(row->number);
      Statement(connection, "DELETE FROM files WHERE id=?").run(row->number);
      return true;
    });
  }

  Task<Used> used(Scope scope) override {
    return parts().look(
        [scope = std::move(scope)](Connection& connection) { return used_in(connection, "files", scope); });
  }

  Task<void> clear(Scope scope) override {
    auto detach = [scope = scope.str()](Connection& connection) { return StoredOfRun(connection).detach_files(scope); };
    while (co_await parts().change(detach)) {
    }
    auto sweep = [](Connection& connection) { return StoredOfRun(connection).delete_detached(); };
    while (co_await parts().change(sweep)) {
    }
  }

 private:
  Prepared prepare(const Scope& scope, const NewFile& file) const {
    Prepared prepared{sealing_.sealed(scope, about_place(file.id), about_of(file)), {}};
    for (std::uint64_t at = 0; at < file.content.size(); at += kPartBytes)
      prepared.parts.push_back(
          sealing_.sealed(scope, part_place(file.id, at / kPartBytes), file.content.substr(at, kPartBytes)));
    return prepared;
  }

  void insert(Connection& connection, const Scope& scope, const std::string& id, std::uint64_t bytes,
              const Prepared& prepared) const {
    Statement(connection, "INSERT INTO files(file,scope,bytes,created,sealed,about) VALUES(?,?,?,?,?,?)")
        .run(id, scope.str(), bytes, to_ms(parts().clock.wall()), sealing_.seals(), Blob{prepared.about});
    auto number = connection.last_id();
    Statement add(connection, "INSERT INTO file_parts(file,part,content) VALUES(?,?,?)");
    for (std::size_t part = 0; part < prepared.parts.size(); ++part) add.run(number, part, Blob{prepared.parts[part]});
  }

  FileInfo info_of(FileRow row) const {
    auto& info = row.info;
    auto text = sealing_.opened(info.scope, about_place(info.id), std::move(row.about), row.is_sealed);
    auto about = parse_json(text);
    if (!about.ok() || !about->is_object()) throw damaged(info.id);
    const auto* bytes = about->get_object().if_contains("bytes");
    if (!bytes || *bytes != json::value(info.bytes)) throw damaged(info.id);
    auto member = [&](std::string_view name) {
      const auto* value = about->get_object().if_contains(name);
      if (!value || !value->is_string()) throw damaged(info.id);
      return std::string(std::string_view(value->get_string()));
    };
    info.name = member("name");
    info.mime = member("mime");
    info.sha256 = member("sha256");
    return std::move(info);
  }

  std::string content_of(const Connection& connection, const FileRow& row, std::uint64_t offset,
                         std::uint64_t bytes) const {
    auto end = std::min(row.info.bytes, bytes > row.info.bytes ? row.info.bytes : offset + bytes);
    std::string content;
    for (auto part = offset / kPartBytes; part * kPartBytes < end; ++part) content += part_of(connection, row, part);
    return offset < end ? content.substr(offset % kPartBytes, end - offset) : "";
  }

  std::string part_of(const Connection& connection, const FileRow& row, std::uint64_t part) const {
    Statement find(connection, "SELECT content FROM file_parts WHERE file=? AND part=?");
    auto rows = find.query(row.number, part);
    if (!rows.next()) throw damaged(row.info.id);
    auto opened =
        sealing_.opened(row.info.scope, part_place(row.info.id, part), std::string(rows.text(0)), row.is_sealed);
    if (opened.size() != std::min(kPartBytes, row.info.bytes - part * kPartBytes)) throw damaged(row.info.id);
    return opened;
  }

  [[nodiscard]] OpenDatabase& parts() const { return **database_; }

  const SharedDatabase database_;
  const Sealing sealing_;
};

}  // namespace

std::unique_ptr<storage::FileStore> file_store_of(const Database& database, std::vector<MasterKey> keys,
                                                  Unsealed unsealed) {
  return std::make_unique<SqliteFiles>(database.shared(), std::move(keys), unsealed);
}

}  // namespace executus::sqlite
