#include "store/sqlite/connection/file_system.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <sstream>

#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

#include <executus/base/error.hpp>

namespace executus::sqlite {
namespace {

namespace fs = std::filesystem;

struct Shared {
  std::uint32_t type;
  std::string_view name;
};

// f_type of statfs(2) for what more than one machine, or a machine and its host, may write at a time. The numbers are
// those of <linux/magic.h>; from Lustre on, of GNU stat's table, since their headers are not part of Linux.
constexpr std::array<Shared, 24> kShared{{
    {0x6969, "NFS"},          {0x517B, "SMB"},        {0xFF534D42, "CIFS"},   {0xFE534D42, "SMB2"},
    {0x01021997, "9p"},       {0x5346414F, "AFS"},    {0x6B414653, "AFS"},    {0x73757245, "Coda"},
    {0x564C, "NCP"},          {0x00C36400, "Ceph"},   {0x7461636F, "OCFS2"},  {0x01161970, "GFS2"},
    {0x0BD00BD0, "Lustre"},   {0x47504653, "GPFS"},   {0x19830326, "BeeGFS"}, {0xAAD7AAEA, "PanFS"},
    {0xBEEFDEAD, "StorNext"}, {0x61636673, "ACFS"},   {0x013111A8, "IBRIX"},  {0x20030528, "OrangeFS"},
    {0x786F4256, "vboxsf"},   {0xBACBACBC, "vmhgfs"}, {0x7C7C6673, "prl_fs"}, {0x53464846, "WSL's drvfs"},
}};

constexpr std::uint32_t kFuse = 0x65735546;

// What is known to keep its files on this machine, as it is mounted, without "fuse." before it. Behind any other FUSE
// mount there may be a network.
constexpr std::array<std::string_view, 10> kLocalFuse{
    "fuseblk", "virtiofs", "fuse-overlayfs", "bindfs", "mergerfs", "encfs", "gocryptfs", "cryfs", "fuse2fs", "unionfs",
};

std::string content_of_mountinfo() {
  std::ifstream file("/proc/self/mountinfo");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

const Shared* shared(std::uint32_t type) {
  const auto* found = std::ranges::find(kShared, type, &Shared::type);
  return found == kShared.end() ? nullptr : found;
}

std::optional<std::uint32_t> type_at(const fs::path& place) {
  struct statfs about{};
  if (::statfs(place.c_str(), &about) != 0) return std::nullopt;
  return static_cast<std::uint32_t>(about.f_type);
}

// Most file systems are known by their type; of the others the mounts of this machine say more, which may be thousands.
std::optional<FileSystem> what_decides(const fs::path& path) {
  auto type = type_at(nearest_existing(path));
  if (!type) return std::nullopt;
  return *type == kFuse ? file_system_of(path) : FileSystem{*type, ""};
}

void refuse(const fs::path& path, const FileSystem& file_system) {
  throw failed("store.file_system",
               "the database " + path.string() + " was not opened: it lies on a shared file system (" +
                   name_of(file_system) +
                   "), where SQLite's locks and shared memory are not safe and what was written could be lost; put it "
                   "on a disk of this machine (--db PATH, or EXECUTUS_DB)");
}

}  // namespace

fs::path nearest_existing(fs::path path) {
  std::error_code error;
  while (!fs::exists(path, error) && path.has_relative_path()) path = path.parent_path();
  return path;
}

// "36 35 98:0 /root /mnt rw,noatime master:1 - ext4 /dev/sda1 rw"
std::string mounted_as(std::string_view mountinfo, std::string_view device) {
  std::istringstream lines{std::string(mountinfo)};
  for (std::string line; std::getline(lines, line);) {
    std::istringstream fields(line);
    std::string id, parent, its_device, type;
    fields >> id >> parent >> its_device;
    if (its_device != device) continue;
    for (std::string field; fields >> field && field != "-";) {
    }
    fields >> type;
    return type;
  }
  return "";
}

std::optional<FileSystem> file_system_of(const fs::path& path) {
  auto place = nearest_existing(path);
  auto type = type_at(place);
  struct stat file{};
  if (!type || ::stat(place.c_str(), &file) != 0) return std::nullopt;
  auto device = std::to_string(major(file.st_dev)) + ":" + std::to_string(minor(file.st_dev));
  return FileSystem{*type, mounted_as(content_of_mountinfo(), device)};
}

std::string name_of(const FileSystem& file_system) {
  if (const auto* known = shared(file_system.type)) return std::string(known->name);
  if (!file_system.mounted_as.empty()) return file_system.mounted_as;
  if (file_system.type == kFuse) return "FUSE";
  std::array<char, 16> number{};
  (void)std::snprintf(number.data(), number.size(), "0x%x", file_system.type);
  return number.data();
}

bool is_unsafe(const FileSystem& file_system) {
  if (file_system.type != kFuse) return shared(file_system.type) != nullptr;
  std::string_view mounted_as = file_system.mounted_as;
  constexpr std::string_view kPrefix = "fuse.";
  if (mounted_as.starts_with(kPrefix)) mounted_as.remove_prefix(kPrefix.size());
  return std::ranges::find(kLocalFuse, mounted_as) == kLocalFuse.end();
}

// Both: a file may be mounted into a folder that lies elsewhere.
void refuse_unsafe_file_system(const fs::path& path, const FileSystemProbe& probe) {
  for (const auto& place : {path, path.parent_path()}) {
    auto found = probe ? probe(place) : what_decides(place);
    if (found && is_unsafe(*found)) refuse(path, *found);
  }
}

}  // namespace executus::sqlite
