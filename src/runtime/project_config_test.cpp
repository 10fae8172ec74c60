#include "runtime/project_config.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/testing/temporary_folder.hpp>

namespace executus {
namespace {

using ::testing::HasSubstr;

class ProjectConfigFile : public ::testing::Test {
 protected:
  Result<ProjectConfig> load(const std::string& text) {
    std::ofstream(folder_ / "c.yaml") << text;
    return load_project_config((folder_ / "c.yaml").string());
  }
  executus::testing::TemporaryFolder folder_;
};

TEST_F(ProjectConfigFile, NamesDatabaseBesideItselfAndModels) {
  auto config = load("db: state/x.db\nmodels:\n  tiers: {fast: openai/a}\n  aliases: {mine: lab/b}\n");

  ASSERT_TRUE(config.ok()) << config.error().message();
  EXPECT_EQ(config->database, (folder_ / "state/x.db").string());
  EXPECT_EQ(config->tiers.at("fast"), "openai/a");
  EXPECT_EQ(config->aliases.at("mine"), "lab/b");
}

TEST_F(ProjectConfigFile, NamesContextSizes) {  // [CMP-02]
  EXPECT_EQ(load("models: {context_tokens: {lab/b: 32000}}\n")->context_tokens.at("lab/b"), 32'000);
  EXPECT_THAT(load("models: {context_tokens: {lab/b: many}}\n").error().message(), HasSubstr("number of tokens"));
}

TEST_F(ProjectConfigFile, NamesTablesOfModelsBesideItself) {
  std::ofstream(folder_ / "p.yaml") << "prices: {lab/*: {input: 1, output: 2}}\n";
  std::ofstream(folder_ / "w.yaml") << "windows: {lab/*: 4096}\n";

  auto config = load("models: {prices: p.yaml, context_windows: ./w.yaml}\n");

  ASSERT_TRUE(config.ok()) << config.error().message();
  EXPECT_EQ(config->prices.yaml, "prices: {lab/*: {input: 1, output: 2}}\n");
  EXPECT_EQ(config->prices.file, (folder_ / "p.yaml").string());
  EXPECT_EQ(config->context_windows.yaml, "windows: {lab/*: 4096}\n");
  EXPECT_EQ(config->context_windows.file, (folder_ / "w.yaml").string());
}

TEST_F(ProjectConfigFile, SaysWhereATableIsMissing) {
  auto error = load("models:\n  prices: none.yaml\n").error().message();

  EXPECT_THAT(error, HasSubstr("c.yaml:2:"));
  EXPECT_THAT(error, HasSubstr((folder_ / "none.yaml").string()));
}

TEST_F(ProjectConfigFile, HoldsNoEmptyDatabaseAndNoLimitOfNothing) {
  EXPECT_THAT(load("db: ''\n").error().message(), HasSubstr("c.yaml:1:5: error: 'db' must not be empty"));
  EXPECT_THAT(load("models: {limits: {lab: {concurrent: 0}}}\n").error().message(), HasSubstr("each above 0"));
  EXPECT_EQ(load("models: {limits: {lab: {concurrent: 1}}}\n")->limits.at("lab").concurrent, 1u);
}

TEST_F(ProjectConfigFile, IsLookedForFromTheWorkingDirectoryUpwards) {
  namespace fs = std::filesystem;
  std::ofstream(folder_ / "executus.yaml") << "db: here.db\n";
  fs::create_directories(folder_ / "sub/deep");
  auto before = fs::current_path();
  fs::current_path(folder_ / "sub/deep");

  auto config = load_project_config("");

  fs::current_path(before);
  ASSERT_TRUE(config.ok()) << config.error().message();
  EXPECT_TRUE(fs::equivalent(config->path, folder_ / "executus.yaml")) << config->path;
}

TEST_F(ProjectConfigFile, NamesMembersAndAdmins) {  // [COR-02]
  auto config = load(
      "members:\n  ada: {name: Ada L., also: [ada@example.org], groups: [ops]}\n  bob: {}\nadmins: "
      "[ada@example.org]\n");
  ASSERT_TRUE(config.ok()) << config.error().message();
  EXPECT_TRUE(identity::is_admin(&config->people, "ada"));
  EXPECT_FALSE(identity::is_admin(&config->people, "bob"));
  EXPECT_EQ(identity::find_member(&config->people, "ada@example.org")->name, "Ada L.");
  EXPECT_FALSE(identity::is_admin(&load("db: x.db\n")->people, "ada")) << "nothing is listed";

  EXPECT_THAT(load("members: {ada: {}}\nadmins: [adda]\n").error().message(),
              HasSubstr("c.yaml:2:9: error: the admin 'adda'"));
  EXPECT_THAT(load("members: {ada: {nmae: x}}\n").error().message(),
              HasSubstr("c.yaml:1:17: error: unknown key 'nmae'"));
}

TEST_F(ProjectConfigFile, NamesTheVariablesThatHoldKeys) {  // [TOOL-10]
  auto config = load("storage: {keys: ['${NEW_KEY}', '${OLD_KEY}']}\n");
  ASSERT_TRUE(config.ok()) << config.error().message();
  const std::string key = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=", bad = "bm90IDMyIGJ5dGVz";
  EXPECT_EQ(storage_keys_of(*config, FixedEnvironment({{"NEW_KEY", key}, {"OLD_KEY", key}})).size(), 2u);
  EXPECT_FALSE(config->reads_unencrypted);
  EXPECT_TRUE(load("storage: {keys: ['${K}'], read_unencrypted: true}\n")->reads_unencrypted);
  EXPECT_THROW((void)storage_keys_of(*config, FixedEnvironment({{"NEW_KEY", key}})), Error);
  EXPECT_THROW((void)storage_keys_of(*config, FixedEnvironment({{"NEW_KEY", key}, {"OLD_KEY", bad}})), Error);
  EXPECT_THAT(load("storage: {keys: [plain]}\n").error().message(),
              HasSubstr("c.yaml:1:18: error: a key has to be a variable"));
}

TEST_F(ProjectConfigFile, MayBeEmpty) { EXPECT_TRUE(load("# nothing yet\n").ok()); }

TEST_F(ProjectConfigFile, ReportsUnknownKeysAndMissingFiles) {
  EXPECT_THAT(load("modles: {}\n").error().message(), HasSubstr("c.yaml:1:1: error: unknown key 'modles'"));
  EXPECT_THAT(load_project_config("/no/such.yaml").error().message(), HasSubstr("/no/such.yaml"));
}

}  // namespace
}  // namespace executus
