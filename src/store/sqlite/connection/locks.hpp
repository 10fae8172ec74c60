// Locks across processes, on files beside the database that hold nothing. The system drops them when their holder dies,
// however it dies.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <utility>

#include <executus/base/clock.hpp>

#include "async/file_descriptor.hpp"

namespace executus::sqlite {

// An open file of our own; -1: none. A forked child has no copy of it, and so none of its locks.
class LockFile final {
 public:
  LockFile() = default;
  explicit LockFile(const std::filesystem::path& path);  // made (0600) when missing; throws Error
  // Opened to look at what others hold; fd() is -1 when the file is missing or not readable for this user.
  [[nodiscard]] static LockFile to_look_at(const std::filesystem::path& path);
  [[nodiscard]] int fd() const noexcept { return file_.get(); }

 private:
  FileDescriptor file_;
};

// Keeps checkpoints and write transactions apart (docs/adr/0002-sqlite-checkpoints.md): writing holds it shared, a
// checkpoint exclusively. One object per connection.
class CheckpointLock final {
 public:
  explicit CheckpointLock(const std::filesystem::path& database);
  [[nodiscard]] static std::filesystem::path path_for(const std::filesystem::path& database);

  class [[nodiscard]] Held final {
   public:
    explicit Held(int fd) : fd_(fd) {}
    Held(Held&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Held& operator=(Held&&) = delete;
    ~Held();

   private:
    int fd_;
  };

  // Blocks up to `patience` while a connection checkpoints; then throws Error store.locked.
  [[nodiscard]] Held for_writing(Milliseconds patience) const;
  // Nothing when a connection writes or checkpoints right now.
  [[nodiscard]] std::optional<Held> try_for_checkpoint() const;
  [[nodiscard]] Held for_checkpoint(Milliseconds patience) const;

 private:
  [[nodiscard]] Held wait_for(int mode, Milliseconds patience) const;
  std::filesystem::path path_;
  LockFile file_;
};

// Byte n of the workers file is locked for as long as worker n lives (open file description locks: per store object,
// not per process). Threads: any.
class WorkerLocks final {
 public:
  enum class Use { hold_and_look, look };  // look: nothing is made beside the database
  explicit WorkerLocks(const std::filesystem::path& database, Use use = Use::hold_and_look);

  [[nodiscard]] bool hold(std::int64_t worker) const;  // false: another store object holds it
  void let_go(std::int64_t worker) const noexcept;
  // Held by another store object; throws Error. Where the file cannot be looked at, everything counts as held.
  [[nodiscard]] bool is_held(std::int64_t worker) const;

 private:
  LockFile own_;
  LockFile probe_;  // a second description, since locks of the first do not show on itself
};

}  // namespace executus::sqlite
