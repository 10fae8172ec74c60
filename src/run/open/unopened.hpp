// What is left to do about a run that was submitted and could not be opened: its audit record says so, and the record
// it had elsewhere is closed or given back (fruitless.hpp decides which). One that was closed has ended here: what
// follows the end of a run follows this one too.
#pragma once

#include <exception>
#include <memory>
#include <optional>

#include <executus/run/executor.hpp>

#include "run/life/fruitless.hpp"

namespace executus::run {

// What is known of the run while it is being opened.
struct Unopened {
  RunInfo info;                       // as far as it is known; filled in when a record or an audit is told
  std::shared_ptr<RunWriter> record;  // of a run that a snapshot host continues; null: it had none
  bool journaled = false;             // the journal may have a run of this id already
  int attempts = 1;                   // to continue it, in a row, with this one
  DeliveryTarget delivery = {};       // of such a run, as these: what it had come to
  int iteration = 0;
  llm::Usage usage = {};
  Milliseconds elapsed{0};
};

[[nodiscard]] Unopened unopened_of(const Agent& agent, const Invocation& invocation, const ExecutorConfig& config,
                                   WallTime now);

// Counts the attempt in the record. Throws Error "run.fruitless" when there were enough of them: each took its process
// down, for one that only failed was counted and closed by it.
[[nodiscard]] Task<void> take_up_record(Unopened run);

// `thrown` is what the opening ended with. The outcome of a run that had a record; null for another one: it is refused,
// as `thrown` says. Of a run that exists nothing is recorded: what was refused is a submission that came later. Nothing
// throws; not cancelled with the run, and given 10 s.
[[nodiscard]] Task<std::unique_ptr<RunOutcome>> close_unopened(Unopened run, std::exception_ptr thrown,
                                                               const Ports& ports, Logger& logger);

}  // namespace executus::run
