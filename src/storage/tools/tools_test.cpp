#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/base/json.hpp>
#include <executus/journal/memory_store.hpp>
#include <executus/storage/tools.hpp>
#include <executus/testing/manual_loop.hpp>

#include "base/base64.hpp"

namespace executus::storage {
namespace {

namespace json = boost::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Tight final : QuotaProvider {
  Task<Quota> for_values(Scope) override { co_return Quota{10, 20, 2}; }
  Task<Quota> for_files(Scope) override { co_return Quota{10, 20, 2}; }
};

// Two runs, one below the other, and the tools of both groups.
class StorageTools : public ::testing::Test {
 protected:
  StorageTools() {
    for (const auto& [id, parent] : {std::pair("top", ""), std::pair("below", "top")}) {
      journal::Admission admission;
      admission.id = *RunId::parse(id);
      admission.parent = parent;
      admission.entry = {1, {}, {}, journal::Admitted{}};
      (void)loop_.run(journal_->admit(std::move(admission)));
    }
    make(nullptr);
  }
  void make(QuotaProvider* quotas, FileSearcher* searcher = nullptr, FileTokenMinter* minter = nullptr) {
    tools_.clear();
    for (auto& tool : kv_tools({[this]() -> KvStore& { return *values_; }, quotas})) add(tool);
    for (auto& tool : file_tools({[this]() -> FileStore& { return *files_; },
                                  [this]() -> journal::JournalStore& { return *journal_; }, quotas, searcher, minter}))
      add(tool);
  }
  void add(std::shared_ptr<tool::Tool> tool) { tools_[tool->info().spec.name] = tool; }

  tool::Outcome call_as(const std::string& run, const std::string& name, json::object arguments) {
    tool::Call call;
    call.run = *RunId::parse(run);
    call.agent = run == "top" ? "chief" : "clerk";
    call.caller = run == "stranger" ? "" : "ada";
    call.idempotency_key = key_;
    call.arguments = std::move(arguments);
    try {
      return loop_.run(tools_.at(name)->call(std::move(call)));
    } catch (const Error& error) {  // as the kernel does
      return tool::Failed{error.message()};
    }
  }
  json::object result(const std::string& run, const std::string& name, json::object arguments) {
    auto outcome = call_as(run, name, std::move(arguments));
    const auto* done = std::get_if<tool::Done>(&outcome);
    EXPECT_TRUE(done) << name << ": " << (done ? "" : std::get<tool::Failed>(outcome).message);
    return done ? parse_json(done->text).value().as_object() : json::object();
  }
  std::string failure(const std::string& run, const std::string& name, json::object arguments) {
    auto outcome = call_as(run, name, std::move(arguments));
    const auto* failed = std::get_if<tool::Failed>(&outcome);
    return failed ? failed->message : "(no failure)";
  }
  std::string save(const std::string& run, const std::string& content, const std::string& key = "k") {
    key_ = key;
    return std::string(result(run, "file_save", {{"name", "a.txt"}, {"content", content}}).at("file_id").as_string());
  }

