// What every store of values and of files does: two suites, which each implementation runs.
//
//   INSTANTIATE_TEST_SUITE_P(Memory, KvStoreSuite, Values([] { return make_memory_kv_store(system_clock()); }));
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/async/root_group.hpp>
#include <executus/storage/file_store.hpp>
#include <executus/storage/kv_store.hpp>

namespace executus::storage {

inline const Scope kTriage = Scope::of_agent("triage").value();
inline const Scope kOther = Scope::of_agent("other").value();

template <class Store>
class StoreSuite : public ::testing::TestWithParam<std::function<std::unique_ptr<Store>()>> {
 protected:
  template <class T>
  T wait(Task<T> task) {
    return block_on(*loop_, std::move(task));
  }
  // What the task throws; "": nothing.
  template <class T>
  std::string code_of(Task<T> task) {
    try {
      (void)wait(std::move(task));
    } catch (const Error& error) {
      return error.code();
    }
    return "";
  }
  std::string code_of(Task<void> task) {
    try {
      wait(std::move(task));
    } catch (const Error& error) {
      return error.code();
    }
    return "";
  }
  // Of `count` threads that call at the same time: how many did what they wanted.
  int at_once(int count, const std::function<std::string(int)>& code_of_call) {
    std::atomic<int> done = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < count; ++i) threads.emplace_back([&, i] { done += code_of_call(i).empty() ? 1 : 0; });
    for (auto& thread : threads) thread.join();
    return done;
  }

  std::unique_ptr<Store> store_ = this->GetParam()();
  std::unique_ptr<Loop> loop_ = make_loop(2);
};

class KvStoreSuite : public StoreSuite<KvStore> {
 protected:
  void set(const std::string& key, const std::string& value, const Scope& scope = kTriage) {
    wait(store_->set(scope, key, value, kValueQuota));
  }
  std::string set_code(const std::string& key, const std::string& value, Quota quota = kValueQuota) {
    return code_of(store_->set(kTriage, key, value, quota));
  }
  std::optional<std::string> get(const std::string& key, const Scope& scope = kTriage) {
    return wait(store_->get(scope, key));
  }
  std::vector<std::string> keys(KvPage page) {
    std::vector<std::string> found;
    for (const auto& entry : wait(store_->list(kTriage, std::move(page)))) found.push_back(entry.key);
    return found;
  }
};

TEST_P(KvStoreSuite, KeepsAnyBytesOfEachScopeApart) {
  std::string bytes("\0\xff\n", 3);
  set("k", bytes);
  set("k", "other's", kOther);
  EXPECT_EQ(get("k"), bytes);
  EXPECT_EQ(get("k", kOther), "other's");
  EXPECT_FALSE(get("k", Scope::of_run(*RunId::parse("triage"))));
}

TEST_P(KvStoreSuite, HasTheLastValue) {
  EXPECT_FALSE(get("k"));
  set("k", "a");
  set("k", "bb");
  EXPECT_EQ(get("k"), "bb");
  EXPECT_EQ(wait(store_->used(kTriage)), (Used{2, 1}));
  EXPECT_TRUE(wait(store_->remove(kTriage, "k")));
  EXPECT_FALSE(wait(store_->remove(kTriage, "k")));
  EXPECT_FALSE(get("k"));
  EXPECT_EQ(wait(store_->used(kTriage)), Used{});
}

TEST_P(KvStoreSuite, ListsKeysInOrderByPrefixAndPage) {
  for (const char* key : {"b", "a/2", "a/1", "a%", "ä"}) set(key, "x");
  set("a/9", "x", kOther);
  EXPECT_THAT(keys({}), ::testing::ElementsAre("a%", "a/1", "a/2", "b", "ä"));
  EXPECT_THAT(keys({.prefix = "a/"}), ::testing::ElementsAre("a/1", "a/2"));
  EXPECT_THAT(keys({.limit = 2}), ::testing::ElementsAre("a%", "a/1"));
  EXPECT_THAT(keys({.after = "a/1", .limit = 2}), ::testing::ElementsAre("a/2", "b"));
  EXPECT_THAT(keys({.prefix = "%"}), ::testing::IsEmpty());
}

