// Journal readers for queries, which block on threads of their own. One reader a thread, opened when first needed.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <type_traits>
#include <utility>
#include <vector>

#include <executus/async/blocking_pool.hpp>

#include "store/sqlite/database_file.hpp"
#include "store/sqlite/journal_reader.hpp"

namespace executus::sqlite {

class ReadPool final {
 public:
  explicit ReadPool(DatabaseFile database) : database_(std::move(database)) {}

  // Calls `query` with a reader. Throws what it throws; its reader is not used again then.
  template <class Query, class R = std::invoke_result_t<Query&, JournalReader&>>
  [[nodiscard]] Task<R> run(Query query) {
    return threads_.run([this, query = std::move(query)]() mutable { return run_here(query); });
  }

  // The same on this thread.
  template <class Query>
  [[nodiscard]] auto run_here(Query&& query) {
    auto reader = take();
    auto result = query(*reader);
    give_back(std::move(reader));
    return result;
  }

 private:
  std::unique_ptr<JournalReader> take() {
    {
      std::lock_guard lock(mutex_);
      while (!idle_.empty()) {
        auto reader = std::move(idle_.back());
        idle_.pop_back();
        if (!reader->was_replaced()) return reader;
      }
    }
    return std::make_unique<JournalReader>(open_database(database_));
  }
  void give_back(std::unique_ptr<JournalReader> reader) {
    std::lock_guard lock(mutex_);
    idle_.push_back(std::move(reader));
  }

  const DatabaseFile database_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<JournalReader>> idle_;
  BlockingPool threads_{2};  // last: what runs on it uses the rest
};

}  // namespace executus::sqlite
