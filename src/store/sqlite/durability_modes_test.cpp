// What each mode asks of the disk: counted where SQLite asks for it.
#include <atomic>
#include <deque>
#include <mutex>

#include <sqlite3.h>

#include "store/sqlite/store_fixture_test.hpp"

namespace executus::sqlite {
namespace {

std::atomic<int> sync_count = 0;

// The methods of an open file, with a sync that counts. `mine` comes first: SQLite hands its address back.
struct CountedMethods {
  sqlite3_io_methods mine;
  const sqlite3_io_methods* original;

  static int sync(sqlite3_file* file, int flags) {
    ++sync_count;
    return reinterpret_cast<const CountedMethods*>(file->pMethods)->original->xSync(file, flags);
  }
};

// While it lives, files that SQLite opens in this process count their syncs.
class CountingDisk {
 public:
  CountingDisk() : plain_(sqlite3_vfs_find(nullptr)), counting_(*plain_) {
    counting_.zName = "counting";
    counting_.xOpen = open;
    counting_.pNext = nullptr;
    current_ = this;
    sqlite3_vfs_register(&counting_, 1);
  }
  ~CountingDisk() {
    sqlite3_vfs_register(plain_, 1);
    sqlite3_vfs_unregister(&counting_);
    current_ = nullptr;
  }
  CountingDisk(const CountingDisk&) = delete;
  CountingDisk& operator=(const CountingDisk&) = delete;

 private:
  static int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
    int code = current_->plain_->xOpen(current_->plain_, name, file, flags, out_flags);
    if (!file->pMethods) return code;
    std::lock_guard lock(current_->mutex_);
    auto& counted = current_->files_.emplace_back(CountedMethods{*file->pMethods, file->pMethods});
    counted.mine.xSync = CountedMethods::sync;
    file->pMethods = &counted.mine;
    return code;
  }

  static inline CountingDisk* current_ = nullptr;
  sqlite3_vfs* plain_;
  sqlite3_vfs counting_;
  std::mutex mutex_;
  std::deque<CountedMethods> files_;  // addresses stay
};

class DurabilityModes : public ::testing::Test {
 protected:
  DurabilityModes() : client_(Options{directory_ / "j.db"}) {
    client_.run(client_.store().admit(Client::admission("strict", Durability::strict)));
    client_.run(client_.store().admit(Client::admission("relaxed", Durability::relaxed)));
  }
  // How often the disk was told to hold what an append wrote.
  int syncs_of(journal::Append append) {
    int before = sync_count;
    EXPECT_EQ(client_.run(client_.store().append(std::move(append))).verdict, journal::AppendVerdict::appended);
    return sync_count - before;
  }

  CountingDisk disk_;
  TemporaryFolder directory_;
  Client client_;
};

TEST_F(DurabilityModes, StrictAcknowledgesAfterASync) {  // [DUR-19]
  EXPECT_EQ(syncs_of(Client::append_of("strict", 1, "step")), 1);
  EXPECT_EQ(syncs_of(Client::append_of("strict", 2, "step")), 1);
}

// The refused append empties what the writer knows of its runs.
TEST_F(DurabilityModes, StrictSyncsAlsoAfterANeighboursAppendWasRefused) {  // [DUR-19]
  auto gap = Client::append_of("relaxed", 5, "too early");
  EXPECT_NE(error_code_of([&] { return client_.run(client_.store().append(gap)).verdict; }), "");

  EXPECT_EQ(syncs_of(Client::append_of("strict", 1, "step")), 1);
  EXPECT_EQ(syncs_of(Client::append_of("strict", 2, "step")), 1);
}

TEST_F(DurabilityModes, RelaxedSyncsOnlyWhatMustNotBeForgotten) {  // [DUR-19]
  EXPECT_EQ(syncs_of(Client::append_of("relaxed", 1, "step")), 0);
  auto intent = Client::append_of("relaxed", 2, "intent");
  intent.sync = journal::Sync::always;
  EXPECT_EQ(syncs_of(std::move(intent)), 1);
  EXPECT_EQ(syncs_of(Client::append_of("relaxed", 3, "step")), 0);
}

}  // namespace
}  // namespace executus::sqlite
