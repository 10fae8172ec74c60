// Files that cannot be used are refused, and stay as they are.
#include <sys/stat.h>

#include "store/sqlite/connection/connection.hpp"
#include "store/sqlite/connection/locks.hpp"
#include "store/sqlite/database_file.hpp"
#include "store/sqlite/format/schema.hpp"
#include "store/sqlite/store_fixture_test.hpp"

namespace executus::sqlite {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

std::vector<std::string> names_in(const std::filesystem::path& directory) {
  std::vector<std::string> names;
  for (const auto& file : std::filesystem::directory_iterator(directory)) names.push_back(file.path().filename());
  return names;
}

// A database made by hand, in the journal mode SQLite has by default.
void make_database(const std::filesystem::path& path, const char* sql) {
  std::ofstream(path).flush();
  Connection connection(path, Connection::Mode::existing, Milliseconds(0));
  connection.execute(sql);
}

std::string error_of_opening(const std::filesystem::path& path) {
  return error_code_of([&] { return open_store({path}); });
}

TEST(SqliteOpen, MakesDirectoriesAndFileForThisUserAlone) {
  TemporaryFolder directory;

  (void)open_store({directory / "a/b/j.db"});

  struct stat a{}, file{};
  ASSERT_EQ(::stat((directory / "a").c_str(), &a), 0);
  ASSERT_EQ(::stat((directory / "a/b/j.db").c_str(), &file), 0);
  EXPECT_EQ(a.st_mode & 0777, 0700u);
  EXPECT_EQ(file.st_mode & 0777, 0600u);
}

// Locks too: a user that may open one can hold every run up.
TEST(SqliteOpen, NoFileBesideTheDatabaseIsForOthers) {
  TemporaryFolder directory;
  auto before = ::umask(0);
  Client client({directory / "j.db"});
  client.admit("r");
  client.store().heartbeat();
  ::umask(before);

  EXPECT_GE(names_in(directory.path()).size(), 4u) << "database, WAL, and locks";
  for (const auto& name : names_in(directory.path())) {
    struct stat file{};
    ASSERT_EQ(::stat((directory / name).c_str(), &file), 0);
    EXPECT_EQ(file.st_mode & 0777, 0600u) << name;
  }
}

TEST(SqliteOpen, RefusesWhatIsNoDatabaseAndLeavesItAlone) {  // [DUR-23]
  TemporaryFolder directory;
  std::string text(5'000, 'x');
  std::ofstream(directory / "notes.txt") << text;

  EXPECT_EQ(error_of_opening(directory / "notes.txt"), "store.not_a_database");
  EXPECT_EQ(bytes_of(directory / "notes.txt"), text);
  EXPECT_THAT(names_in(directory.path()), UnorderedElementsAre("notes.txt"));
}

TEST(SqliteOpen, RefusesADatabaseOfAnotherApplicationAndLeavesItAlone) {
  TemporaryFolder directory;
  make_database(directory / "tables.db", "CREATE TABLE t(x)");
  make_database(directory / "named.db", "PRAGMA application_id=7");
  make_database(directory / "numbered.db", "PRAGMA user_version=2");
  auto before = bytes_of(directory / "tables.db");

  EXPECT_EQ(error_of_opening(directory / "tables.db"), "store.not_a_database");
  EXPECT_EQ(error_of_opening(directory / "named.db"), "store.not_a_database");
  EXPECT_EQ(error_of_opening(directory / "numbered.db"), "store.not_a_database");
  EXPECT_EQ(bytes_of(directory / "tables.db"), before);
  EXPECT_THAT(names_in(directory.path()), UnorderedElementsAre("tables.db", "named.db", "numbered.db"));
}

TEST(SqliteOpen, RefusesANewerFormatAndLeavesItAlone) {  // [DUR-21]
  TemporaryFolder directory;
  (void)open_store({directory / "j.db"});
  {
    Connection connection(directory / "j.db", Connection::Mode::existing, Milliseconds(0));
    connection.execute(("PRAGMA user_version=" + std::to_string(kSchemaVersion + 1)).c_str());
    connection.checkpoint(Connection::Checkpoint::truncate);
  }
  auto before = bytes_of(directory / "j.db");

  std::string message;
  try {
    (void)open_store({directory / "j.db"});
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "store.newer");
    message = error.message();
  }
  EXPECT_THAT(message, HasSubstr("format " + std::to_string(kSchemaVersion + 1) + ", this one reads " +
                                 std::to_string(kSchemaVersion)));
  EXPECT_EQ(bytes_of(directory / "j.db"), before);
}

// Nothing is read of it, not even by a store that only reads.
void expect_refused(int format) {
  TemporaryFolder directory;
  auto named = std::to_string(format);
  make_database(directory / "j.db",
                ("PRAGMA application_id=1163412803; PRAGMA user_version=" + named + "; CREATE TABLE runs(id)").c_str());
  auto before = bytes_of(directory / "j.db");

  std::string message;
  try {
    (void)open_store({directory / "j.db"});
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "store.older");
    message = error.message();
  }
  auto formats = "format " + named + ", this one reads " + std::to_string(kSchemaVersion);
  EXPECT_THAT(message, AllOf(HasSubstr(directory / "j.db"), HasSubstr(formats), HasSubstr("move it away")));
  EXPECT_EQ(error_code_of([&] { return open_for_reading(directory / "j.db", Milliseconds(0)); }), "store.older");
  EXPECT_EQ(bytes_of(directory / "j.db"), before);
  EXPECT_THAT(names_in(directory.path()), UnorderedElementsAre("j.db"));
}

TEST(SqliteOpen, RefusesFormatsThatAreNotReadAnyMoreAndLeavesThemAlone) {  // [DUR-21]
  for (int format : {1, 2}) expect_refused(format);
}

