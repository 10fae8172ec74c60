#include "tools/files/entry_type.hpp"

#include <cstring>
#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <executus/testing/temporary_folder.hpp>

namespace executus::tools {
namespace {

// What a file system says of it that knows no types.
EntryType looked_up(const std::filesystem::path& folder, const char* name) {
  int directory = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  dirent entry{};
  entry.d_type = DT_UNKNOWN;
  std::strncpy(entry.d_name, name, sizeof entry.d_name - 1);
  auto type = type_of_entry(directory, entry);
  ::close(directory);
  return type;
}

TEST(EntryType, IsLookedUpWhereTheDirectoryDoesNotSay) {  // [TLS-16]
  testing::TemporaryFolder folder;
  std::ofstream(folder / "file") << "x";
  std::filesystem::create_directory(folder / "directory");
  std::filesystem::create_symlink("file", folder / "link");
  EXPECT_EQ(looked_up(folder.path(), "file"), EntryType::file);
  EXPECT_EQ(looked_up(folder.path(), "directory"), EntryType::directory);
  EXPECT_EQ(looked_up(folder.path(), "link"), EntryType::link) << "and not what it leads to";
  EXPECT_EQ(looked_up(folder.path(), "gone"), EntryType::other);
}

}  // namespace
}  // namespace executus::tools
