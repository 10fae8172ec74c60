// Children and the entries that call them: one transaction of the database, whatever goes wrong in it.
#include "store/sqlite/connection/connection.hpp"
#include "store/sqlite/store_fixture_test.hpp"

namespace executus::sqlite {
namespace {

using journal::AppendVerdict;
using journal::Start;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class SqliteChildren : public ::testing::Test {
 protected:
  // From beside the store, as an older executus or a damaged file would have left it.
  void meddle(const char* sql) {
    Connection(directory_ / "j.db", Connection::Mode::existing, Milliseconds(5'000)).execute(sql);
  }
  AppendVerdict append(journal::Append append) {
    return client_.run(client_.store().append(std::move(append))).verdict;
  }
  bool is_there(const std::string& run) { return client_.run(client_.store().find(Client::id(run))).has_value(); }

  // Entry 2 of "r", which calls `children`.
  static journal::Append call(const std::vector<std::string>& children, Start start = Start::queued) {
    auto append = Client::append_of("r", 1, "call");
    for (const auto& child : children) {
      append.admit.push_back(Client::admission(child));
      append.admit.back().parent = "r";
      append.admit.back().start = start;
    }
    return append;
  }

  TemporaryFolder directory_;
  Client client_{Options{directory_ / "j.db"}};
};

constexpr const char* kRefuseBad =
    "CREATE TRIGGER refuse_bad BEFORE INSERT ON runs WHEN NEW.run_id='bad' BEGIN SELECT RAISE(ABORT,'refused'); END";

TEST_F(SqliteChildren, AChildThatCannotBeCreatedTakesTheEntriesAndItsSiblingsWithIt) {  // [DUR-29]
  client_.admit("r");
  meddle(kRefuseBad);

  EXPECT_EQ(error_code_of([&] { return append(call({"good", "bad"})); }), "store.failed");

  EXPECT_THAT(client_.texts("r"), IsEmpty());
  EXPECT_EQ(client_.find("r").last_seq, 1u);
  EXPECT_FALSE(is_there("good"));
  EXPECT_EQ(append(call({"good"})), AppendVerdict::appended) << "the run goes on";
  EXPECT_TRUE(is_there("good"));
}

// SQLite gives the row number of the child that was rolled back to the next run.
TEST_F(SqliteChildren, AChildThatWasRolledBackIsNotTakenForTheRunAfterIt) {  // [DUR-29]
  client_.admit("r");
  meddle(kRefuseBad);
  EXPECT_EQ(error_code_of([&] { return append(call({"gone", "bad"}, Start::owned)); }), "store.failed");
  client_.admit("next");

  EXPECT_EQ(client_.append("gone", 1), AppendVerdict::ownership_lost);

  EXPECT_THAT(client_.texts("next"), IsEmpty());
}

TEST_F(SqliteChildren, DeferredEntriesOutliveAChildThatCannotBeCreated) {  // [DUR-29] [DUR-23]
  client_.admit("r");
  meddle(kRefuseBad);
  client_.store().append_deferred(Client::append_of("r", 1, "deferred"));
  auto request = call({"bad"});
  request.after = 2;
  request.entries[0].seq = 3;
  EXPECT_EQ(error_code_of([&] { return append(request); }), "store.failed");

  EXPECT_EQ(client_.append("r", 2, "after"), AppendVerdict::appended);

  EXPECT_THAT(client_.texts("r"), ElementsAre("deferred", "after"));
}

TEST_F(SqliteChildren, AnErasedChildStaysErased) {  // [DUR-29]
  client_.admit("r");
  meddle("INSERT INTO erased(run_id) VALUES('c')");

  EXPECT_EQ(append(call({"c", "d"})), AppendVerdict::appended);

  EXPECT_THAT(client_.texts("r"), ElementsAre("call"));
  EXPECT_FALSE(is_there("c"));
  EXPECT_TRUE(is_there("d"));
}

TEST_F(SqliteChildren, ADatabaseWithoutTheIndexIsReadAllTheSame) {
  meddle("DROP INDEX runs_of_parent");
  Client client(Options{directory_ / "j.db"});
  client.admit("r");
  (void)client.run(client.store().append(call({"c"})));
  journal::RunFilter children;
  children.parent = "r";

  EXPECT_EQ(client.run(client.store().list(children)).size(), 1u);
  EXPECT_THAT(client.claimable(), ElementsAre("c"));
}

}  // namespace
}  // namespace executus::sqlite
