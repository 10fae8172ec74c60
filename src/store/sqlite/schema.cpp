#include "store/sqlite/schema.hpp"

#include <cerrno>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/sqlite/connection.hpp"
#include "store/sqlite/locks.hpp"

namespace executus::sqlite {
namespace {

namespace fs = std::filesystem;

// What every append reads comes first in a run's row: SQLite finds it without walking over the rest.
// `signals` are the names that a waiting run waits for, as "|a|b|"; `name` is that of a signal.
// Statuses are the frozen names of journal/status.hpp; `ended` repeats the terminal ones for the partial index.
constexpr const char* kCreate = R"sql(
CREATE TABLE runs(
  id INTEGER PRIMARY KEY,
  epoch INTEGER NOT NULL,
  worker INTEGER,
  last_seq INTEGER NOT NULL,
  status TEXT NOT NULL,
  ended INTEGER NOT NULL DEFAULT 0,
  durability TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  fruitless INTEGER NOT NULL,
  steps INTEGER NOT NULL DEFAULT 0,
  input INTEGER NOT NULL DEFAULT 0,
  output INTEGER NOT NULL DEFAULT 0,
  cache_read INTEGER NOT NULL DEFAULT 0,
  cache_write INTEGER NOT NULL DEFAULT 0,
  reasoning INTEGER NOT NULL DEFAULT 0,
  updated INTEGER NOT NULL,
  wake_at INTEGER,
  signals TEXT NOT NULL DEFAULT '',
  created INTEGER NOT NULL,
  reason TEXT NOT NULL DEFAULT '',
  run_id TEXT NOT NULL UNIQUE,
  agent TEXT NOT NULL,
  caller TEXT NOT NULL,
  parent TEXT NOT NULL,
  continues TEXT NOT NULL DEFAULT '',
  fingerprint TEXT NOT NULL,
  definition INTEGER NOT NULL DEFAULT 1,
  forked_from TEXT NOT NULL DEFAULT '',
  target_kind TEXT NOT NULL DEFAULT '',
  target TEXT NOT NULL DEFAULT ''
);
CREATE TABLE outbox(
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  state TEXT NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0,
  detail TEXT NOT NULL DEFAULT '',
  due INTEGER NOT NULL,
  tried INTEGER NOT NULL
);
CREATE UNIQUE INDEX outbox_of_run ON outbox(run, seq);
CREATE INDEX outbox_pending ON outbox(due) WHERE state = 'pending';
CREATE INDEX runs_open ON runs(worker) WHERE ended = 0;
CREATE INDEX runs_of_parent ON runs(parent) WHERE parent <> '';
CREATE INDEX runs_undriven ON runs(worker, updated) WHERE worker IS NULL AND ended=0;
CREATE INDEX runs_ready ON runs(id) WHERE status IN ('queued','running');
CREATE INDEX runs_by_wake ON runs(wake_at) WHERE wake_at IS NOT NULL;
CREATE INDEX runs_by_parking ON runs(updated) WHERE wake_at IS NOT NULL;
CREATE INDEX runs_with_children ON runs(id) WHERE reason = 'child';
CREATE INDEX runs_that_continue ON runs(continues) WHERE continues <> '';
CREATE TABLE entries(
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  at INTEGER NOT NULL,
  elapsed INTEGER NOT NULL,
  body TEXT NOT NULL
);
CREATE UNIQUE INDEX entries_of_run ON entries(run, seq);
CREATE TABLE inbox(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  run INTEGER NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL DEFAULT '',
  payload TEXT NOT NULL,
  at INTEGER NOT NULL
);
CREATE INDEX inbox_of_run ON inbox(run);
CREATE INDEX inbox_cancels ON inbox(run) WHERE kind='cancel';
CREATE TABLE workers(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE,
  host TEXT NOT NULL,
  boot TEXT NOT NULL,
  pid INTEGER NOT NULL,
  beat INTEGER NOT NULL DEFAULT 0,
  started INTEGER NOT NULL
);
CREATE TABLE erased(run_id TEXT PRIMARY KEY) WITHOUT ROWID;
)sql";

Error newer(const fs::path& path, std::int64_t version) {
  return failed("store.newer", "the database " + path.string() + " was written by a newer executus (format " +
                                   std::to_string(version) + ", this one reads " + std::to_string(kSchemaVersion) +
                                   "); upgrade executus, or choose another file (--db)");
}

Error older(const fs::path& path, std::int64_t version) {
  return failed("store.older",
                "the database " + path.string() + " was written by an older executus (format " +
                    std::to_string(version) + ", this one reads " + std::to_string(kSchemaVersion) +
                    "); move it away, with the files beside it that begin with its name, and a new one is made; or " +
                    "choose another file (--db). Its runs go on with the executus that wrote it");
}

Error foreign(const fs::path& path) {
  return failed("store.not_a_database",
                path.string() + " is a database of another application; choose another file (--db)");
}

Error read_only(const fs::path& path, const std::string& what) {
  return failed("store.read_only", "the database " + path.string() + " cannot be written: " + what +
                                       "; make it writable, or choose another file (--db)");
}

const std::string kElsewhere = "; choose a file in a directory of yours (--db PATH)";

struct Found {
  std::int64_t application = 0;
  std::int64_t version = 0;
  std::int64_t tables = 0;

