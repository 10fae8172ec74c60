// The files of a pack, as values: what a pin pins. Two trees with the same digest have the same paths, run bits and
// contents, in whatever order and from whatever source they were read.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <executus/run/agent.hpp>

namespace executus::skillpack {

inline constexpr std::size_t kMostFiles = 2'000;                    // of a pack
inline constexpr std::size_t kLargestFile = std::size_t{8} << 20;   // bytes
inline constexpr std::size_t kLargestPack = std::size_t{32} << 20;  // bytes, of all files

struct PackFile {
  std::string path;   // below the pack's folder, with '/'
  bool runs = false;  // its owner may execute it
  std::string bytes;
  bool operator==(const PackFile&) const = default;
};

// What the source names and the pack does not have.
using MissingFile = PinnedPack::Missing;

struct PackTree {
  std::vector<PackFile> files = {};  // sorted by path, each path once
  std::vector<MissingFile> missing = {};
  bool operator==(const PackTree&) const = default;
};

// SHA-256, in hexadecimal, of "executus-pack 1\n" and then, for each file in the order of its path's bytes: the path, a
// 0 byte, 'x' when it runs or '-', the number of its bytes in decimal, a 0 byte, its bytes. What is missing is not in
// it. Frozen.
[[nodiscard]] std::string digest_of(const PackTree& tree);

// Why a file of a pack may not be called so ("..", an absolute path, a part that is empty or ".git", a 0 byte, more
// than 1024 bytes); "": it may.
[[nodiscard]] std::string wrong_with_path(std::string_view path);

// What a file is in one tree and not, or otherwise, in the other one. By path.
struct TreeChanges {
  std::vector<std::string> added = {}, changed = {}, removed = {};
  [[nodiscard]] bool empty() const noexcept { return added.empty() && changed.empty() && removed.empty(); }
};
[[nodiscard]] TreeChanges changes_between(const PackTree& before, const PackTree& after);

}  // namespace executus::skillpack
