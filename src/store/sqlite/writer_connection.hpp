// The one connection that writes journals, with everything prepared on it. Made anew after every failure, since a
// failed commit may have happened or not. Used by the writer's thread only.
#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <vector>

#include "store/sqlite/connection/connection.hpp"
#include "store/sqlite/database_file.hpp"
#include "store/sqlite/journal_writer.hpp"
#include "store/sqlite/work.hpp"
#include "store/sqlite/worker.hpp"

namespace executus::sqlite {

using Batch = std::vector<std::unique_ptr<Work>>;

class WriterConnection final {
 public:
  WriterConnection(const DatabaseFile& database, Worker& worker, Liveness& liveness, const Clock& clock);

  // Applies all of `batch` in one transaction. A work that is refused fails alone: its error is put into `refused`, at
  // the work's place. Durable when this returns, with an fsync if one of them needs it; true when anything changed.
  // Throws Error when nothing was committed, or it is not known whether: use another connection then.
  bool commit(const Batch& batch, const std::vector<Stray>& strays, std::vector<std::exception_ptr>& refused);

  [[nodiscard]] bool take_erasures() { return journal_.take_erasures(); }  // likewise
  [[nodiscard]] bool has_leftovers() { return journal_.has_leftovers(); }  // likewise
  [[nodiscard]] bool take_news() { return journal_.take_news(); }          // JournalWriter's

  // Whether what was committed went to the file that lies at the path now.
  [[nodiscard]] bool was_replaced() const { return connection_->was_replaced(); }

  [[nodiscard]] int wal_pages() const noexcept { return wal_pages_; }  // after the last commit
  bool checkpoint(Connection::Checkpoint how) { return connection_->checkpoint(how); }
  void leave();  // ends this worker, when it drives nothing

 private:
  void check_format();
  void set_sync(bool full);
  void apply_alone(Work& work, std::exception_ptr& refused);

  Worker& worker_;
  int wal_pages_ = 0;
  const std::unique_ptr<Connection> connection_;
  JournalWriter journal_;
  Statement begin_, commit_, savepoint_, release_savepoint_, undo_savepoint_, format_;
  const std::filesystem::path path_;
  bool full_sync_ = false;
};

}  // namespace executus::sqlite
