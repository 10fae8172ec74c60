// The journal store in one SQLite file, shared by any number of processes of one machine.
//
// Beside the file lie `-wal` and `-shm` (SQLite's), `.checkpoint.lock` and `.workers` (locks, always empty), and
// `.wake` (empty, touched when a run may have become due): all belong together. The store object is a worker as soon as
// it admits or claims a run; until then it only reads.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <executus/base/clock.hpp>
#include <executus/journal/store.hpp>

namespace executus::sqlite {

// What a path lies on.
struct FileSystem {
  std::uint32_t type = 0;       // f_type of statfs(2)
  std::string mounted_as = {};  // its type in /proc/self/mountinfo, which tells FUSE file systems apart; empty: unknown
};
using FileSystemProbe = std::function<std::optional<FileSystem>(const std::filesystem::path&)>;

struct Options {
  std::filesystem::path path;
  const Clock* clock = nullptr;       // null: the machine's. Outlives the store; read on the store's threads
  Milliseconds busy_timeout{5'000};   // how long a call waits for another process that writes
  std::function<void()> on_commit{};  // see below
  Milliseconds deferral{50};          // how long deferred entries wait for the next append of their run
  // What open_store() does when the file or its directory cannot be written. `read`: the store only reads, and calls
  // that would write throw store.read_only.
  enum class Unwritable { refuse, read } unwritable = Unwritable::refuse;
  // Called on the calling thread when open_store() begins to bring a database of an older format up to this one, and
  // again and again while that takes long. Must not throw.
  std::function<void()> goes_on = {};
  FileSystemProbe file_system = {};  // what the path lies on, for tests; empty: the kernel is asked
};

// `on_commit` is called on the writer's thread after every durable commit, before its appends are answered: it counts
// commits, and when it throws, the commit's answer is lost (what a failing disk does to a COMMIT; for fault injection).

// Opens the database; makes it, and its directories (mode 0700, the file 0600), when it is not there. One of the format
// before this one is brought up to it, in one transaction; that takes time and room in proportion to its size, once.
// Changes nothing in a file it refuses. Throws Error:
//   store.newer           written by a newer executus
//   store.older           written by an older one, in a form that is not read any more
//   store.older_in_use    likewise, in one that is brought up to this one's, and a worker of that executus lives
//   store.not_a_database  not an SQLite file, or one of another application
//   store.file_system     it lies on NFS, SMB, 9p or another file system that several machines share
//   store.read_only       the file or its directory cannot be written
//   store.locked          another process has been writing for longer than busy_timeout; the message names it if it can
//   store.io, store.corrupt, store.full, store.cannot_open
//
// The store's destructor finishes what was queued. It blocks; runs the worker still drives are left as a dead worker's.
[[nodiscard]] std::unique_ptr<journal::JournalStore> open_store(Options options);

}  // namespace executus::sqlite
