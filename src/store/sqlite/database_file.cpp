#include "store/sqlite/database_file.hpp"

#include <cerrno>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/sqlite/connection/connection.hpp"
#include "store/sqlite/connection/locks.hpp"
#include "store/sqlite/format/migration.hpp"
#include "store/sqlite/format/schema.hpp"

namespace executus::sqlite {
namespace {

namespace fs = std::filesystem;

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

  // One that executus can work with, now or when it was migrated.
  [[nodiscard]] bool is_old() const { return is_ours() && version < kSchemaVersion; }
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
  if (found.is_ours() && found.version < kOldestMigrated) throw older(path, found.version);
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

DatabaseFile identify(const fs::path& path, Milliseconds busy_timeout) {
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
  connection.execute("PRAGMA auto_vacuum=INCREMENTAL; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL");
  WriteTransaction transaction(connection);
  auto found = look(connection);
  refuse_unfit(path, found);
  if (found.is_ours()) return;  // another process made it meanwhile
  create_tables(connection);
  connection.execute(("PRAGMA application_id=" + std::to_string(kApplicationId)).c_str());
  connection.execute(("PRAGMA user_version=" + std::to_string(kSchemaVersion)).c_str());
  transaction.commit();
  // The version goes to the main file at once: there another executus finds it without touching anything.
  connection.checkpoint(Connection::Checkpoint::passive);
}

void bring_up(const fs::path& path, Milliseconds busy_timeout, const std::function<void()>& goes_on) {
  Connection connection(path, Connection::Mode::existing, busy_timeout);
  auto found = look(connection);
  refuse_unfit(path, found);
  if (!found.is_old()) return;  // another process did it meanwhile
  connection.execute("PRAGMA synchronous=FULL");
  if (goes_on) goes_on();
  connection.tell_progress(goes_on);
  migrate(connection, path, found.version);
  connection.checkpoint(Connection::Checkpoint::truncate);
}

}  // namespace

void refuse_other_format(const fs::path& path, std::int64_t format) {
  if (format > kSchemaVersion) throw newer(path, format);
  if (format < kSchemaVersion)
    throw failed("store.older", "the database " + path.string() + " was written by an older executus (format " +
                                    std::to_string(format) + ", this one reads " + std::to_string(kSchemaVersion) +
                                    "); let this executus open it once where it may be written: that brings it to "
                                    "the new format");
}

namespace {

void refuse_unmigrated(const fs::path& path, const Found& found) {
  refuse_unfit(path, found);
  if (found.is_ours()) refuse_other_format(path, found.version);
}

}  // namespace

std::unique_ptr<Connection> open_database(const DatabaseFile& database) {
  auto now = identify(database.path, database.busy_timeout);
  if (now.device != database.device || now.inode != database.inode)
    throw Error(ErrorKind::disconnected, "store.replaced",
                "another file lies at " + database.path.string() +
                    " than the database that was opened; put that back, or start executus again");
  auto connection = std::make_unique<Connection>(database.path, Connection::Mode::existing, database.busy_timeout);
  refuse_unmigrated(database.path, look(*connection));
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
  refuse_unmigrated(path, found);
  if (!found.is_ours()) throw read_only(path, "it is empty, and a database would have to be made in it first");
  return connection;
}

DatabaseFile prepare_database(const fs::path& path, Milliseconds busy_timeout, const std::function<void()>& goes_on) {
  make_directory(path.parent_path());
  make_file(path);
  auto found = inspect(path, busy_timeout);
  if (!can_write(path)) throw read_only(path, "the file is read-only");
  if (!can_write(path.parent_path())) throw read_only(path, "its directory is read-only");
  if (!found.is_ours() || found.is_old()) {
    CheckpointLock lock(path);
    auto held = lock.for_checkpoint(busy_timeout);
    if (found.is_old())
      bring_up(path, busy_timeout, goes_on);
    else
      create(path, busy_timeout);
  }
  auto database = identify(path, busy_timeout);
  (void)open_database(database);
  return database;
}

}  // namespace executus::sqlite
