// One SQLite file, open, and a store for each seam that lives in it. They share the thread that writes, its commits,
// and one history of tables (docs/adr/0032-one-history-of-the-database.md).
//
//   sqlite::Database database({.path = "state.db"});
//   options.store = database.journal();
//
// The store of another seam is made by a function of that seam's library, from a Database. The file stays open as long
// as any of them lives. Threads: any.
#pragma once

#include <memory>

#include <executus/async/of_this_process.hpp>
#include <executus/store/sqlite.hpp>

namespace executus::sqlite {

struct OpenDatabase;
using SharedDatabase = std::shared_ptr<OfThisProcess<OpenDatabase>>;

class Database final {
 public:
  // Opens it as open_store() does, and throws as that does. Of a file that is only read there is the journal alone.
  explicit Database(Options options);

  // The journal; the same one at each call.
  [[nodiscard]] const std::shared_ptr<journal::JournalStore>& journal() const noexcept { return journal_; }

  // For the libraries of seams. Throws Error store.read_only when the file is only read.
  [[nodiscard]] const SharedDatabase& shared() const;

 private:
  std::filesystem::path path_;
  SharedDatabase shared_;  // null: the file is only read
  std::shared_ptr<journal::JournalStore> journal_;
};

}  // namespace executus::sqlite