TEST_P(KvStoreSuite, RefusesKeysThatAreNone) {
  for (const std::string& key : {std::string(), std::string("a\nb"), std::string("\xff"), std::string(501, 'k')}) {
    EXPECT_EQ(set_code(key, "x"), "storage.key");
    EXPECT_EQ(code_of(store_->get(kTriage, key)), "storage.key");
    EXPECT_EQ(code_of(store_->remove(kTriage, key)), "storage.key");
  }
  EXPECT_EQ(set_code(std::string(500, 'k'), "x"), "");
}

TEST_P(KvStoreSuite, HoldsToTheQuotaOfTheScope) {
  Quota quota{.item_bytes = 4, .bytes = 6, .items = 2};
  EXPECT_EQ(set_code("a", "12345", quota), "storage.too_large");
  EXPECT_EQ(set_code("a", "1234", quota), "");
  EXPECT_EQ(set_code("b", "123", quota), "storage.quota") << "7 bytes";
  EXPECT_EQ(set_code("b", "12", quota), "");
  EXPECT_EQ(set_code("c", "", quota), "storage.quota") << "3 items";
  EXPECT_EQ(set_code("a", "1", quota), "") << "what is replaced makes room";
  EXPECT_EQ(set_code("b", "1234", quota), "");
  EXPECT_EQ(get("a"), "1");
  EXPECT_EQ(wait(store_->used(kTriage)), (Used{5, 2}));
  EXPECT_EQ(code_of(store_->set(kOther, "c", "1234", quota)), "") << "another scope has its own";
}

