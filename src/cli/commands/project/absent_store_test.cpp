#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/testing/temporary_folder.hpp>

#include "cli/commands/project/finding.hpp"

namespace executus::cli {
namespace {

using ::testing::HasSubstr;

TEST(AbsentStore, IsWellWhereItCanBeMade) {
  testing::TemporaryFolder folder;
  auto finding = absent_store(folder / "deep/state.db");
  EXPECT_EQ(finding.problem, "");
  EXPECT_TRUE(finding.facts["writable"].as_bool());
}

TEST(AbsentStore, KnowsFileSystemsThatAStoreIsRefusedOn) {  // [DUR-23]
  testing::TemporaryFolder folder;
  auto finding = absent_store(folder / "deep/state.db",
                              [](const std::filesystem::path&) { return sqlite::FileSystem{0x6969, "nfs4"}; });
  EXPECT_THAT(finding.problem, HasSubstr("shared file system (NFS)"));
}

}  // namespace
}  // namespace executus::cli
