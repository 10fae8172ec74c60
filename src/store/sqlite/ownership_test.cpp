// Several processes on one file.
#include <atomic>
#include <chrono>

#include <executus/testing/manual_loop.hpp>

#include "store/sqlite/connection/connection.hpp"
#include "store/sqlite/store_fixture_test.hpp"

namespace executus::sqlite {
namespace {

using journal::AppendVerdict;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(SqliteOwnership, KeepsWhatWasAcknowledgedWhenTheProcessIsKilled) {  // [DUR-23]
  TemporaryFolder directory;
  Child child([&] {
    Client client({directory / "j.db"});
    client.admit("r");
    for (std::uint64_t i = 1; i <= 20; ++i) client.append("r", i, std::to_string(i));
    return ::raise(SIGKILL);
  });
  ASSERT_EQ(child.exit_code(), -SIGKILL);

  Client client({directory / "j.db"});

  auto texts = client.texts("r");
  ASSERT_EQ(texts.size(), 20u);
  EXPECT_EQ(texts.back(), "20");
}

TEST(SqliteOwnership, SeesADeadWorkerAtOnce) {  // [DUR-17]
  TemporaryFolder directory;
  Child child([&] {
    Client client({directory / "j.db"});
    client.admit("r");
    return ::raise(SIGKILL);
  });
  ASSERT_EQ(child.exit_code(), -SIGKILL);
  testing::ManualClock clock;  // stands still: no lease runs out
  Client client({directory / "j.db", &clock});

  EXPECT_THAT(client.claimable(), ElementsAre("r"));
  auto claimed = client.run(client.store().claim(Client::id("r"), 1));

  ASSERT_TRUE(claimed);
  EXPECT_EQ(client.append("r", 1, "mine", 2), AppendVerdict::appended);
}

TEST(SqliteOwnership, WaitsForTheLeaseOfAStoppedWorkerAndRefusesItWhenItWakes) {  // [DUR-17]
  TemporaryFolder directory;
  Child child([&] {
    Client client({directory / "j.db"});
    client.admit("r");
    ::raise(SIGSTOP);
    return client.append("r", 1, "late") == AppendVerdict::ownership_lost ? 0 : 1;
  });
  child.wait_until_stopped();
  testing::ManualClock clock;
  Client client({directory / "j.db", &clock});

  EXPECT_THAT(client.claimable(), IsEmpty());
  clock.advance(Milliseconds(14'999));
  EXPECT_THAT(client.claimable(), IsEmpty());
  EXPECT_FALSE(client.run(client.store().claim(Client::id("r"), 1)));
  clock.advance(Milliseconds(1));
  EXPECT_THAT(client.claimable(), ElementsAre("r"));
  ASSERT_TRUE(client.run(client.store().claim(Client::id("r"), 1)));
  EXPECT_EQ(client.append("r", 1, "mine", 2), AppendVerdict::appended);

  child.go_on();
  EXPECT_EQ(child.exit_code(), 0);
  EXPECT_THAT(client.texts("r"), ElementsAre("mine"));
}

TEST(SqliteOwnership, AHeartbeatKeepsTheRuns) {  // [DUR-17]
  TemporaryFolder directory;
  testing::ManualClock clock;
  Client owner({directory / "j.db", &clock}), other({directory / "j.db", &clock});
  owner.admit("r");
  EXPECT_THAT(other.claimable(), IsEmpty());
  clock.advance(Milliseconds(10'000));
  auto beat_at = clock.mono();

  owner.store().heartbeat();
  clock.advance(Milliseconds(10'000));

  EXPECT_THAT(other.claimable(), IsEmpty());
  EXPECT_EQ(owner.store().lease_until(), beat_at + Milliseconds(15'000));
}

TEST(SqliteOwnership, ABeatThatComesTooLateIsALapse) {  // [DUR-17]
  TemporaryFolder directory;
  testing::ManualClock clock;
  Client owner({directory / "j.db", &clock});
  owner.admit("r");
  clock.advance(Milliseconds(10'000));
  owner.store().heartbeat();
  EXPECT_EQ(owner.store().lapses(), 0u);

  clock.advance(Milliseconds(16'000));
  owner.store().heartbeat();

  EXPECT_EQ(owner.store().lapses(), 1u);
}

// Each look at it is a second later than the one before.
class TickingClock final : public Clock {
 public:
  [[nodiscard]] WallTime wall() const override { return {}; }
  [[nodiscard]] MonoTime mono() const override { return MonoTime(++ticks_ * std::chrono::seconds(1)); }
  [[nodiscard]] MonoTime next_look() const { return MonoTime((ticks_ + 1) * std::chrono::seconds(1)); }

 private:
  mutable std::atomic<int> ticks_ = 1'000;
};

TEST(SqliteOwnership, ASlowBeatCountsFromItsBeginning) {  // [DUR-17]
  TemporaryFolder directory;
  TickingClock clock;
  Client owner({directory / "j.db", &clock});
  owner.admit("r");
  auto began = clock.next_look();

  owner.store().heartbeat();

  ASSERT_GT(clock.next_look(), began + std::chrono::seconds(1)) << "the beat took more than one look";
  EXPECT_EQ(owner.store().lease_until(), began + Milliseconds(15'000));
}

void lose_all_workers(const std::filesystem::path& database) {
  Connection(database, Connection::Mode::existing, Milliseconds(5'000)).execute("DELETE FROM workers");
}

TEST(SqliteOwnership, AWorkerWhoseRowIsGoneIsToldAndNotRenewed) {  // [DUR-17]
  TemporaryFolder directory;
  testing::ManualClock clock;
  Client owner({directory / "j.db", &clock});
  owner.admit("r");
  auto until = owner.store().lease_until();
  lose_all_workers(directory / "j.db");
  clock.advance(Milliseconds(3'000));

  for (const char* connection : {"its own", "a new one"}) {
    EXPECT_EQ(error_code_of([&] { return owner.store().heartbeat(), 0; }), "store.replaced") << connection;
    EXPECT_EQ(owner.store().lease_until(), until) << connection;
  }
}

TEST(SqliteOwnership, AWorkerWhoseRowIsGoneDrivesNothingOnceItsDatabaseIsOpenedAgain) {  // [DUR-17]
  TemporaryFolder directory;
  std::atomic<bool> lose_next = false;
  Options options{directory / "j.db"};
  options.on_commit = [&] {
    if (lose_next.exchange(false)) throw Error(ErrorKind::disconnected, "store.io", "the disk did not answer");
  };
  Client owner(options);
  owner.admit("r");
  lose_all_workers(directory / "j.db");
  lose_next = true;
  EXPECT_EQ(error_code_of([&] { return owner.append("r", 1); }), "store.io");

  EXPECT_EQ(owner.append("r", 2), AppendVerdict::ownership_lost);

  EXPECT_EQ(owner.store().lease_until(), MonoTime::min());
  owner.admit("next");
  EXPECT_EQ(owner.append("next", 1), AppendVerdict::appended) << "it is a new worker";
  EXPECT_EQ(owner.append("r", 2), AppendVerdict::ownership_lost);
}

TEST(SqliteOwnership, JumpsOfTheWallClockTakeNothingOver) {  // [DUR-17]
  TemporaryFolder directory;
  testing::ManualClock clock;
  Client owner({directory / "j.db", &clock}), other({directory / "j.db", &clock});
  owner.admit("r");
  EXPECT_THAT(other.claimable(), IsEmpty());

  clock.jump_wall(std::chrono::hours(24));

  EXPECT_THAT(other.claimable(), IsEmpty());
}

TEST(SqliteOwnership, HasNoLeaseBeforeItDrivesARun) {
  TemporaryFolder directory;
  Client client({directory / "j.db"});
  client.store().heartbeat();

  EXPECT_EQ(client.store().lease_until(), MonoTime::min());
}

TEST(SqliteOwnership, TheFirstLeaseIsAsLongAsEveryOther) {  // [DUR-17]
  TemporaryFolder directory;
  testing::ManualClock clock;
  Client client({directory / "j.db", &clock});
  client.admit("r");
  EXPECT_EQ(client.store().lease_until(), clock.mono() + Milliseconds(15'000));

  clock.advance(Milliseconds(3'000));
  client.store().heartbeat();
  EXPECT_EQ(client.store().lease_until(), clock.mono() + Milliseconds(15'000));
}

TEST(SqliteOwnership, TwoProcessesWriteSideBySide) {
  TemporaryFolder directory;
  Options options{directory / "j.db"};
  auto write_runs = [&](const std::string& name) {
    Client client(options);
    for (int run = 0; run < 10; ++run) {
      auto id = name + std::to_string(run);
      client.admit(id);
      for (std::uint64_t i = 1; i <= 20; ++i)
        if (client.append(id, i) != AppendVerdict::appended) return 1;
    }
    return 0;
  };
  Child child([&] { return write_runs("child-"); });

  EXPECT_EQ(write_runs("parent-"), 0);

  EXPECT_EQ(child.exit_code(), 0);
  EXPECT_EQ(Client(options).run(Client(options).store().list({})).size(), 20u);
  Connection connection(directory / "j.db", Connection::Mode::existing, Milliseconds(0));
  EXPECT_EQ(connection.integer("SELECT count(*) FROM entries"), 20 * 21);
  EXPECT_EQ(connection.integer("SELECT count(*) FROM pragma_integrity_check WHERE integrity_check='ok'"), 1);
}

TEST(SqliteOwnership, ACleanCloseLeavesNoWorkerAndNoWal) {
  TemporaryFolder directory;
  {
    Client client({directory / "j.db"});
    client.admit("r");
    client.run(client.store().release(Client::id("r"), 1, journal::Attempt::does_not_count));
  }

  EXPECT_EQ(std::filesystem::file_size(directory / "j.db-wal"), 0u);
  Connection connection(directory / "j.db", Connection::Mode::existing, Milliseconds(0));
  EXPECT_EQ(connection.integer("SELECT count(*) FROM workers"), 0);
}

TEST(SqliteOwnership, TheRowsOfDeadWorkersWithoutRunsAreRemovedByTheNext) {  // [DUR-17]
  TemporaryFolder directory;
  for (const char* drives : {"nothing", "a run"}) {
    Child child([&] {
      Client client({directory / "j.db"});
      client.admit(drives == std::string("nothing") ? "given-back" : "kept");
      if (drives == std::string("nothing"))
        client.run(client.store().release(Client::id("given-back"), 1, journal::Attempt::does_not_count));
      return ::raise(SIGKILL);
    });
    ASSERT_EQ(child.exit_code(), -SIGKILL);
  }

  Client client({directory / "j.db"});
  client.admit("mine");

  Connection connection(directory / "j.db", Connection::Mode::existing, Milliseconds(0));
  EXPECT_EQ(connection.integer("SELECT count(*) FROM workers"), 2) << "this one, and the one whose run is open";
}

TEST(SqliteOwnership, ACloseWithRunsLeavesThemToOthers) {
  TemporaryFolder directory;
  Options options{directory / "j.db"};
  Client(options).admit("r");

  EXPECT_THAT(Client(options).claimable(), ElementsAre("r"));
}

TEST(SqliteOwnership, ReadingWritesNothing) {
  TemporaryFolder directory;
  Options options{directory / "j.db"};
  Client(options).admit("r");
  auto before = bytes_of(directory / "j.db");
  {
    Client reader(options);
    EXPECT_THAT(reader.claimable(), ElementsAre("r"));
    EXPECT_THAT(reader.texts("r"), IsEmpty());
  }

  EXPECT_EQ(bytes_of(directory / "j.db"), before);
  EXPECT_EQ(std::filesystem::file_size(directory / "j.db-wal"), 0u);
}

}  // namespace
}  // namespace executus::sqlite
