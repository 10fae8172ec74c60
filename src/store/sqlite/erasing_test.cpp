// Erasing: what is gone is gone from the file, a part at a time, beside others and after a kill.
#include <thread>

#include "store/sqlite/database_file.hpp"
#include "store/sqlite/erasure.hpp"
#include "store/sqlite/store_fixture_test.hpp"

namespace executus::sqlite {
namespace {

using journal::EraseVerdict;
using journal::Erasing;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::Le;
using ::testing::Not;

class ErasedRuns : public ::testing::Test {
 protected:
  // An ended run with so many entries that say something.
  void make(Client& client, const std::string& run, int entries, const std::string& text) {
    client.admit(run);
    journal::Append append;
    append.run = Client::id(run);
    append.epoch = 1;
    append.after = 1;
    std::uint64_t seq = 1;
    for (int i = 0; i < entries; ++i)
      append.entries.push_back({++seq, {}, {}, journal::Steered{llm::user_message(text)}});
    append.entries.push_back({++seq, {}, {}, journal::Ended{}});
    ASSERT_EQ(client.run(client.store().append(std::move(append))).verdict, journal::AppendVerdict::appended);
  }
  EraseVerdict erase(Client& client, const std::string& run) {
    return client.run(client.store().erase(Client::id(run), Erasing::for_good)).verdict;
  }
  [[nodiscard]] std::int64_t count(const char* sql) const {
    return Connection(database_, Connection::Mode::existing, Milliseconds(5'000)).integer(sql);
  }
  [[nodiscard]] std::string all_bytes() const { return bytes_of(database_) + bytes_of(database_.string() + "-wal"); }

  TemporaryFolder folder_;
  std::filesystem::path database_ = folder_ / "j.db";
};

TEST_F(ErasedRuns, AreGoneFromTheFile) {  // [DUR-31]
  {
    Client client({database_});
    for (int i = 0; i < 9; ++i) make(client, "kept" + std::to_string(i), 5, std::string(300 * (i % 7), 'k'));
    for (int i = 0; i < 9; ++i) make(client, "gone" + std::to_string(i), 5, "SECRET" + std::string(300 * (i % 9), 'g'));
    ASSERT_THAT(all_bytes(), HasSubstr("SECRET"));

    for (int i = 0; i < 9; ++i) EXPECT_EQ(erase(client, "gone" + std::to_string(i)), EraseVerdict::erased);
  }

  EXPECT_THAT(all_bytes(), Not(HasSubstr("SECRET")));
  EXPECT_EQ(count("SELECT count(*) FROM entries"), 9 * 7);
  EXPECT_EQ(count("SELECT count(*) FROM runs"), 9);
  EXPECT_EQ(count("PRAGMA freelist_count"), 0) << "pages are given back";
}

TEST_F(ErasedRuns, TakeTheirCommandsAndDeliveriesAlong) {  // [DUR-31]
  Client client({database_});
  make(client, "gone", 1, "x");
  make(client, "kept", 1, "x");
  Connection(database_, Connection::Mode::existing, Milliseconds(5'000))
      .execute(
          "INSERT INTO inbox(run, kind, payload, at) SELECT id, 'steer', '{}', 0 FROM runs;"
          "INSERT INTO outbox(run, seq, state, due, tried) SELECT id, 3, 'pending', 0, 0 FROM runs");

  EXPECT_EQ(erase(client, "gone"), EraseVerdict::erased);

  for (const char* rows : {"SELECT count(*) FROM inbox", "SELECT count(*) FROM outbox"}) EXPECT_EQ(count(rows), 1);
}

// What it spent in the accounts of its agent and its caller goes on counting: it is their history.
TEST_F(ErasedRuns, TakeTheBudgetOfTheirOwnAlong) {  // [DUR-31]
  Client client({database_});
  make(client, "gone", 1, "x");
  make(client, "kept", 1, "x");
  {
    Connection writer(database_, Connection::Mode::existing, Milliseconds(5'000));
    WriteTransaction transaction(writer);
    for (const char* account : {"run:gone", "run:kept", "agent:a"}) {
      auto of = std::string("('") + account + "',";
      writer.execute(("INSERT INTO budget_limits VALUES" + of + "NULL,9,NULL,0,'stop','')").c_str());
      writer.execute(("INSERT INTO budget_spent VALUES" + of + "7,1,2,3)").c_str());
      writer.execute(("INSERT INTO budget_estimates VALUES" + of + "7,'gone',1,2,3)").c_str());
    }
    transaction.commit();
  }
  EXPECT_EQ(erase(client, "gone"), EraseVerdict::erased);
  for (const char* table : {"budget_limits", "budget_spent", "budget_estimates"}) {
    EXPECT_EQ(count((std::string("SELECT count(*) FROM ") + table + " WHERE account='run:gone'").c_str()), 0) << table;
    EXPECT_EQ(count((std::string("SELECT count(*) FROM ") + table).c_str()), 2) << table;
  }
}

// Also those of a few pages, for which the log would not be emptied while the database stays open.
TEST_F(ErasedRuns, AreSoonGoneFromTheLog) {  // [DUR-31]
  Client client({database_});
  make(client, "gone", 1, "SECRET");
  EXPECT_EQ(erase(client, "gone"), EraseVerdict::erased);

  while (all_bytes().find("SECRET") != std::string::npos) client.store().heartbeat();
}

// One commit deletes no more than its part, and other writers come between.
TEST_F(ErasedRuns, GoAPartAtATimeBesideOthers) {  // [DUR-31]
  std::vector<std::int64_t> steps;
  std::int64_t last = 0;
  Options options{database_};
  options.on_commit = [&] {
    auto now = count("SELECT count(*) FROM entries");
    steps.push_back(last - now);
    last = now;
  };
  Client client(std::move(options));
  make(client, "large", 2'000, "x");
  make(client, "huge", 3, std::string(1'500'000, 'y'));
  Client other({database_});
  other.admit("other");
  steps.clear();
  auto before = std::filesystem::file_size(database_) + std::filesystem::file_size(database_.string() + "-wal");

  auto erasing = [&] {
    for (const char* run : {"large", "huge"}) EXPECT_EQ(erase(client, run), EraseVerdict::erased);
  };
  std::thread beside([&] {
    for (std::uint64_t seq = 1; seq <= 20; ++seq)
      EXPECT_EQ(other.append("other", seq), journal::AppendVerdict::appended);
  });
  erasing();
  beside.join();

  EXPECT_GE(steps.size(), 10);
  EXPECT_THAT(steps, Each(Le(kSweptRows)));
  EXPECT_EQ(count("SELECT count(*) FROM entries"), 21);
  EXPECT_EQ(count("SELECT count(*) FROM entries WHERE run NOT IN (SELECT id FROM runs)"), 0);
  EXPECT_LT(client.run(client.store().size()), before / 10);
}

// By the steps of SQLite's machine, in whatever database.
TEST_F(ErasedRuns, CostAsMuchBesideManyOthersAsBesideFew) {  // [DUR-31]
  Client client({database_});
  for (const char* run : {"few", "many"}) make(client, run, 20, "x");
  auto cost_of = [&](const char* run) {
    Connection connection(database_, Connection::Mode::existing, Milliseconds(5'000));
    int steps = 0;
    Erasure erasure(connection);
    auto row = client.find(run);
    connection.tell_progress([&] { ++steps; }, 1);
    WriteTransaction transaction(connection);
    EXPECT_EQ(erasure.judged(row).verdict, EraseVerdict::erased);
    erasure.begin(row);
    while (erasure.has_leftovers()) (void)erasure.sweep();
    transaction.commit();
    return steps;
  };
  auto few = cost_of("few");
  copy_runs(database_, 5'000);
  auto many = cost_of("many");
  EXPECT_GT(few, 100);
  EXPECT_LE(many, few + few / 10) << "of a hundred thousand runs each one costs as much";
}

TEST_F(ErasedRuns, WhoseErasingWasKilledAreFinishedByTheNextWriter) {  // [DUR-31]
  {
    Client client({database_});
    make(client, "large", 1'000, "x");
  }
  Child killed([&] {
    Options options{database_};
    options.on_commit = [parts = 0]() mutable {
      if (++parts == 3) ::raise(SIGKILL);
    };
    Client client(std::move(options));
    (void)client.run(client.store().erase(Client::id("large"), Erasing::for_good));
    return 0;
  });
  ASSERT_EQ(killed.exit_code(), -SIGKILL);
  EXPECT_GT(count("SELECT count(*) FROM entries"), 0);
  EXPECT_EQ(count("SELECT count(*) FROM runs"), 0) << "it is not found any more";

  {
    Client next({database_});
    EXPECT_EQ(next.admit("large").verdict, journal::AdmitVerdict::erased);
    EXPECT_EQ(erase(next, "large"), EraseVerdict::erased);
  }
  EXPECT_EQ(count("SELECT count(*) FROM entries"), 0);
  EXPECT_EQ(count("SELECT count(*) FROM erased WHERE run IS NOT NULL"), 0);
}

// The writer goes on by itself with what a killed process left.
TEST_F(ErasedRuns, WhoseErasingWasKilledGoWithoutBeingAskedFor) {  // [DUR-31]
  {
    Client client({database_});
    make(client, "large", 1'000, "x");
    make(client, "r", 1, "x");
  }
  Connection(database_, Connection::Mode::existing, Milliseconds(5'000))
      .execute(
          "INSERT INTO erased SELECT run_id, id FROM runs WHERE run_id='large'; DELETE FROM runs WHERE run_id='large'");

  Client client({database_});
  client.admit("another");
  while (count("SELECT count(*) FROM erased WHERE run IS NOT NULL") > 0) client.store().heartbeat();

  EXPECT_EQ(count("SELECT count(*) FROM entries WHERE run NOT IN (SELECT id FROM runs)"), 0);
}

// What is left of an erased run is not taken for a new one's.
TEST_F(ErasedRuns, GiveTheirNumberToNoOther) {  // [DUR-31]
  Client client({database_});
  make(client, "newest", 1, "x");
  auto number = client.find("newest").number;
  EXPECT_EQ(erase(client, "newest"), EraseVerdict::erased);

  EXPECT_GT(client.admit("next").row.number, number);
}

}  // namespace
}  // namespace executus::sqlite
