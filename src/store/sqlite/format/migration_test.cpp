// Databases of older formats: brought up to this one whole, or left as they were.
#include "store/sqlite/format/migration.hpp"

#include <executus/journal/projection.hpp>

#include "store/sqlite/connection/locks.hpp"
#include "store/sqlite/database_file.hpp"
#include "store/sqlite/format/schema.hpp"
#include "store/sqlite/store_fixture_test.hpp"

namespace executus::sqlite {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

std::filesystem::path golden(int format) {
  return std::filesystem::path(EXECUTUS_GOLDEN_DATABASES) / ("format_" + std::to_string(format) + ".db");
}

// One value a row.
std::vector<std::string> values(const std::filesystem::path& database, std::string_view sql) {
  Connection connection(database, Connection::Mode::existing, Milliseconds(5'000));
  Statement statement(connection, sql);
  auto rows = statement.query();
  std::vector<std::string> found;
  while (rows.next()) found.emplace_back(rows.text(0));
  return found;
}

std::int64_t format_of(const std::filesystem::path& database) {
  return Connection(database, Connection::Mode::existing, Milliseconds(5'000)).integer("PRAGMA user_version");
}

// A copy of the golden database of a format, which an executus of that format wrote.
class Migration : public ::testing::Test {
 protected:
  Migration() { start_with(3); }

  void start_with(int format) {
    std::filesystem::copy_file(golden(format), database_, std::filesystem::copy_options::overwrite_existing);
    std::filesystem::permissions(database_, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  }
  void change(const char* sql) const { Connection(database_, Connection::Mode::existing, {}).execute(sql); }
  void expect_format_3() const {
    EXPECT_EQ(format_of(database_), 3);
    EXPECT_THAT(values(database_, "PRAGMA integrity_check"), ElementsAre("ok"));
    EXPECT_EQ(values(database_, "SELECT run_id||status FROM runs"),
              values(golden_copy(), "SELECT run_id||status FROM runs"));
    EXPECT_THAT(values(database_, "SELECT name FROM pragma_table_info('runs') WHERE name='root'"), ElementsAre());
  }
  [[nodiscard]] std::filesystem::path golden_copy() const {
    auto copy = folder_ / "golden.db";
    std::filesystem::copy_file(golden(3), copy, std::filesystem::copy_options::overwrite_existing);
    return copy;
  }

  TemporaryFolder folder_;
  std::filesystem::path database_ = folder_ / "j.db";
};

TEST_F(Migration, TellsOfOldRunsWhatTheirJournalsKnow) {  // [DUR-21]
  Client client({database_});

  auto failed = client.find("failed");
  EXPECT_EQ(failed.error_code, "run.max_steps");
  EXPECT_EQ(failed.ended_at, WallTime(Milliseconds(1'796'020'184'422)));
  EXPECT_EQ(failed.channel, "cli");
  EXPECT_EQ(failed.root, "failed");
  EXPECT_EQ(failed.cost, (llm::CostSum{{}, 1})) << "no price of then is known";
  auto child = client.find("43bde5c360d088d446a2ab955c700eec");
  EXPECT_EQ(child.root, "family");
  EXPECT_EQ(child.version, client.find("done").version) << "the same agent file";
  EXPECT_EQ(client.find("family").cost.unpriced, 2);
  EXPECT_EQ(client.find("forked").cost, llm::CostSum{}) << "what it took over was bought by another run";
  EXPECT_EQ(client.find("later").cost, llm::CostSum{});
  auto waiting = client.find("asking");
  EXPECT_EQ(waiting.ended_at, std::nullopt);
  EXPECT_EQ(waiting.version.size(), 64);
  EXPECT_NE(client.find("renewed").version, waiting.version) << "it got another definition";
  EXPECT_EQ(waiting.priority, 0);
}

TEST_F(Migration, KeepsTheRunsAndTheirJournals) {  // [DUR-21]
  Client client({database_});

  EXPECT_THAT(client.claimable(), ElementsAre("later", "renewed", "forked"));
  auto entries = client.run(client.store().read(Client::id("renewed"), 0, 100));
  ASSERT_EQ(entries.size(), 6);
  EXPECT_EQ(client.find("renewed").version,
            journal::version_of(std::get<journal::Redefined>(entries.back().payload).agent));
  EXPECT_EQ(values(database_, "SELECT body FROM entries"), values(golden_copy(), "SELECT body FROM entries"));
  EXPECT_EQ(client.admit("new").row.number, 12);
  EXPECT_THAT(values(database_, "SELECT id FROM workers WHERE format=3"), ElementsAre("8")) << "of run 'cut'";
}

TEST_F(Migration, EndsWithTheTablesOfANewDatabase) {  // [DUR-21]
  (void)open_store({folder_ / "new.db"});
  auto tables = "SELECT name||': '||sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name";
  for (int format = 3; format < kSchemaVersion; ++format) {
    start_with(format);
    (void)open_store({database_});

    EXPECT_EQ(values(database_, tables), values(folder_ / "new.db", tables)) << "from " << format;
    EXPECT_EQ(format_of(database_), kSchemaVersion);
    for (const auto& file : {database_, folder_ / "new.db"})
      EXPECT_THAT(values(file, "PRAGMA auto_vacuum"), ElementsAre("2")) << "pages can be given back";
  }
}

TEST_F(Migration, KeepsWhatFormat4KnewOfRuns) {  // [DUR-21]
  start_with(4);
  auto rows = "SELECT run_id||status||root||version||channel||error_code||last_seq||coalesce(ended_at,'') FROM runs";
  auto runs = values(database_, rows), bodies = values(database_, "SELECT body FROM entries");

  Client client({database_});

  EXPECT_THAT(client.claimable(), ElementsAre("later", "renewed", "forked"));
  EXPECT_EQ(values(database_, rows), runs);
  EXPECT_EQ(values(database_, "SELECT body FROM entries"), bodies);
  EXPECT_EQ(client.find("43bde5c360d088d446a2ab955c700eec").root, "family");
  EXPECT_EQ(client.admit("new").row.number, 12);
}

TEST_F(Migration, FindsTheRootOfEveryTree) {  // [DUR-21]
  change(R"sql(
CREATE TEMP TABLE family(run_id, parent);
INSERT INTO family VALUES('c3','c2'),('c2','c1'),('c1','done'),('lost','nowhere'),('below','lost'),('x','y'),('y','x');
INSERT INTO runs(epoch, last_seq, status, durability, attempts, fruitless, updated, created, run_id, agent, caller,
    parent, fingerprint)
  SELECT 0, 1, 'queued', 'strict', 0, 0, 0, 0, run_id, 'a', '', parent, '' FROM family)sql");

  (void)open_store({database_});

  EXPECT_THAT(values(database_, "SELECT run_id||' '||root FROM runs WHERE agent='a'"),
              UnorderedElementsAre("c1 done", "c2 done", "c3 done", "lost nowhere", "below nowhere", "x y", "y x"));
}

// A run that this executus cannot read stays one that it cannot read.
TEST_F(Migration, TakesDamagedJournalsAlong) {  // [DUR-21]
  change(R"sql(
UPDATE entries SET body='{' WHERE run=1;
UPDATE entries SET body='[7]' WHERE run=2;
UPDATE entries SET body='{"agent":7,"invocation":"x","usage":7}' WHERE run=3;
UPDATE entries SET body=x'FFFE00' WHERE run=5;
UPDATE entries SET kind=999 WHERE run=7;
UPDATE entries SET body='' WHERE run=8;
DELETE FROM entries WHERE run=9;
UPDATE entries SET kind=kind+10, body=replace(printf('%.5000c','['),'[','[') WHERE run=10)sql");

  Client client({database_});

  EXPECT_EQ(client.run(client.store().list({})).size(), 11);
  for (const char* run : {"done", "failed", "ended", "then", "renewed", "forked"}) {
    EXPECT_EQ(client.find(run).version, "") << run;
    EXPECT_EQ(client.find(run).error_code, "") << run;
  }
  EXPECT_NE(client.find("asking").version, "");
}

TEST_F(Migration, TakesAlongWhatAKilledWorkerLeftInTheLog) {  // [DUR-21] [DUR-23]
  Child killed([&] {
    Connection older(database_, Connection::Mode::existing, Milliseconds(5'000));
    older.execute("PRAGMA journal_mode=WAL; UPDATE runs SET steps=77 WHERE run_id='done'");
    return ::raise(SIGKILL);
  });
  ASSERT_EQ(killed.exit_code(), -SIGKILL);
  ASSERT_GT(std::filesystem::file_size(database_.string() + "-wal"), 0);

  Client client({database_});

  EXPECT_EQ(client.find("done").steps, 77);
  EXPECT_EQ(client.find("failed").error_code, "run.max_steps");
}

TEST_F(Migration, ThatIsKilledLeavesWhatWasThere) {  // [DUR-21] [DUR-23]
  int kills = 0, after_vacuum = 0;
  for (int at = 1;; ++at) {
    Child child([&] {
      Connection connection(database_, Connection::Mode::existing, Milliseconds(5'000));
      int told = 0;
      connection.tell_progress(
          [&] {
            if (++told == at) ::raise(SIGKILL);
          },
          150);
      migrate(connection, database_, 3);
      return 0;
    });
    auto exit = child.exit_code();
    if (exit == 0) break;
    ASSERT_EQ(exit, -SIGKILL);
    ++kills;
    if (values(database_, "PRAGMA auto_vacuum") == std::vector<std::string>{"2"}) ++after_vacuum;
    expect_format_3();
  }

  EXPECT_GE(kills, 5);
  EXPECT_GE(after_vacuum, 1);
  EXPECT_EQ(format_of(database_), kSchemaVersion);
  EXPECT_EQ(Client({database_}).find("failed").error_code, "run.max_steps");
}

TEST_F(Migration, ThatFailsLeavesWhatWasThere) {  // [DUR-21] [DUR-23]
  int failures = 0;
  for (rlim_t room = std::filesystem::file_size(database_);; room += 40'000) {
    FullDisk full(room);
    auto code = error_code_of([&] { return prepare_database(database_, Milliseconds(5'000)); });
    if (code.empty()) break;
    ASSERT_EQ(code, "store.io");
    ++failures;
    expect_format_3();
  }

  EXPECT_GE(failures, 2);
  EXPECT_EQ(Client({database_}).find("failed").error_code, "run.max_steps");
}

TEST_F(Migration, WaitsForTheEndOfOlderWorkers) {  // [DUR-21]
  auto before = bytes_of(database_);
  {
    WorkerLocks locks(database_);
    ASSERT_TRUE(locks.hold(8)) << "the worker of run 'cut'";
    try {
      (void)open_store({database_});
      FAIL() << "it was opened";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), "store.older_in_use");
      EXPECT_THAT(error.message(), AllOf(HasSubstr(database_), HasSubstr("process 1 ")));
    }
    EXPECT_EQ(bytes_of(database_), before);
  }

  EXPECT_EQ(error_code_of([&] { return open_store({database_}); }), "");
}

// An older executus that has the database open cannot become a worker of it.
TEST_F(Migration, KeepsOlderProcessesFromDrivingRuns) {  // [DUR-21]
  Connection older(database_, Connection::Mode::existing, Milliseconds(5'000));
  Statement join(older, "INSERT INTO workers(name, host, boot, pid, started) VALUES('w','','',1,1)");
  (void)open_store({database_});

  EXPECT_EQ(error_code_of([&] { return join.run(), 0; }), "store.failed");
}

// Nor can it admit runs for others; what it says to runs is heard.
TEST_F(Migration, KeepsOlderProcessesFromAdmittingRuns) {  // [DUR-21]
  Connection older(database_, Connection::Mode::existing, Milliseconds(5'000));
  Statement admit(older,
                  "INSERT INTO runs(run_id, status, agent, caller, parent, durability, fingerprint, created, updated, "
                  "epoch, last_seq, attempts, fruitless) VALUES('new','queued','a','','','strict','',0,0,0,1,0,0)");
  Statement post(older, "INSERT INTO inbox(run, kind, payload, at) VALUES(4,'cancel','{}',0)");
  Client client({database_});

  EXPECT_EQ(error_code_of([&] { return admit.run(), 0; }), "store.failed");
  post.run();
  EXPECT_THAT(client.run(client.store().inbox(Client::id("asking"))), ::testing::SizeIs(1));
}

// Likewise this one, when a newer one comes.
TEST_F(Migration, IsNoticedByWritersThatWereThereBefore) {  // [DUR-21]
  Client client({database_});
  client.admit("r");
  change("PRAGMA user_version=99");

  EXPECT_EQ(error_code_of([&] { return client.append("r", 1); }), "store.newer");
}

TEST_F(Migration, IsNotDoneWhereTheDatabaseIsOnlyRead) {  // [DUR-21]
  auto before = bytes_of(database_);

  EXPECT_EQ(error_code_of([&] { return open_for_reading(database_, Milliseconds(0)); }), "store.older");
  EXPECT_EQ(bytes_of(database_), before);
}

TEST_F(Migration, TellsThatItGoesOn) {  // [DUR-21]
  int told = 0;
  Connection connection(database_, Connection::Mode::existing, Milliseconds(5'000));
  connection.tell_progress([&] { ++told; }, 100);

  migrate(connection, database_, 3);

  EXPECT_GE(told, 10);
}

TEST_F(Migration, IsDoneOnce) {  // [DUR-21]
  {
    Client client({database_});
  }
  auto once = bytes_of(database_);

  {
    Client client({database_});
  }

  EXPECT_EQ(bytes_of(database_), once);
}

}  // namespace
}  // namespace executus::sqlite