TEST_P(KvStoreSuite, HoldsToTheQuotaHoweverManySetAtOnce) {
  Quota quota{.item_bytes = 10, .bytes = 50, .items = 1'000};
  auto set = [&](int i) { return set_code("k" + std::to_string(i), "0123456789", quota); };
  EXPECT_EQ(at_once(12, set), 5);
  EXPECT_EQ(wait(store_->used(kTriage)), (Used{50, 5}));
}

TEST_P(KvStoreSuite, ClearsOneScope) {                                          // [TLS-08]
  for (const char* key : {"a", "b", "c"}) set(key, std::string(600'000, 'x'));  // more than one transaction deletes
  set("k", "x", kOther);
  wait(store_->clear(kTriage));
  EXPECT_EQ(wait(store_->used(kTriage)), Used{});
  EXPECT_TRUE(get("k", kOther));
}

class FileStoreSuite : public StoreSuite<FileStore> {
 protected:
  static NewFile file(const std::string& id, std::string content, std::string name = "a.txt") {
    return {id, std::move(name), "text/plain", std::move(content)};
  }
  FileInfo save(const std::string& id, std::string content, const Scope& scope = kTriage) {
    return wait(store_->save(scope, file(id, std::move(content)), kFileQuota));
  }
  std::string save_code(NewFile file, Quota quota = kFileQuota, const Scope& scope = kTriage) {
    return code_of(store_->save(scope, std::move(file), quota));
  }
  std::string content(const std::string& id, std::uint64_t offset = 0, std::uint64_t bytes = UINT64_MAX) {
    return wait(store_->read(id, offset, bytes)).value_or("(none)");
  }
};

TEST_P(FileStoreSuite, KeepsWhatItIsGiven) {
  std::string bytes("\0\xff\n", 3);
  auto saved = save("f1", bytes);
  EXPECT_EQ(saved.scope, kTriage);
  EXPECT_EQ(saved.name, "a.txt");
  EXPECT_EQ(saved.mime, "text/plain");
  EXPECT_EQ(saved.bytes, 3u);
  EXPECT_EQ(saved.sha256, "712450d3c4a79eea9509e75dc1dacdeff58034df538536cfae2da882bd8a0c50");
  EXPECT_EQ(wait(store_->find("f1")), saved);
  EXPECT_EQ(content("f1"), bytes);
  save("empty", "");
  EXPECT_EQ(content("empty"), "");
  EXPECT_FALSE(wait(store_->find("f2")));
  EXPECT_EQ(content("f2"), "(none)");
}

TEST_P(FileStoreSuite, ReadsAnyPart) {
  std::string all;
  for (int i = 0; all.size() < 700'000; ++i) all += std::to_string(i) + " ";  // more than two parts of a database
  save("big", all);
  EXPECT_EQ(content("big"), all);
  for (std::uint64_t offset : {0u, 1u, 262'143u, 262'144u, 262'145u, 524'288u, 699'999u})
    for (std::uint64_t bytes : {0u, 1u, 262'144u, 300'000u})
      EXPECT_EQ(content("big", offset, bytes), all.substr(offset, bytes)) << offset << " " << bytes;
  EXPECT_EQ(content("big", all.size(), 10), "");
  EXPECT_EQ(content("big", UINT64_MAX, 10), "");
  EXPECT_EQ(content("big", 5, UINT64_MAX), all.substr(5));
}

TEST_P(FileStoreSuite, SavesUnderOneIdOnce) {
  auto first = save("f1", "one");
  EXPECT_EQ(save("f1", "another"), first) << "a save that is repeated";
  EXPECT_EQ(content("f1"), "one");
  EXPECT_EQ(wait(store_->used(kTriage)), (Used{3, 1}));
  EXPECT_EQ(save_code(file("f1", "x"), kFileQuota, kOther), "storage.exists");
}

TEST_P(FileStoreSuite, ListsOneScopeInPages) {
  for (const char* id : {"c", "a", "b"}) save(id, "x");
  save("d", "x", kOther);
  std::vector<std::string> ids;
  for (const auto& info : wait(store_->list(kTriage, {.limit = 2}))) ids.push_back(info.id);
  for (const auto& info : wait(store_->list(kTriage, {.after = "b", .limit = 2}))) ids.push_back(info.id);
  EXPECT_THAT(ids, ::testing::ElementsAre("a", "b", "c"));
}

TEST_P(FileStoreSuite, RemovesAFileWithItsContent) {
  save("f1", std::string(600'000, 'x'));
  EXPECT_TRUE(wait(store_->remove("f1")));
  EXPECT_FALSE(wait(store_->remove("f1")));
  EXPECT_EQ(content("f1"), "(none)");
  save("f1", "anew");
  EXPECT_EQ(content("f1"), "anew");
}

TEST_P(FileStoreSuite, RefusesNamesThatAreNone) {
  for (const std::string& id : {std::string(), std::string("a/b"), std::string("a b"), std::string(101, 'f')})
    EXPECT_EQ(save_code(file(id, "x")), "storage.name") << id;
  for (const std::string& name :
       {std::string(), std::string("a/b"), std::string("a\nb"), std::string("\xff"), std::string(256, 'n')})
    EXPECT_EQ(save_code(file("f1", "x", name)), "storage.name") << name;
  EXPECT_EQ(save_code(file("f1", "x", "Bericht für Ωmega.pdf")), "");
}

TEST_P(FileStoreSuite, HoldsToTheQuotaOfTheScope) {
  Quota quota{.item_bytes = 4, .bytes = 6, .items = 2};
  EXPECT_EQ(save_code(file("a", "12345"), quota), "storage.too_large");
  EXPECT_EQ(save_code(file("a", "1234"), quota), "");
  EXPECT_EQ(save_code(file("b", "123"), quota), "storage.quota");
  EXPECT_EQ(save_code(file("b", "12"), quota), "");
  EXPECT_EQ(save_code(file("c", ""), quota), "storage.quota");
  EXPECT_EQ(save_code(file("a", "1234"), quota), "") << "it is there already";
  EXPECT_EQ(save_code(file("c", "1234"), quota, kOther), "");
}

TEST_P(FileStoreSuite, HoldsToTheQuotaHoweverManySaveAtOnce) {
  Quota quota{.item_bytes = 10, .bytes = 50, .items = 1'000};
  auto save = [&](int i) { return save_code(file("f" + std::to_string(i), "0123456789"), quota); };
  EXPECT_EQ(at_once(12, save), 5);
  EXPECT_EQ(wait(store_->used(kTriage)), (Used{50, 5}));
}

TEST_P(FileStoreSuite, ClearsOneScope) {
  save("f1", std::string(600'000, 'x'));
  save("f2", "x");
  save("f3", "x", kOther);
  wait(store_->clear(kTriage));
  EXPECT_EQ(wait(store_->used(kTriage)), Used{});
  EXPECT_EQ(content("f1"), "(none)");
  EXPECT_EQ(content("f3"), "x");
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(KvStoreSuite);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(FileStoreSuite);

}  // namespace executus::storage
