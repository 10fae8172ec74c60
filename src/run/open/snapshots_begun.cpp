#include "run/open/snapshots_begun.hpp"

#include <optional>
#include <utility>
#include <vector>

#include "run/life/contained_work.hpp"

namespace executus::run {
namespace {

Task<void> failed_with(std::shared_ptr<RunWriter> record, std::vector<journal::Entry> entries) {
  (void)co_await record->fail(std::move(entries), {});
}

// A record that was begun and did not take the admission: whatever is there of it must not look interrupted.
Task<void> close_begun(std::shared_ptr<RunWriter> record, journal::Entry admitted, Error problem, Logger& logger) {
  std::vector<journal::Entry> entries{admitted, admitted};
  entries[1].seq = admitted.seq + 1;
  entries[1].payload = journal::Ended{RunStatus::error, "", problem.message(), problem.code()};
  Complaint complaint{logger, LogLevel::error, "a record that could not be begun could not be closed"};
  co_await contained_for(kContainedLimit, failed_with(std::move(record), std::move(entries)), "closing a record",
                         std::move(complaint));
}

}  // namespace

Task<std::shared_ptr<RunWriter>> begin_snapshots(const Ports& ports, const RunInfo& info,
                                                 const journal::Entry& admitted, Logger& logger) {
  std::shared_ptr<RunWriter> checkpointer;
  std::optional<Error> problem;
  try {
    checkpointer = co_await ports.checkpointers->begin(info);
    std::vector<journal::Entry> first{admitted};
    if (checkpointer) co_await checkpointer->append(std::move(first), Durable::awaited, Boundary::plain, {});
  } catch (...) {
    problem = current_error();
  }
  if (!problem) co_return checkpointer;
  if (checkpointer) co_await close_begun(std::move(checkpointer), admitted, *problem, logger);
  if (ports.on_begin_failure == OnBeginFailure::refuse) throw *problem;
  logger.log(LogLevel::warn, "run " + info.run.str() + " is not durable: " + problem->message());
  co_return nullptr;
}

}  // namespace executus::run
