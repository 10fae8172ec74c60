// Values and files in an SQLite file: encrypted where keys are given, and gone with the run that they are of.
#include <executus/store/sqlite/storage.hpp>

#include "base/base64.hpp"
#include "storage/store_suite_test.hpp"
#include "store/sqlite/connection/connection.hpp"
#include "store/sqlite/store_fixture_test.hpp"

namespace executus::storage {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::vector<MasterKey> keys_of(const std::string& bytes) {
  std::vector<MasterKey> keys;
  for (char byte : bytes) keys.push_back(MasterKey::parse(base64_encode(std::string(32, byte))).value());
  return keys;
}

// A store whose file goes with it.
template <class Port, std::unique_ptr<Port> (*make)(const sqlite::Database&, std::vector<MasterKey>, sqlite::Unsealed)>
struct InAFile {
  sqlite::TemporaryFolder folder;
  sqlite::Database database{{folder / "state.db"}};
  std::unique_ptr<Port> store;
  explicit InAFile(std::vector<MasterKey> keys) : store(make(database, std::move(keys), sqlite::Unsealed::refused)) {}
};

struct KvInAFile final : InAFile<KvStore, sqlite::kv_store_of>, KvStore {
  using InAFile::InAFile;
  Task<std::optional<std::string>> get(Scope scope, std::string key) override { return store->get(scope, key); }
  Task<void> set(Scope scope, std::string key, std::string value, Quota quota) override {
    return store->set(scope, key, value, quota);
  }
  Task<bool> remove(Scope scope, std::string key) override { return store->remove(scope, key); }
  Task<std::vector<KvEntry>> list(Scope scope, KvPage page) override { return store->list(scope, page); }
  Task<Used> used(Scope scope) override { return store->used(scope); }
  Task<void> clear(Scope scope) override { return store->clear(scope); }
};

struct FilesInAFile final : InAFile<FileStore, sqlite::file_store_of>, FileStore {
  using InAFile::InAFile;
  Task<FileInfo> save(Scope scope, NewFile file, Quota quota) override { return store->save(scope, file, quota); }
  Task<std::optional<FileInfo>> find(std::string id) override { return store->find(id); }
  Task<std::optional<std::string>> read(std::string id, std::uint64_t offset, std::uint64_t bytes) override {
    return store->read(id, offset, bytes);
  }
  Task<std::vector<FileInfo>> list(Scope scope, FilePage page) override { return store->list(scope, page); }
  Task<bool> remove(std::string id) override { return store->remove(id); }
  Task<Used> used(Scope scope) override { return store->used(scope); }
  Task<void> clear(Scope scope) override { return store->clear(scope); }
};

// Sealing is all that keys add, so that what holds with them holds without.
// [TLS-08] [TLS-12] [TLS-15]
INSTANTIATE_TEST_SUITE_P(Sqlite, KvStoreSuite,
                         ::testing::Values([] { return std::make_unique<KvInAFile>(keys_of("k")); }));
// [TLS-09] [TLS-12] [TLS-15]
INSTANTIATE_TEST_SUITE_P(Sqlite, FileStoreSuite,
                         ::testing::Values([] { return std::make_unique<FilesInAFile>(keys_of("k")); }));

class SqliteStorage : public ::testing::Test {
 protected:
  template <class T>
  T wait(Task<T> task) {
    return block_on(*loop_, std::move(task));
  }
  void wait(Task<void> task) { block_on(*loop_, std::move(task)); }
  std::unique_ptr<KvStore> kv(const std::string& keys = "") { return kv_store_of(*database_, keys_of(keys)); }
  std::unique_ptr<FileStore> files(const std::string& keys = "") { return file_store_of(*database_, keys_of(keys)); }
  void fill(const Scope& scope) {
    for (const char* key : {"a", "b", "c"}) wait(kv()->set(scope, key, std::string(600'000, 'v'), kValueQuota));
    auto id = "f-" + scope.str().substr(scope.str().find('/') + 1);
    wait(files()->save(scope, {id, "SECRET.txt", "text/plain", "SECRET" + std::string(600'000, 'x')}, kFileQuota));
  }
  RunId end_run(const char* id) {
    auto& journal = *database_->journal();
    wait(journal.admit(sqlite::Client::admission(id)));
    journal::Append append;
    append.run = *RunId::parse(id);
    append.epoch = 1;
    append.after = 1;
    append.entries.push_back({2, {}, {}, journal::Ended{}});
    EXPECT_EQ(wait(journal.append(std::move(append))).verdict, journal::AppendVerdict::appended);
    return *RunId::parse(id);
  }
  void execute(const std::string& sql) {
    sqlite::Connection(path_, sqlite::Connection::Mode::existing, Milliseconds(5'000)).execute(sql.c_str());
  }
  std::int64_t count(const std::string& table) {
    return sqlite::Connection(path_, sqlite::Connection::Mode::existing, Milliseconds(5'000))
        .integer("SELECT count(*) FROM " + table);
  }
  std::string all_bytes() const { return sqlite::bytes_of(path_) + sqlite::bytes_of(path_.string() + "-wal"); }

  sqlite::TemporaryFolder folder_;
  std::filesystem::path path_ = folder_ / "state.db";
  std::unique_ptr<Loop> loop_ = make_loop(1);
  std::optional<sqlite::Database> database_{sqlite::Options{path_}};
};

TEST_F(SqliteStorage, IsNotReadableInTheFileWhereKeysAreGiven) {  // [TOOL-10] [STO-06]
  wait(kv("k")->set(kTriage, "key", "SECRET value", kValueQuota));
  wait(files("k")->save(kTriage, {"f1", "SECRET.txt", "text/plain", "SECRET content"}, kFileQuota));
  EXPECT_THAT(all_bytes(), Not(HasSubstr("SECRET")));
  EXPECT_EQ(wait(kv("k")->get(kTriage, "key")), "SECRET value");
  EXPECT_EQ(wait(files("k")->find("f1"))->name, "SECRET.txt");

  EXPECT_EQ(sqlite::error_code_of([&] { (void)wait(kv()->get(kTriage, "key")); }), "crypto.key") << "without keys";
  EXPECT_EQ(sqlite::error_code_of([&] { (void)wait(kv("z")->get(kTriage, "key")); }), "crypto.unknown_key");
  EXPECT_EQ(sqlite::error_code_of([&] { (void)wait(files("z")->read("f1", 0, 10)); }), "crypto.unknown_key");
}

TEST_F(SqliteStorage, IsReadAfterKeysWereChanged) {  // [TOOL-10] [STO-06]
  wait(kv("a")->set(kTriage, "old", "2", kValueQuota));
  auto now = kv("ba");
  wait(now->set(kTriage, "new", "3", kValueQuota));
  EXPECT_EQ(wait(now->get(kTriage, "old")), "2");
  EXPECT_EQ(wait(kv("b")->get(kTriage, "new")), "3");
}

TEST_F(SqliteStorage, IsNotReadWithKeysWhenItIsNotEncryptedUnlessItMayBe) {  // [TOOL-10]
  wait(kv()->set(kTriage, "plain", "1", kValueQuota));
  wait(files()->save(kTriage, {"f1", "a", "a/b", "x"}, kFileQuota));
  EXPECT_EQ(sqlite::error_code_of([&] { (void)wait(kv("k")->get(kTriage, "plain")); }), "crypto.malformed");
  EXPECT_EQ(sqlite::error_code_of([&] { (void)wait(files("k")->find("f1")); }), "crypto.malformed");
  EXPECT_EQ(sqlite::error_code_of([&] { (void)wait(files("k")->read("f1", 0, 1)); }), "crypto.malformed");

  constexpr auto may_be = sqlite::Unsealed::read;
  EXPECT_EQ(wait(kv_store_of(*database_, keys_of("k"), may_be)->get(kTriage, "plain")), "1");
  EXPECT_EQ(wait(file_store_of(*database_, keys_of("k"), may_be)->read("f1", 0, 1)), "x");
}

TEST_F(SqliteStorage, TellsWhenAFileWasCut) {  // [TOOL-10] [STO-06]
  wait(files("k")->save(kTriage, {"f1", "a", "a/b", std::string(600'000, 'x')}, kFileQuota));
  execute("UPDATE files SET bytes=262144");  // its first part, which is whole
  execute("DELETE FROM file_parts WHERE part>0");
  EXPECT_EQ(sqlite::error_code_of([&] { (void)wait(files("k")->read("f1", 0, 600'000)); }), "store.corrupt");
  EXPECT_EQ(sqlite::error_code_of([&] { (void)wait(files("k")->find("f1")); }), "store.corrupt");
}

// A clearing that is stopped in the middle: what it has deleted of a file is not to be seen as that file.
TEST_F(SqliteStorage, ClearsAFileWholeOrNotAtAll) {  // [TLS-09] [STO-06]
  const NewFile file{"f1", "a", "a/b", std::string(1'500'000, 'x')};
  wait(files()->save(kTriage, file, kFileQuota));
  execute("CREATE TRIGGER stops BEFORE DELETE ON file_parts WHEN OLD.part=5 BEGIN SELECT RAISE(ABORT, 'stop'); END");
  EXPECT_ANY_THROW(wait(files()->clear(kTriage)));
  EXPECT_EQ(count("file_parts"), 2) << "the rest of it";

  EXPECT_FALSE(wait(files()->find("f1")));
  EXPECT_FALSE(wait(files()->read("f1", 0, 1)));
  EXPECT_EQ(wait(files()->used(kTriage)), Used{});
  EXPECT_TRUE(wait(files()->list(kTriage, {})).empty());
  wait(files()->save(kTriage, file, kFileQuota));
  EXPECT_EQ(wait(files()->read("f1", 1'400'000, 200'000)), std::string(100'000, 'x')) << "it is stored anew";

  execute("DROP TRIGGER stops");
  database_.reset();
  database_.emplace(sqlite::Options{path_});
  for (int writes = 0; writes < 100 && count("files") > 1; ++writes) wait(kv()->set(kTriage, "k", "v", kValueQuota));
  EXPECT_EQ(count("files"), 1) << "the next process to write went on with it";
  EXPECT_EQ(count("file_parts"), 6);
}

TEST_F(SqliteStorage, TellsWhenSealedRowsWereSwapped) {  // [TOOL-10]
  for (const auto& scope : {kTriage, kOther}) wait(kv("k")->set(scope, "key", scope.str(), kValueQuota));
  wait(kv("k")->set(kTriage, "key2", "two", kValueQuota));
  wait(files("k")->save(kTriage, {"f1", "a", "a/b", std::string(600'000, 'x')}, kFileQuota));
  execute(
      "UPDATE kv SET value=(SELECT value FROM kv WHERE scope='agent/other') WHERE scope='agent/triage' AND key='key'");
  execute("UPDATE kv SET value=(SELECT value FROM kv WHERE key='key' AND scope='agent/other') WHERE key='key2'");
  execute("UPDATE file_parts SET content=(SELECT content FROM file_parts WHERE part=0) WHERE part=1");
  for (const char* key : {"key", "key2"})
    EXPECT_EQ(sqlite::error_code_of([&] { (void)wait(kv("k")->get(kTriage, key)); }), "crypto.changed") << key;
  EXPECT_EQ(sqlite::error_code_of([&] { (void)wait(files("k")->read("f1", 300'000, 1)); }), "crypto.changed");
}

TEST_F(SqliteStorage, TellsWhenAPartOfAFileIsMissing) {  // [STO-06]
  wait(files()->save(kTriage, {"f1", "a", "a/b", std::string(600'000, 'x')}, kFileQuota));
  execute("DELETE FROM file_parts WHERE part=1");
  EXPECT_EQ(sqlite::error_code_of([&] { (void)wait(files()->read("f1", 0, 600'000)); }), "store.corrupt");
  execute("UPDATE files SET about='{}'");
  EXPECT_EQ(sqlite::error_code_of([&] { (void)wait(files()->find("f1")); }), "store.corrupt");
}

TEST_F(SqliteStorage, IsSharedByProcesses) {  // [STO-06]
  sqlite::Database other{{path_}};
  wait(kv()->set(kTriage, "key", "value", kValueQuota));
  EXPECT_EQ(wait(kv_store_of(other)->get(kTriage, "key")), "value");
}

TEST_F(SqliteStorage, GoesWithTheRunThatIsErased) {  // [DUR-31] [STO-06]
  auto run = end_run("gone");
  auto scope = Scope::of_run(run);
  fill(scope);
  fill(Scope::of_run(*RunId::parse("kept")));

  ASSERT_EQ(wait(database_->journal()->erase(run, journal::Erasing::for_good)).verdict, journal::EraseVerdict::erased);

  EXPECT_EQ(wait(kv()->used(scope)), Used{});
  EXPECT_EQ(wait(files()->used(scope)), Used{});
  EXPECT_EQ(count("kv"), 3);
  EXPECT_EQ(count("files"), 1);
  EXPECT_EQ(count("file_parts"), 3) << "those of the other run";
  EXPECT_EQ(sqlite::error_code_of([&] { return wait(kv()->set(scope, "key", "late", kValueQuota)), 0; }),
            "storage.erased");
  EXPECT_EQ(sqlite::error_code_of([&] { (void)wait(files()->save(scope, {"late", "a", "a/b", "x"}, kFileQuota)); }),
            "storage.erased");
}

// An erasing that is stopped in the middle: what is left of the run is no more to be seen than what has gone.
TEST_F(SqliteStorage, OfARunThatIsBeingErasedIsNotRead) {  // [DUR-31] [STO-06]
  auto run = end_run("gone");
  auto scope = Scope::of_run(run);
  fill(scope);
  execute("CREATE TRIGGER stops BEFORE DELETE ON kv BEGIN SELECT RAISE(ABORT, 'stop'); END");
  EXPECT_ANY_THROW((void)wait(database_->journal()->erase(run, journal::Erasing::for_good)));
  ASSERT_EQ(count("kv"), 3);

  EXPECT_EQ(sqlite::error_code_of([&] { (void)wait(kv()->get(scope, "a")); }), "storage.erased");
  EXPECT_TRUE(wait(kv()->list(scope, {})).empty());
  EXPECT_EQ(wait(kv()->used(scope)), Used{});
  EXPECT_FALSE(wait(files()->find("f-gone")));
  EXPECT_FALSE(wait(files()->read("f-gone", 0, 10)));
  EXPECT_EQ(wait(files()->used(scope)), Used{});
}

}  // namespace
}  // namespace executus::storage
