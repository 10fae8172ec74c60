// What the stores of one open database share: the writer, the readers, and this process as one of the workers.
//
// A seam's store (src/store/sqlite/<seam>/) keeps a SharedDatabase and asks for changes and looks. What changes is one
// work in the writer's next transaction, beside those of runs: it is durable when it is answered, and one that throws
// Error of kind failed is undone alone.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include <executus/store/sqlite/database.hpp>

#include "store/sqlite/group_commit.hpp"
#include "store/sqlite/read_pool.hpp"

namespace executus::sqlite {

struct OpenDatabase final {
  OpenDatabase(const DatabaseFile& database, const Clock& the_clock, Milliseconds deferral,
               std::function<void()> on_commit)
      : path(database.path),
        clock(the_clock),
        liveness(database.path, clock),
        worker(database, clock, liveness),
        writer(database, deferral, std::move(on_commit), worker, liveness, clock),
        readers(database) {}

  // Queued work cannot be withdrawn: also a cancelled caller waits until it knows how the work ended.
  template <class W>
  auto ask(std::unique_ptr<W> work) -> Task<typename W::Answer> {
    auto answered = work->answered();
    writer.submit(std::move(work));
    co_return co_await answered.wait_shielded();
  }

  // The result of `change`, which is called on the writer's thread within its transaction.
  template <class Function, class R = std::invoke_result_t<Function&, Connection&>>
  [[nodiscard]] Task<R> change(Function function) {
    auto apply = [function = std::move(function)](JournalWriter& journal) mutable {
      return function(journal.connection());
    };
    return ask(std::make_unique<Request<R>>(RunId(), Work::By::anyone, std::move(apply)));
  }

  // The result of `query`, which is called on a thread that may block, with a connection that only reads.
  template <class Function, class R = std::invoke_result_t<Function&, Connection&>>
  [[nodiscard]] Task<R> look(Function function) {
    auto query = [function = std::move(function)](JournalReader& journal) mutable {
      return function(journal.connection());
    };
    return readers.run(std::move(query));
  }

  // The same two for callers that block their thread meanwhile, which is none of the writer's or the readers'.
  template <class Function, class R = std::invoke_result_t<Function&, Connection&>>
  [[nodiscard]] R change_here(Function function) {
    auto apply = [function = std::move(function)](JournalWriter& journal) mutable {
      return function(journal.connection());
    };
    auto work = std::make_unique<BlockingRequest<R>>(std::move(apply));
    auto answered = work->answered();
    writer.submit(std::move(work));
    return answered.get();
  }
  template <class Function, class R = std::invoke_result_t<Function&, Connection&>>
  [[nodiscard]] R look_here(Function function) {
    return readers.run_here([&](JournalReader& journal) { return function(journal.connection()); });
  }

  const std::filesystem::path path;
  const Clock& clock;
  Liveness liveness;
  Worker worker;
  GroupCommit writer;
  ReadPool readers;
};

}  // namespace executus::sqlite
