// SQLite as RAII values. Errors are Error{store.*}, named by what to do about them.
#pragma once

#include <concepts>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <executus/base/clock.hpp>
#include <executus/base/error.hpp>

#include "store/sqlite/connection/open_connection.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace executus::sqlite {

class Connection;

// A value that is bytes, and no text.
struct Blob {
  std::string_view bytes;
};

// The rows of a running query. Resets its statement when it goes; at most one per statement at a time.
class Rows final {
 public:
  explicit Rows(sqlite3_stmt* statement, const Connection& connection)
      : statement_(statement), connection_(&connection) {}
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;
  ~Rows();

  [[nodiscard]] bool next();  // false: no more

  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] std::string_view text(int column) const;  // or bytes; valid until next()
  [[nodiscard]] bool is_null(int column) const;

 private:
  sqlite3_stmt* statement_;
  const Connection* connection_;
};

// A prepared statement. Values are bound in the order of its parameters; texts must outlive what is done with them:
// run() is over when it returns, a query() when its Rows are gone.
class Statement final {
 public:
  Statement(const Connection& connection, std::string_view sql);

  template <class... Values>
  void run(const Values&... values) {
    int index = 0;
    (bind(++index, values), ...);
    step_to_end();
  }
  template <class... Values>
  [[nodiscard]] Rows query(const Values&... values) {
    int index = 0;
    (bind(++index, values), ...);
    return Rows(statement_.get(), *connection_);
  }

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const noexcept;
  };
  template <std::integral Integer>
  void bind(int index, Integer value) {
    bind_integer(index, static_cast<std::int64_t>(value));
  }
  void bind(int index, std::optional<std::int64_t> value);
  void bind(int index, std::string_view text);
  void bind(int index, Blob value);
  void bind_integer(int index, std::int64_t value);
  void step_to_end();

  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  const Connection* connection_;
};

// One connection; used by one thread at a time. Never checkpoints by itself (see group_commit.hpp).
class Connection final {
 public:
  // reading: reads the WAL as well, with the locks that writers use, and never writes. untouched: reads the main file
  // only, takes no lock, writes nothing.
  enum class Mode { existing, reading, untouched };

  Connection(std::filesystem::path path, Mode mode, Milliseconds busy_timeout);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void execute(const char* sql);
  [[nodiscard]] std::int64_t integer(std::string_view sql) const;  // of a query with one value

  // Whether the file at the path is another one than the one that was opened.
  [[nodiscard]] bool was_replaced() const;

  [[nodiscard]] std::int64_t last_id() const noexcept;
  [[nodiscard]] std::int64_t changes() const noexcept;        // rows changed by the last statement
  [[nodiscard]] std::int64_t total_changes() const noexcept;  // ... by all
  [[nodiscard]] bool in_transaction() const noexcept;
  [[nodiscard]] sqlite3* raw() const noexcept { return db_.get(); }

  // From now on `pages` is the length of the WAL after each commit of this connection. It outlives the connection.
  void watch_wal(int& pages);

  // From now on `goes_on`, which must not throw, is called each time that a statement, in all its runs together, has
  // taken so many steps of SQLite's machine; a million are a fraction of a second.
  void tell_progress(std::function<void()> goes_on, int steps = 1'000'000);

  // Copies what is in the WAL to the main file. passive: as much as can be without waiting. truncate: all, and empties
  // the WAL, unless a connection reads; without waiting either. False when something is left.
  enum class Checkpoint { passive, truncate };
  bool checkpoint(Checkpoint how);

  [[noreturn]] void fail(int code) const;  // throws what SQLite's result code means

 private:
  struct Close {
    void operator()(sqlite3* db) const noexcept;
  };
  std::filesystem::path path_;
  OpenConnection counted_;
  Milliseconds busy_timeout_;
  std::function<void()> goes_on_;
  std::unique_ptr<sqlite3, Close> db_;
};

// BEGIN IMMEDIATE until commit(); rolled back otherwise.
class WriteTransaction final {
 public:
  explicit WriteTransaction(Connection& connection);
  ~WriteTransaction();
  WriteTransaction(const WriteTransaction&) = delete;
  WriteTransaction& operator=(const WriteTransaction&) = delete;
  void commit();

 private:
  Connection& connection_;
};

}  // namespace executus::sqlite