  [[nodiscard]] bool is_ours() const { return application == kApplicationId; }
  [[nodiscard]] bool is_blank() const { return application == 0 && version == 0 && tables == 0; }
};

Found look(const Connection& connection) {
  Found found{connection.integer("PRAGMA application_id"), connection.integer("PRAGMA user_version"), 0};
  if (!found.is_ours()) found.tables = connection.integer("SELECT count(*) FROM sqlite_schema");
  return found;
}

void refuse_unfit(const fs::path& path, const Found& found) {
  if (!found.is_ours() && !found.is_blank()) throw foreign(path);
  if (found.version > kSchemaVersion) throw newer(path, found.version);
  if (found.is_ours() && found.version < kSchemaVersion) throw older(path, found.version);
}

void make_directory(const fs::path& directory) {
  if (directory.empty() || ::access(directory.c_str(), F_OK) == 0) return;
  make_directory(directory.parent_path());
  if (::mkdir(directory.c_str(), 0700) == 0 || errno == EEXIST) return;
  if (errno == EACCES || errno == EROFS || errno == EPERM)
    throw read_only(directory, "its directory could not be made (" + std::string(std::strerror(errno)) + ")");
  throw failed("store.cannot_open",
               "the directory " + directory.string() + " could not be made: " + std::strerror(errno) + kElsewhere);
}

// An empty file, readable for this user alone; an existing file stays as it is.
void make_file(const fs::path& path) {
  int fd = ::open(path.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
  if (fd >= 0) {
    ::close(fd);
    return;
  }
  if (errno == EEXIST) return;
  if (errno == EACCES || errno == EROFS || errno == EPERM)
    throw read_only(path, "it could not be made (" + std::string(std::strerror(errno)) + ")");
  throw failed("store.cannot_open",
               "the database " + path.string() + " could not be made: " + std::strerror(errno) + kElsewhere);
}

Database identify(const fs::path& path, Milliseconds busy_timeout) {
  struct stat file{};
  if (::stat(path.c_str(), &file) != 0)
    throw Error(ErrorKind::disconnected, "store.replaced",
                "the database " + path.string() + " is not there: " + std::strerror(errno) +
                    "; put it back, or start executus again");
  return {path, busy_timeout, file.st_dev, file.st_ino};
}

bool can_write(const fs::path& path) { return ::faccessat(AT_FDCWD, path.c_str(), W_OK, AT_EACCESS) == 0; }

// Reads the main file alone: takes no lock, reads no -wal or -shm, writes nothing.
Found look_without_touching(const fs::path& path, Milliseconds busy_timeout) {
  Connection connection(path, Connection::Mode::untouched, busy_timeout);
  auto found = look(connection);
  refuse_unfit(path, found);
  return found;
}

// A file that looks wrong may be one that another process is making right now: that one holds the checkpoint lock. When
// there is no such lock the file is what it looks like, and nothing is put beside it.
Found inspect(const fs::path& path, Milliseconds busy_timeout) {
  try {
    return look_without_touching(path, busy_timeout);
  } catch (const Error&) {
    if (!fs::exists(CheckpointLock::path_for(path))) throw;
  }
  CheckpointLock lock(path);
  auto held = lock.for_checkpoint(busy_timeout);
  try {
    return look_without_touching(path, busy_timeout);
  } catch (const Error& error) {
    if (error.code() != "store.corrupt" || !fs::exists(path.string() + "-wal")) throw;
  }
  // A checkpoint that died on its way leaves a main file that is torn; together with its WAL it is whole.
  Connection connection(path, Connection::Mode::existing, busy_timeout);
  auto found = look(connection);
  refuse_unfit(path, found);
  return found;
}

void create(const fs::path& path, Milliseconds busy_timeout) {
  Connection connection(path, Connection::Mode::existing, busy_timeout);
  refuse_unfit(path, look(connection));
  connection.execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL");
  WriteTransaction transaction(connection);
  auto found = look(connection);
  refuse_unfit(path, found);
  if (found.is_ours()) return;  // another process made it meanwhile
  connection.execute(kCreate);
  connection.execute(("PRAGMA application_id=" + std::to_string(kApplicationId)).c_str());
  connection.execute(("PRAGMA user_version=" + std::to_string(kSchemaVersion)).c_str());
  transaction.commit();
  // The version goes to the main file at once: there another executus finds it without touching anything.
  connection.checkpoint(Connection::Checkpoint::passive);
}

}  // namespace

std::unique_ptr<Connection> open_database(const Database& database) {
  auto now = identify(database.path, database.busy_timeout);
  if (now.device != database.device || now.inode != database.inode)
    throw Error(ErrorKind::disconnected, "store.replaced",
                "another file lies at " + database.path.string() +
                    " than the database that was opened; put that back, or start executus again");
  auto connection = std::make_unique<Connection>(database.path, Connection::Mode::existing, database.busy_timeout);
  refuse_unfit(database.path, look(*connection));
  return connection;
}

bool is_writable(const fs::path& path) {
  std::error_code error;
  return !fs::exists(path, error) || (can_write(path) && can_write(path.parent_path()));
}

namespace {

bool can_read(const fs::path& path) { return ::faccessat(AT_FDCWD, path.c_str(), R_OK, AT_EACCESS) == 0; }

// With an empty WAL the main file is whole; else the WAL is needed too, and with it the locks that writers use.
Connection::Mode mode_of_reading(const fs::path& path) {
  fs::path wal = path.string() + "-wal", index = path.string() + "-shm";
  std::error_code error;
  if (!fs::exists(wal, error)) return Connection::Mode::untouched;
  if (can_read(wal) && can_read(index)) return Connection::Mode::reading;
  if (fs::file_size(wal, error) == 0 && !error) return Connection::Mode::untouched;
  throw failed("store.cannot_open", "the newest part of the database " + path.string() + " may not be read: make " +
                                        wal.string() + " and " + index.string() +
                                        " readable, or ask its owner to look");
}

}  // namespace

std::unique_ptr<Connection> open_for_reading(const fs::path& path, Milliseconds busy_timeout) {
  auto mode = mode_of_reading(path);
  auto connection = std::make_unique<Connection>(path, mode, busy_timeout);
  auto found = look(*connection);
  refuse_unfit(path, found);
  if (!found.is_ours()) throw read_only(path, "it is empty, and a database would have to be made in it first");
  return connection;
}

Database prepare_database(const fs::path& path, Milliseconds busy_timeout) {
  make_directory(path.parent_path());
  make_file(path);
  auto found = inspect(path, busy_timeout);
  if (!can_write(path)) throw read_only(path, "the file is read-only");
  if (!can_write(path.parent_path())) throw read_only(path, "its directory is read-only");
  if (!found.is_ours()) {
    CheckpointLock lock(path);
    auto held = lock.for_checkpoint(busy_timeout);
    create(path, busy_timeout);
  }
  auto database = identify(path, busy_timeout);
  (void)open_database(database);
  return database;
}

}  // namespace executus::sqlite
