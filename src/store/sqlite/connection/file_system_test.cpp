// On a file system that several machines share, a store is refused.
#include "store/sqlite/connection/file_system.hpp"

#include <sys/vfs.h>

#include "store/sqlite/store_fixture_test.hpp"

namespace executus::sqlite {
namespace {

using ::testing::HasSubstr;

FileSystemProbe always(FileSystem file_system) {
  return [file_system](const std::filesystem::path&) { return file_system; };
}

Options on(const TemporaryFolder& directory, FileSystem file_system) {
  Options options;
  options.path = directory / "a/j.db";
  options.file_system = always(std::move(file_system));
  return options;
}

std::string refusal(Options options) {
  try {
    (void)open_store(std::move(options));
  } catch (const Error& error) {
    return error.code() + ": " + error.message();
  }
  return "";
}

TEST(SqliteFileSystem, RefusesWhatSeveralMachinesShare) {  // [DUR-23]
  for (std::uint32_t type : {0x6969u, 0xFF534D42u, 0xFE534D42u, 0x517Bu, 0x01021997u, 0x00C36400u, 0x0BD00BD0u}) {
    TemporaryFolder directory;
    EXPECT_THAT(refusal(on(directory, {type})), HasSubstr("store.file_system")) << std::hex << type;
    EXPECT_FALSE(std::filesystem::exists(directory / "a")) << "nothing is made there";
  }
}

TEST(SqliteFileSystem, SaysWhichItIsAndWhatToDo) {
  TemporaryFolder directory;
  auto text = refusal(on(directory, {0x6969, "nfs4"}));
  EXPECT_THAT(text, HasSubstr((directory / "a/j.db").string()));
  EXPECT_THAT(text, HasSubstr("(NFS)"));
  EXPECT_THAT(text, HasSubstr("put it on a disk of this machine (--db PATH, or EXECUTUS_DB)"));
}

// A file system in user space may be anything: what is not known to be local is refused.
TEST(SqliteFileSystem, TellsFuseByWhatIsMounted) {
  constexpr std::uint32_t kFuse = 0x65735546;
  for (const char* type : {"fuse.sshfs", "fuse.glusterfs", "fuse.s3fs", "fuse", ""})
    EXPECT_TRUE(is_unsafe({kFuse, type})) << type;
  for (const char* type : {"virtiofs", "fuseblk", "fuse.fuse-overlayfs"})
    EXPECT_FALSE(is_unsafe({kFuse, type})) << type;
  TemporaryFolder directory;
  EXPECT_THAT(refusal(on(directory, {kFuse, "fuse.sshfs"})), HasSubstr("(fuse.sshfs)"));
}

TEST(SqliteFileSystem, LocalOnesAreGood) {
  // ext4, xfs, btrfs, tmpfs, overlayfs, zfs, f2fs, bcachefs, vfat, ntfs3
  for (std::uint32_t type : {0xEF53u, 0x58465342u, 0x9123683Eu, 0x01021994u, 0x794C7630u, 0x2FC12FC1u, 0xF2F52010u,
                             0xCA451A4Eu, 0x4D44u, 0x7366746Eu}) {
    TemporaryFolder directory;
    EXPECT_EQ(refusal(on(directory, {type})), "") << std::hex << type;
  }
}

// A database that is mounted as a single file into a local folder.
TEST(SqliteFileSystem, AsksOfTheFileAndOfItsFolder) {
  TemporaryFolder directory;
  for (const char* shared : {"j.db", ""}) {
    Options options;
    options.path = directory / "j.db";
    options.file_system = [shared](const std::filesystem::path& path) -> std::optional<FileSystem> {
      return FileSystem{(path.filename() == "j.db") == (*shared != 0) ? 0x6969u : 0xEF53u, ""};
    };
    EXPECT_THAT(refusal(std::move(options)), HasSubstr("store.file_system")) << shared;
  }
}

TEST(SqliteFileSystem, AStoreThatOnlyReadsIsRefusedToo) {
  TemporaryFolder directory;
  (void)open_store({directory / "a/j.db"});
  auto options = on(directory, {0x6969});
  options.unwritable = Options::Unwritable::read;
  EXPECT_THAT(refusal(std::move(options)), HasSubstr("store.file_system"));
}

TEST(SqliteFileSystem, TheKernelIsAskedOfTheNearestFolder) {
  TemporaryFolder directory;
  struct statfs about{};
  ASSERT_EQ(::statfs(directory.path().c_str(), &about), 0);

  auto found = file_system_of(directory / "not/yet/there.db");

  ASSERT_TRUE(found);
  EXPECT_EQ(found->type, static_cast<std::uint32_t>(about.f_type));
  EXPECT_EQ(name_of(file_system_of("/proc").value()), "proc");
}

TEST(SqliteFileSystem, ReadsTheTypeOfAMount) {
  constexpr const char* kMounts =
      "22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw\n"
      "31 22 0:45 / /mnt/far\\040away rw,nosuid shared:2 master:7 - fuse.sshfs ada@host:/ rw,user_id=0\n"
      "32 22 0:46 / /plain rw - tmpfs tmpfs rw\n";
  EXPECT_EQ(mounted_as(kMounts, "0:45"), "fuse.sshfs");
  EXPECT_EQ(mounted_as(kMounts, "0:46"), "tmpfs");
  EXPECT_EQ(mounted_as(kMounts, "254:0"), "ext4");
  EXPECT_EQ(mounted_as(kMounts, "0:4"), "");
}

}  // namespace
}  // namespace executus::sqlite
