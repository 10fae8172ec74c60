#include "store/sqlite/connection/connection.hpp"

#include <utility>

#include <sqlite3.h>

#include "base/percent.hpp"
#include "store/sqlite/connection/lock_holder.hpp"

namespace executus::sqlite {
namespace {

struct Meaning {
  ErrorKind kind;
  const char* code;
  const char* remedy;
};

Meaning meaning_of(int code) {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {ErrorKind::overloaded, "store.locked", "another process is writing; try again when it is done"};
    case SQLITE_FULL:
      return {ErrorKind::disconnected, "store.full", "the disk is full; make room"};
    case SQLITE_IOERR:
      return {ErrorKind::disconnected, "store.io", "check the disk, its free space and limits"};
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return {ErrorKind::failed, "store.read_only", "make the file and its directory writable"};
    case SQLITE_CANTOPEN:
      return {ErrorKind::disconnected, "store.cannot_open", "check that the path exists and may be read and written"};
    case SQLITE_NOTADB:
      return {ErrorKind::failed, "store.not_a_database", "choose another file (--db)"};
    case SQLITE_CORRUPT:
      return {
          ErrorKind::failed, "store.corrupt",
          "the file is damaged: put a backup of it in its place, without the -wal and -shm beside it, or keep it and "
          "go on with a new one (--db PATH)"};
    default:
      return {ErrorKind::failed, "store.failed", "this is not expected; please report it"};
  }
}

// A file: URI holds any path.
std::string uri_of(const std::filesystem::path& path) { return "file:" + percent_encoded(path.string(), "/.-_"); }

}  // namespace

Rows::~Rows() { sqlite3_reset(statement_); }

bool Rows::next() {
  int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) connection_->fail(code);
  return false;
}

std::int64_t Rows::integer(int column) const { return sqlite3_column_int64(statement_, column); }

std::string_view Rows::text(int column) const {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  return {bytes ? bytes : "", static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

bool Rows::is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

Statement::Statement(const Connection& connection, std::string_view sql) : connection_(&connection) {
  sqlite3_stmt* statement = nullptr;
  int code = sqlite3_prepare_v3(connection.raw(), sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                                &statement, nullptr);
  statement_.reset(statement);
  if (code != SQLITE_OK) connection.fail(code);
}

void Statement::Finalize::operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }

void Statement::bind_integer(int index, std::int64_t value) { sqlite3_bind_int64(statement_.get(), index, value); }

void Statement::bind(int index, std::optional<std::int64_t> value) {
  if (value)
    bind_integer(index, *value);
  else
    sqlite3_bind_null(statement_.get(), index);
}

void Statement::bind(int index, std::string_view text) {
  int code = sqlite3_bind_text64(statement_.get(), index, text.data() ? text.data() : "", text.size(), SQLITE_STATIC,
                                 SQLITE_UTF8);
  if (code != SQLITE_OK) connection_->fail(code);
}

void Statement::bind(int index, Blob value) {
  int code = sqlite3_bind_blob64(statement_.get(), index, value.bytes.data() ? value.bytes.data() : "",
                                 value.bytes.size(), SQLITE_STATIC);
  if (code != SQLITE_OK) connection_->fail(code);
}

void Statement::step_to_end() {
  int code = sqlite3_step(statement_.get());
  while (code == SQLITE_ROW) code = sqlite3_step(statement_.get());
  sqlite3_reset(statement_.get());
  if (code != SQLITE_DONE) connection_->fail(code);
}

void Connection::Close::operator()(sqlite3* db) const noexcept { sqlite3_close_v2(db); }

Connection::Connection(std::filesystem::path path, Mode mode, Milliseconds busy_timeout)
    : path_(std::move(path)), counted_(path_), busy_timeout_(busy_timeout) {
  bool untouched = mode == Mode::untouched;
  int flags = SQLITE_OPEN_NOMUTEX | (mode == Mode::existing ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY) |
              (untouched ? SQLITE_OPEN_URI : 0);
  auto name = untouched ? uri_of(path_) + "?immutable=1" : path_.string();
  sqlite3* db = nullptr;
  int code = sqlite3_open_v2(name.c_str(), &db, flags, nullptr);
  db_.reset(db);
  if (code != SQLITE_OK) fail(code);
  sqlite3_extended_result_codes(db, 1);
  sqlite3_busy_timeout(db, static_cast<int>(busy_timeout.count()));
  sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  sqlite3_wal_autocheckpoint(db, 0);
}

void Connection::execute(const char* sql) {
  int code = sqlite3_exec(db_.get(), sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code);
}

std::int64_t Connection::integer(std::string_view sql) const {
  Statement statement(*this, sql);
  auto rows = statement.query();
  return rows.next() ? rows.integer(0) : 0;
}

bool Connection::was_replaced() const {
  int moved = 0;
  int code = sqlite3_file_control(db_.get(), "main", SQLITE_FCNTL_HAS_MOVED, &moved);
  return code == SQLITE_OK && moved != 0;
}

void Connection::watch_wal(int& pages) {
  auto note = [](void* into, sqlite3*, const char*, int count) {
    *static_cast<int*>(into) = count;
    return SQLITE_OK;
  };
  sqlite3_wal_hook(db_.get(), note, &pages);
}

void Connection::tell_progress(std::function<void()> goes_on, int steps) {
  goes_on_ = std::move(goes_on);
  auto tell = [](void* told) {
    (*static_cast<std::function<void()>*>(told))();
    return 0;
  };
  sqlite3_progress_handler(db_.get(), goes_on_ ? steps : 0, tell, &goes_on_);
}

bool Connection::checkpoint(Checkpoint how) {
  int mode = how == Checkpoint::passive ? SQLITE_CHECKPOINT_PASSIVE : SQLITE_CHECKPOINT_TRUNCATE;
  int pages = 0, copied = 0;
  sqlite3_busy_timeout(db_.get(), 0);
  int code = sqlite3_wal_checkpoint_v2(db_.get(), nullptr, mode, &pages, &copied);
  sqlite3_busy_timeout(db_.get(), static_cast<int>(busy_timeout_.count()));
  if (code != SQLITE_OK && code != SQLITE_BUSY) fail(code);
  return code == SQLITE_OK && pages == copied;
}

std::int64_t Connection::last_id() const noexcept { return sqlite3_last_insert_rowid(db_.get()); }
std::int64_t Connection::changes() const noexcept { return sqlite3_changes64(db_.get()); }
std::int64_t Connection::total_changes() const noexcept { return sqlite3_total_changes64(db_.get()); }
bool Connection::in_transaction() const noexcept { return sqlite3_get_autocommit(db_.get()) == 0; }

void Connection::fail(int code) const {
  auto meaning = meaning_of(code);
  std::string detail = db_ ? sqlite3_errmsg(db_.get()) : sqlite3_errstr(code);
  std::string message = "the database " + path_.string() + " could not be used: " + detail + " (SQLite code " +
                        std::to_string(code) + "); " + meaning.remedy;
  if ((code & 0xff) == SQLITE_BUSY) message += write_lock_holder(path_);
  throw Error(meaning.kind, meaning.code, std::move(message));
}

WriteTransaction::WriteTransaction(Connection& connection) : connection_(connection) {
  connection_.execute("BEGIN IMMEDIATE");
}

WriteTransaction::~WriteTransaction() {
  if (connection_.in_transaction()) sqlite3_exec(connection_.raw(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void WriteTransaction::commit() { connection_.execute("COMMIT"); }

}  // namespace executus::sqlite