TEST(SqliteOpen, RefusesANewerFormatThatIsOnlyInTheWalYet) {  // [DUR-21]
  TemporaryFolder directory;
  (void)open_store({directory / "j.db"});
  Connection connection(directory / "j.db", Connection::Mode::existing, Milliseconds(0));
  connection.execute(("PRAGMA user_version=" + std::to_string(kSchemaVersion + 1)).c_str());
  auto before = bytes_of(directory / "j.db-wal");

  EXPECT_EQ(error_of_opening(directory / "j.db"), "store.newer");
  EXPECT_EQ(bytes_of(directory / "j.db-wal"), before);
}

// As another user, since root may write everything.
TEST(SqliteOpen, RefusesWhatItCannotWrite) {  // [DUR-23]
  TemporaryFolder directory;
  std::filesystem::permissions(directory.path(), std::filesystem::perms(0755));
  (void)open_store({directory / "j.db"});
  std::filesystem::permissions(directory / "j.db", std::filesystem::perms(0644));
  constexpr int nobody = 65534;
  Child child([&] {
    if (::geteuid() == 0 && ::setresuid(nobody, nobody, nobody) != 0) return 2;
    if (::geteuid() != nobody) ::chmod((directory / "j.db").c_str(), 0444), ::chmod(directory.path().c_str(), 0555);
    bool file = error_of_opening(directory / "j.db") == "store.read_only";
    bool place = error_of_opening(directory / "new.db") == "store.read_only";
    bool below = error_of_opening(directory / "new/j.db") == "store.read_only";
    return file && place && below ? 0 : 1;
  });

  EXPECT_EQ(child.exit_code(), 0);
  std::filesystem::permissions(directory.path(), std::filesystem::perms(0755));
}

// As another user, since root may write everything.
TEST(SqliteOpen, ReadsWhatItCannotWriteWhenThatWillDo) {
  TemporaryFolder directory;
  std::filesystem::permissions(directory.path(), std::filesystem::perms(0755));
  {
    Child writer([&] { return Client({directory / "j.db"}).admit("r").row.id.str() == "r" ? 0 : 1; });
    ASSERT_EQ(writer.exit_code(), 0);
  }
  for (const auto& name : names_in(directory.path())) ::chmod((directory / name).c_str(), 0644);
  constexpr int nobody = 65534;
  Child child([&] {
    if (::geteuid() == 0 && ::setresuid(nobody, nobody, nobody) != 0) return 2;
    if (::geteuid() != nobody) ::chmod((directory / "j.db").c_str(), 0444);
    Options options{directory / "j.db"};
    options.unwritable = Options::Unwritable::read;
    Client reader(options);
    bool seen = reader.find("r").status == RunStatus::running && reader.claimable().size() == 1;
    bool refused = error_code_of([&] { return reader.admit("s"); }) == "store.read_only";
    return seen && refused ? 0 : 1;
  });

  EXPECT_EQ(child.exit_code(), 0);
}

TEST(SqliteOpen, TellsWhoKeepsItLocked) {
  TemporaryFolder directory;
  Options options{directory / "j.db"};
  options.busy_timeout = Milliseconds(1);
  (void)open_store(options);
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  Child child([&] {
    Connection connection(directory / "j.db", Connection::Mode::existing, Milliseconds(0));
    connection.execute("BEGIN IMMEDIATE");
    (void)!::write(ready[1], "x", 1);
    return ::pause();
  });
  char byte = 0;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  Client client(options);

  try {
    client.admit("r");
    FAIL() << "was not locked";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "store.locked");
    EXPECT_EQ(error.kind(), ErrorKind::overloaded);
    EXPECT_THAT(error.message(), HasSubstr("process " + std::to_string(child.pid())));
  }
}

TEST(SqliteOpen, OpensWhatItMadeAgain) {
  TemporaryFolder directory;
  Options options{directory / "j.db"};
  Client(options).admit("r");

  EXPECT_EQ(Client(options).find("r").agent, "clerk");
}

std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}
void write_bytes(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

// What SIGKILL leaves when it hits a checkpoint: some pages of the main file are new, and the WAL still has them all.
TEST(SqliteOpen, OpensWhatADeathInACheckpointLeft) {  // [DUR-23]
  TemporaryFolder directory;
  Client client(Options{directory / "j.db"});
  CheckpointLock lock(directory / "j.db");
  auto held = lock.for_writing(Milliseconds(60'000));  // an idle store would tidy up meanwhile
  for (int i = 0; i < 200; ++i) (void)client.run(client.store().admit(Client::admission("run" + std::to_string(i))));
  std::string before = bytes_of(directory / "j.db"), wal = bytes_of(directory / "j.db-wal");
  write_bytes(directory / "whole.db", before);
  write_bytes(directory / "whole.db-wal", wal);
  Connection whole(directory / "whole.db", Connection::Mode::existing, Milliseconds(0));
  ASSERT_EQ(whole.integer("SELECT count(*) FROM runs"), 200);
  ASSERT_TRUE(whole.checkpoint(Connection::Checkpoint::truncate));
  std::string after = bytes_of(directory / "whole.db");
  ASSERT_GT(after.size(), before.size());

  for (std::size_t pages : {1, 2, 5}) {
    std::string torn = before;
    torn.replace(0, pages * 4096, after, 0, pages * 4096);
    write_bytes(directory / "torn.db", torn);
    write_bytes(directory / "torn.db-wal", wal);
    write_bytes(directory / "torn.db.checkpoint.lock", "");
    std::filesystem::remove(directory / "torn.db-shm");

    Client again(Options{directory / "torn.db"});

    EXPECT_TRUE(again.run(again.store().find(Client::id("run199")))) << pages << " pages were written";
  }
}

}  // namespace
}  // namespace executus::sqlite
