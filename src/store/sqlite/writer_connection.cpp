#include "store/sqlite/writer_connection.hpp"

#include <algorithm>

#include <executus/base/error.hpp>

namespace executus::sqlite {

WriterConnection::WriterConnection(const DatabaseFile& database, Worker& worker, Liveness& liveness, const Clock& clock)
    : worker_(worker),
      connection_(open_database(database)),
      journal_(*connection_, worker, liveness, clock),
      begin_(*connection_, "BEGIN IMMEDIATE"),
      commit_(*connection_, "COMMIT"),
      savepoint_(*connection_, "SAVEPOINT work"),
      release_savepoint_(*connection_, "RELEASE work"),
      undo_savepoint_(*connection_, "ROLLBACK TO work"),
      format_(*connection_, "PRAGMA user_version"),
      path_(database.path) {
  connection_->execute("PRAGMA cache_size=-2048; PRAGMA synchronous=NORMAL; PRAGMA secure_delete=ON");
  connection_->watch_wal(wal_pages_);
  worker_.look_again(*connection_);
}

bool WriterConnection::commit(const Batch& batch, const std::vector<Stray>& strays,
                              std::vector<std::exception_ptr>& refused) {
  set_sync(std::ranges::any_of(batch, [this](const auto& work) { return work->needs_sync(journal_); }));
  begin_.run();
  check_format();
  auto before = connection_->total_changes();
  if (std::ranges::any_of(batch, [](const auto& work) { return work->by() == Work::By::worker; }))
    worker_.join(*connection_);
  for (const auto& stray : strays) journal_.release(stray.run, stray.epoch, stray.attempt);
  for (std::size_t i = 0; i < batch.size(); ++i) apply_alone(*batch[i], refused[i]);
  commit_.run();
  return connection_->total_changes() != before;
}

// Another executus may have brought the database up to a newer format since it was opened here.
void WriterConnection::check_format() {
  auto rows = format_.query();
  if (rows.next()) refuse_other_format(path_, rows.integer(0));
}

// In WAL mode a commit is followed by an fsync with FULL, by none with NORMAL. Not changeable inside a transaction.
void WriterConnection::set_sync(bool full) {
  if (full == full_sync_) return;
  connection_->execute(full ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL");
  full_sync_ = full;
}

// The error of one work undoes and fails that work alone; an error of the store fails the whole batch.
void WriterConnection::apply_alone(Work& work, std::exception_ptr& refused) {
  savepoint_.run();
  try {
    work.apply(journal_);
  } catch (...) {
    if (current_error().kind() != ErrorKind::failed || !connection_->in_transaction()) throw;
    undo_savepoint_.run();
    journal_.forget_rows();
    refused = std::current_exception();
  }
  release_savepoint_.run();
}

void WriterConnection::leave() {
  WriteTransaction transaction(*connection_);
  worker_.leave(*connection_);
  transaction.commit();
}

}  // namespace executus::sqlite
