// Where a database may lie: not on a file system whose locks and shared memory other machines, or the server behind
// it, do not share (docs/adr/0028-file-systems-of-a-store.md).
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include <executus/store/sqlite.hpp>

namespace executus::sqlite {

// `path`, or the nearest folder above it that is there.
[[nodiscard]] std::filesystem::path nearest_existing(std::filesystem::path path);

// What the kernel says of `path`, or of the nearest folder above it that is there. Nothing: it says nothing.
[[nodiscard]] std::optional<FileSystem> file_system_of(const std::filesystem::path& path);

// As people know it: ext4, NFS, fuse.sshfs.
[[nodiscard]] std::string name_of(const FileSystem& file_system);

// Whether SQLite's WAL is unsafe on it.
[[nodiscard]] bool is_unsafe(const FileSystem& file_system);

// Throws Error store.file_system when the file, or the folder that it lies in or would be made in, is on an unsafe one.
void refuse_unsafe_file_system(const std::filesystem::path& path, const FileSystemProbe& probe);

// The type of the mount with this "major:minor" in the text of a /proc/PID/mountinfo; "": it is not there.
[[nodiscard]] std::string mounted_as(std::string_view mountinfo, std::string_view device);

}  // namespace executus::sqlite
