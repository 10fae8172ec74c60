// Commits that fail, and commits whose answer is lost: nothing acknowledged is lost, nothing is written twice.
#include <atomic>
#include <chrono>

#include "store/sqlite/connection/connection.hpp"
#include "store/sqlite/store_fixture_test.hpp"

namespace executus::sqlite {
namespace {

using journal::AdmitVerdict;
using journal::AppendVerdict;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// A store whose commits succeed, but whose answers can be lost.
class LostAnswers : public ::testing::Test {
 protected:
  LostAnswers() {
    Options options{directory_ / "j.db"};
    options.deferral = std::chrono::hours(1);  // a flush in between would be the commit whose answer is lost
    options.on_commit = [this] {
      if (lose_next_.exchange(false)) throw Error(ErrorKind::disconnected, "store.io", "the disk did not answer");
    };
    client_ = std::make_unique<Client>(std::move(options));
  }
  template <class Call>
  void lose_answer_of(Call call) {
    lose_next_ = true;
    EXPECT_EQ(error_code_of(call), "store.io");
  }

  TemporaryFolder directory_;
  std::atomic<bool> lose_next_ = false;
  std::unique_ptr<Client> client_;
};

TEST_F(LostAnswers, ARepeatedAppendIsRecognised) {  // [DUR-23]
  client_->admit("r");
  lose_answer_of([&] { return client_->append("r", 1, "once"); });

  EXPECT_EQ(client_->append("r", 1, "once"), AppendVerdict::appended);
  EXPECT_EQ(client_->append("r", 2, "twice"), AppendVerdict::appended);
  EXPECT_THAT(client_->texts("r"), ElementsAre("once", "twice"));
}

TEST_F(LostAnswers, DeferredEntriesThatRodeAlongAreWrittenOnce) {  // [DUR-23]
  client_->admit("r");
  client_->store().append_deferred(Client::append_of("r", 1, "deferred"));
  lose_answer_of([&] { return client_->append("r", 2, "awaited"); });

  EXPECT_EQ(client_->append("r", 2, "awaited"), AppendVerdict::appended);
  EXPECT_THAT(client_->texts("r"), ElementsAre("deferred", "awaited"));
}

TEST_F(LostAnswers, AFirstAdmissionNobodyHeardOfIsADeadWorkers) {  // [DUR-23]
  lose_answer_of([&] { return client_->admit("r"); });

  EXPECT_EQ(client_->admit("r").verdict, AdmitVerdict::exists);
  EXPECT_THAT(client_->claimable(), ElementsAre("r"));
}

TEST_F(LostAnswers, ARunWhoseAdmissionNobodyHeardOfIsAnyones) {  // [DUR-23]
  client_->admit("another");
  lose_answer_of([&] { return client_->admit("r"); });

  auto again = client_->admit("r");

  EXPECT_EQ(again.verdict, AdmitVerdict::exists);
  EXPECT_TRUE(again.row.worker.empty());
  EXPECT_EQ(again.row.fruitless, 0);
  EXPECT_THAT(client_->claimable(), ElementsAre("r"));
}

TEST_F(LostAnswers, ARunWhoseClaimNobodyHeardOfIsAnyones) {  // [DUR-23]
  client_->admit("r");
  client_->run(client_->store().release(Client::id("r"), 1, journal::Attempt::counts));
  lose_answer_of([&] { return client_->run(client_->store().claim(Client::id("r"), 1)); });

  client_->admit("other");

  EXPECT_THAT(client_->claimable(), ElementsAre("r"));
  EXPECT_EQ(client_->find("r").fruitless, 1);
}

TEST_F(LostAnswers, ARunGivenBackStaysGivenBack) {
  client_->admit("r");
  lose_answer_of(
      [&] { return client_->run(client_->store().release(Client::id("r"), 1, journal::Attempt::does_not_count)), 0; });

  client_->admit("other");

  EXPECT_THAT(client_->claimable(), ElementsAre("r"));
}

// The answer that the child is there was lost; a repeated append finds it driven, as asked for.
TEST_F(LostAnswers, ARepeatedAppendFindsTheChildrenItCreated) {  // [DUR-29] [DUR-23]
  client_->admit("r");
  auto call = Client::append_of("r", 1, "call");
  call.admit = {Client::admission("queued"), Client::admission("owned")};
  call.admit[0].start = journal::Start::queued;
  lose_answer_of([&] { return client_->run(client_->store().append(call)).verdict; });

  EXPECT_EQ(client_->run(client_->store().append(call)).verdict, AppendVerdict::appended);

  EXPECT_THAT(client_->texts("r"), ElementsAre("call"));
  EXPECT_THAT(client_->claimable(), ElementsAre("queued"));
  EXPECT_EQ(client_->append("owned", 1), AppendVerdict::appended);
}

TEST(SqliteFailure, GoesOnWhenTheDiskHasRoomAgain) {  // [DUR-23]
  TemporaryFolder directory;
  Client client({directory / "j.db"});
  client.admit("r");
  client.append("r", 1, "before");
  {
    FullDisk full(std::filesystem::file_size(directory / "j.db-wal"));
    EXPECT_EQ(error_code_of([&] { return client.append("r", 2, std::string(100'000, 'x')); }), "store.io");
    EXPECT_EQ(error_code_of([&] { return client.append("r", 2, std::string(100'000, 'x')); }), "store.io");
    EXPECT_THAT(client.texts("r"), ElementsAre("before"));
  }

  EXPECT_EQ(client.append("r", 2, std::string(100'000, 'x')), AppendVerdict::appended);
  EXPECT_THAT(client.texts("r"), ElementsAre("before", std::string(100'000, 'x')));
}

// The row of the worker went with the transaction that was rolled back: the next one joins anew.
TEST(SqliteFailure, AWorkerThatCouldNotJoinJoinsAgain) {  // [DUR-17] [DUR-23]
  TemporaryFolder directory;
  Client client({directory / "j.db"}), other({directory / "j.db"});
  auto large = Client::admission("r");
  large.entry.payload = journal::Admitted{{}, {}, {llm::user_message(std::string(100'000, 'x'))}};
  {
    FullDisk full(std::filesystem::file_size(directory / "j.db-wal") + 1);
    EXPECT_EQ(error_code_of([&] { return client.run(client.store().admit(large)).verdict; }), "store.io");
    EXPECT_EQ(client.store().lease_until(), MonoTime::min()) << "it drives nothing";
  }

  EXPECT_EQ(client.run(client.store().admit(large)).verdict, journal::AdmitVerdict::created);
  EXPECT_NO_THROW(client.store().heartbeat());
  EXPECT_FALSE(client.find("r").worker.empty());
  EXPECT_THAT(other.claimable(), IsEmpty()) << "its driver lives";
}

TEST(SqliteFailure, AnAppendThatFindsTheDiskFullLeavesNeitherEntryNorChild) {  // [DUR-29] [DUR-23]
  TemporaryFolder directory;
  Client client({directory / "j.db"});
  client.admit("r");
  auto call = Client::append_of("r", 1, "call");
  call.admit = {Client::admission("c")};
  call.admit[0].entry.payload = journal::Admitted{{}, {}, {llm::user_message(std::string(100'000, 'x'))}};
  auto there = [&] { return client.run(client.store().find(Client::id("c"))).has_value(); };
  {
    FullDisk full(std::filesystem::file_size(directory / "j.db-wal"));
    EXPECT_EQ(error_code_of([&] { return client.run(client.store().append(call)).verdict; }), "store.io");
    EXPECT_THAT(client.texts("r"), IsEmpty());
    EXPECT_FALSE(there());
  }

  EXPECT_EQ(client.run(client.store().append(call)).verdict, AppendVerdict::appended);
  EXPECT_THAT(client.texts("r"), ElementsAre("call"));
  EXPECT_TRUE(there());
}

TEST(SqliteFailure, KeepsDeferredEntriesWhileTheDiskIsFull) {  // [DUR-23]
  TemporaryFolder directory;
  Client client({directory / "j.db"});
  client.admit("r");
  {
    FullDisk full(std::filesystem::file_size(directory / "j.db-wal"));
    client.store().append_deferred(Client::append_of("r", 1, std::string(100'000, 'x')));
    EXPECT_EQ(error_code_of([&] { return client.append("r", 2, "after"); }), "store.io");
  }

  EXPECT_EQ(client.append("r", 2, "after"), AppendVerdict::appended);
  EXPECT_THAT(client.texts("r"), ElementsAre(std::string(100'000, 'x'), "after"));
}

// The commit that was to flush the older one is lost while the younger one is deferred.
TEST(SqliteFailure, DeferredEntriesThatComeBackGoBeforeYoungerOnes) {  // [DUR-23]
  TemporaryFolder directory;
  std::atomic<bool> lose_next = false, lost = false;
  journal::JournalStore* store = nullptr;
  Options options{directory / "j.db"};
  options.on_commit = [&] {
    if (!lose_next.exchange(false)) return;
    store->append_deferred(Client::append_of("r", 2, "younger"));
    lost = true;
    lost.notify_all();
    throw Error(ErrorKind::disconnected, "store.io", "the disk did not answer");
  };
  Client client(options);
  store = &client.store();
  client.admit("r");
  lose_next = true;
  store->append_deferred(Client::append_of("r", 1, "older"));
  lost.wait(false);

  EXPECT_EQ(client.append("r", 3, "awaited"), AppendVerdict::appended);

  EXPECT_THAT(client.texts("r"), ElementsAre("older", "younger", "awaited"));
}

// What `body` asks of the store is refused, because another connection is writing.
void while_locked(const std::filesystem::path& path, const std::function<void()>& body) {
  Connection other(path, Connection::Mode::existing, Milliseconds(0));
  other.execute("BEGIN IMMEDIATE");
  body();
  other.execute("ROLLBACK");
}

TEST(SqliteFailure, ARefusedSecondSubmissionLeavesTheLiveRunAlone) {  // [DUR-28] [DUR-17]
  TemporaryFolder directory;
  Options options{directory / "j.db"};
  options.busy_timeout = Milliseconds(1);
  Client client(options);
  client.admit("r");
  while_locked(directory / "j.db", [&] { EXPECT_EQ(error_code_of([&] { client.admit("r"); }), "store.locked"); });

  EXPECT_EQ(client.append("r", 1), journal::AppendVerdict::appended);
  EXPECT_THAT(client.claimable(), ::testing::IsEmpty());
}

TEST(SqliteFailure, ARefusedLateClaimLeavesTheLiveRunAlone) {  // [DUR-17]
  TemporaryFolder directory;
  Options options{directory / "j.db"};
  options.busy_timeout = Milliseconds(1);
  Client client(options);
  client.admit("r");
  client.run(client.store().release(Client::id("r"), 1, journal::Attempt::does_not_count));
  ASSERT_TRUE(client.run(client.store().claim(Client::id("r"), 1)));
  while_locked(directory / "j.db", [&] {
    EXPECT_EQ(error_code_of([&] { (void)client.run(client.store().claim(Client::id("r"), 1)); }), "store.locked");
  });

  EXPECT_EQ(client.append("r", 1, "x", 2), journal::AppendVerdict::appended);
  EXPECT_EQ(client.append("r", 2, "y", 2), journal::AppendVerdict::appended);
}

TEST(SqliteFailure, AcknowledgesNothingThatWentToAFileThatWasReplaced) {  // [DUR-23]
  TemporaryFolder directory;
  Client client({directory / "j.db"});
  client.admit("r");
  std::filesystem::rename(directory / "j.db", directory / "moved.db");
  std::ofstream(directory / "j.db").flush();

  EXPECT_EQ(error_code_of([&] { return client.append("r", 1); }), "store.replaced");
  EXPECT_EQ(error_code_of([&] { return client.append("r", 1); }), "store.replaced");
  EXPECT_EQ(bytes_of(directory / "j.db"), "");

  std::filesystem::rename(directory / "moved.db", directory / "j.db");
  EXPECT_EQ(client.append("r", 1), AppendVerdict::appended);
  EXPECT_THAT(client.texts("r"), ElementsAre("x"));
}

TEST(SqliteFailure, DoesNotGoOnInADatabaseThatWasPutInItsPlace) {  // [DUR-23]
  TemporaryFolder directory;
  (void)open_store({directory / "other.db"});
  Client client({directory / "j.db"});
  client.admit("r");
  for (const char* suffix : {"", "-wal", "-shm"}) {
    std::filesystem::remove(directory / (std::string("j.db") + suffix));
    if (std::filesystem::exists(directory / (std::string("other.db") + suffix)))
      std::filesystem::rename(directory / (std::string("other.db") + suffix),
                              directory / (std::string("j.db") + suffix));
  }

  EXPECT_EQ(error_code_of([&] { return client.append("r", 1); }), "store.replaced");
  EXPECT_EQ(error_code_of([&] { return client.admit("new"); }), "store.replaced");
  EXPECT_EQ(error_code_of([&] {
              client.store().heartbeat();
              return 0;
            }),
            "store.replaced");
  EXPECT_EQ(error_code_of([&] { return client.claimable(); }), "store.replaced");
}

}  // namespace
}  // namespace executus::sqlite