  testing::ManualLoop loop_;
  journal::MemoryJournal memory_{loop_.clock()};
  std::shared_ptr<journal::JournalStore> journal_ = memory_.open_worker();
  std::unique_ptr<KvStore> values_ = make_memory_kv_store(loop_.clock());
  std::unique_ptr<FileStore> files_ = make_memory_file_store(loop_.clock());
  std::map<std::string, std::shared_ptr<tool::Tool>> tools_;
  std::string key_ = "key of the call";
};

TEST_F(StorageTools, AreTwoGroups) {  // [TLS-13]
  std::vector<std::string> values, files;
  for (auto& tool : kv_tools({})) values.push_back(tool->info().spec.name);
  for (auto& tool : file_tools({})) files.push_back(tool->info().spec.name);
  EXPECT_THAT(values, ElementsAre("kv_get", "kv_set", "kv_list", "kv_delete"));
  EXPECT_THAT(files,
              ElementsAre("file_save", "file_get", "file_get_text", "file_get_metadata", "file_list", "file_delete"));
}

TEST_F(StorageTools, KeepValuesOfTheAgentUnlessToldOtherwise) {  // [TLS-08] [TLS-15]
  EXPECT_TRUE(result("top", "kv_get", {{"key", "k"}}).at("value").is_null());
  (void)result("top", "kv_set", {{"key", "k"}, {"value", "agent's"}});
  (void)result("top", "kv_set", {{"key", "k"}, {"value", "run's"}, {"scope", "run"}});
  (void)result("top", "kv_set", {{"key", "k"}, {"value", "caller's"}, {"scope", "caller"}});
  EXPECT_EQ(result("top", "kv_get", {{"key", "k"}}).at("value"), "agent's");
  EXPECT_EQ(result("top", "kv_get", {{"key", "k"}, {"scope", "run"}}).at("value"), "run's");
  EXPECT_EQ(result("below", "kv_get", {{"key", "k"}, {"scope", "caller"}}).at("value"), "caller's");
  EXPECT_TRUE(result("below", "kv_get", {{"key", "k"}}).at("value").is_null()) << "another agent";
  EXPECT_THAT(failure("top", "kv_get", {{"key", "k"}, {"scope", "agent/clerk"}}), HasSubstr("agent, run or caller"));
  EXPECT_THAT(failure("stranger", "kv_get", {{"key", "k"}, {"scope", "caller"}}), HasSubstr("no caller"));
}

TEST_F(StorageTools, NumberTheSourcesOfARun) {  // [TLS-03]
  tools_["cite"] = cite_tool({[this]() -> KvStore& { return *values_; }});
  EXPECT_EQ(result("top", "cite", {{"source", "https://example.org/a"}, {"title", "A"}}).at("number"), 1);
  EXPECT_EQ(result("top", "cite", {{"source", "https://example.org/b"}}).at("number"), 2);
  EXPECT_EQ(result("top", "cite", {{"source", " https://example.org/a "}}).at("number"), 1) << "the same source";
  EXPECT_EQ(result("below", "cite", {{"source", "https://example.org/b"}}).at("number"), 1) << "another run";
  EXPECT_EQ(result("top", "kv_get", {{"key", kCitationsKey}, {"scope", "run"}}).at("value"),
            R"([{"source":"https://example.org/a","title":"A"},{"source":"https://example.org/b"}])");
  EXPECT_THAT(failure("top", "cite", {{"source", " "}}), HasSubstr("1 to 2000 bytes"));
  (void)result("top", "kv_set", {{"key", kCitationsKey}, {"value", "{}"}, {"scope", "run"}});
  EXPECT_THAT(failure("top", "cite", {{"source", "c"}}), HasSubstr("no list of sources"));
}

TEST_F(StorageTools, CiteNothingWhereNothingIsKept) {  // [TLS-03]
  tools_["cite"] = cite_tool({});
  auto cited = result("top", "cite", {{"source", "https://example.org/a"}});
  EXPECT_TRUE(cited.at("number").is_null());
  EXPECT_TRUE(cited.contains("note"));
}

TEST_F(StorageTools, ListAndDeleteValues) {  // [TLS-08]
  for (int i = 0; i < 101; ++i)
    (void)result("top", "kv_set", {{"key", "k" + std::to_string(1'000 + i)}, {"value", "v"}});
  auto first = result("top", "kv_list", {{"prefix", "k"}});
  EXPECT_EQ(first.at("keys").as_array().size(), 100u);
  EXPECT_TRUE(first.at("more").as_bool());
  auto rest = result("top", "kv_list", {{"after", "k1099"}});
  EXPECT_EQ(rest.at("keys").as_array().at(0).at("key"), "k1100");
  EXPECT_FALSE(rest.at("more").as_bool());
  EXPECT_TRUE(result("top", "kv_delete", {{"key", "k1100"}}).at("deleted").as_bool());
  EXPECT_FALSE(result("top", "kv_delete", {{"key", "k1100"}}).at("deleted").as_bool());
}

TEST_F(StorageTools, SaveOneFileForOneCall) {  // [TLS-09]
  auto id = save("top", "text");
  EXPECT_EQ(save("top", "text"), id) << "the call was repeated after a crash";
  EXPECT_NE(save("top", "text", "another"), id);
  EXPECT_EQ(result("top", "file_list", {}).at("files").as_array().size(), 2u);
  EXPECT_EQ(tools_.at("file_save")->info().effect, tool::Effect::keyed);
  auto about = result("top", "file_get_metadata", {{"file_id", id}});
  EXPECT_EQ(about.at("name"), "a.txt");
  EXPECT_EQ(about.at("mime"), "text/plain");
  EXPECT_EQ(about.at("bytes"), 4);
  EXPECT_TRUE(result("top", "file_delete", {{"file_id", id}}).at("deleted").as_bool());
  EXPECT_THAT(failure("top", "file_get_metadata", {{"file_id", id}}), HasSubstr("no file"));
}

TEST_F(StorageTools, ShowLongTextsInPartsBetweenCharacters) {  // [TLS-09]
  std::string text = "aa";                                     // so that the end of a part lies within a character
  while (text.size() < 150'000) text += "€";
  auto id = save("top", text);
  std::string read;
  json::value next = 0;
  for (int parts = 0; !next.is_null() && parts < 10; ++parts) {
    auto part = result("top", "file_get_text", {{"file_id", id}, {"offset", next}});
    read += part.at("text").as_string();
    next = part.at("next_offset");
  }
  EXPECT_TRUE(read == text) << read.size() << " of " << text.size();
}

TEST_F(StorageTools, ShowBytesInBase64) {  // [TLS-09]
  std::string bytes("\0\xff\x80", 3);
  auto id = std::string(result("top", "file_save", {{"name", "b"}, {"content", base64_encode(bytes)}, {"base64", true}})
                            .at("file_id")
                            .as_string());
  EXPECT_EQ(result("top", "file_get", {{"file_id", id}}).at("base64").as_string(), base64_encode(bytes));
  EXPECT_THAT(failure("top", "file_get_text", {{"file_id", id}}), HasSubstr("file_get"));
  EXPECT_THAT(failure("top", "file_save", {{"name", "b"}, {"content", "not base64!"}, {"base64", true}}),
              HasSubstr("base64"));
  EXPECT_THAT(failure("top", "file_get", {{"file_id", id}, {"offset", -1}}), HasSubstr("negative"));
}

TEST_F(StorageTools, ReadFilesOfRunsBelowAndNotAbove) {  // [TLS-14]
  auto below = save("below", "from below", "1"), top = save("top", "from above", "2");
  EXPECT_EQ(result("top", "file_get_text", {{"file_id", below}}).at("text"), "from below");
  EXPECT_EQ(result("top", "file_list", {{"run", "below"}}).at("files").as_array().size(), 1u);
  EXPECT_THAT(failure("below", "file_get_text", {{"file_id", top}}), HasSubstr("no file"));
  EXPECT_THAT(failure("below", "file_get", {{"file_id", top}}), HasSubstr("no file"));
  EXPECT_THAT(failure("below", "file_list", {{"run", "top"}}), HasSubstr("its own files"));
  EXPECT_THAT(failure("top", "file_delete", {{"file_id", below}}), HasSubstr("no file")) << "reading is not changing";
}

// Finds whatever files it was told of, in the order told.
struct Index final : FileSearcher {
  Task<std::vector<FileHit>> search(Scope scope, std::string query, std::size_t limit) override {
    asked.push_back(scope.str() + " " + query + " " + std::to_string(limit));
    co_return hits;
  }
  std::vector<FileHit> hits;
  std::vector<std::string> asked;
};

struct Minter final : FileTokenMinter {
  Task<FileUrl> mint(FileInfo file, WallTime until) override {
    co_return FileUrl{"https://files.example/" + file.id, until};
  }
};

TEST_F(StorageTools, FindFilesWhereThereIsASearcher) {  // [TLS-10]
  EXPECT_FALSE(tools_.contains("file_search"));
  Index index;
  make(nullptr, &index);
  auto below = save("below", "from below", "1"), top = save("top", "from above", "2");
  index.hits = {{below, "from below"}, {"gone", ""}, {top, "from \xff"}};
  auto found = result("top", "file_search", {{"query", "from"}}).at("files").as_array();
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].at("file_id").as_string(), below);
  EXPECT_EQ(found[0].at("excerpt"), "from below");
  EXPECT_EQ(found[0].at("name"), "a.txt");
  EXPECT_THAT(index.asked, ElementsAre("run/top from 20"));
  found = result("below", "file_search", {{"query", "from"}}).at("files").as_array();
  ASSERT_EQ(found.size(), 1u) << "what it may not read is left out, whatever the index finds";
  EXPECT_EQ(found[0].at("file_id").as_string(), below);
  EXPECT_THAT(failure("below", "file_search", {{"query", "from"}, {"run", "top"}}), HasSubstr("its own files"));
  EXPECT_THAT(failure("top", "file_search", {{"query", "from"}, {"scope", "all"}}), HasSubstr("agent, run or caller"));
  EXPECT_EQ(index.asked.size(), 2u) << "what is refused is not searched";
}

TEST_F(StorageTools, GiveAddressesOfFilesWhereThereIsAMinter) {  // [TLS-11]
  EXPECT_FALSE(tools_.contains("create_file_url"));
  Minter minter;
  make(nullptr, nullptr, &minter);
  auto id = save("top", "text");
  auto made = result("top", "create_file_url", {{"file_id", id}, {"seconds", 60}});
  EXPECT_EQ(made.at("url").as_string(), "https://files.example/" + id);
  EXPECT_EQ(made.at("until").as_string(), rfc3339(loop_.clock().wall() + std::chrono::seconds(60)));
  EXPECT_THAT(failure("below", "create_file_url", {{"file_id", id}}), HasSubstr("no file"));
  for (int seconds : {0, -1, 7 * 86'400 + 1})
    EXPECT_THAT(failure("top", "create_file_url", {{"file_id", id}, {"seconds", seconds}}), HasSubstr("a week"));
}

TEST_F(StorageTools, HoldToTheQuotaOfTheHost) {  // [TLS-12]
  Tight tight;
  make(&tight);
  EXPECT_THAT(failure("top", "kv_set", {{"key", "k"}, {"value", "01234567890"}}), HasSubstr("at most 10 bytes"));
  EXPECT_THAT(failure("top", "file_save", {{"name", "a"}, {"content", "01234567890"}}), HasSubstr("at most 10 bytes"));
}

}  // namespace
}  // namespace executus::storage
