// What follows a run's stay in this process, each thing contained and bounded: the host's hook, delivery, audit,
// budget, clean-up. Never changes how the run ended.
#pragma once

#include <cstdint>
#include <memory>

#include <executus/run/executor.hpp>

#include "run/life/ending.hpp"
#include "run/sending/sender.hpp"

namespace executus::run {

struct AftermathParts {
  const Ports& ports;
  Logger& logger;
  RunInfo info;
  DeliveryTarget delivery;
  SessionTools session;
  std::unique_ptr<AuditRecord> audit;  // may be null
  Milliseconds used{0};                // by this process
  bool journaled = false;              // a store has the run, and what its end sends out
  Sender* sender = nullptr;            // of a journaled run, where there is a port for deliveries
  std::uint64_t last_seq = 0;
  Milliseconds elapsed{0};  // by all processes
  llm::CostSum cost = {};
};

// Fills in outcome.post_run_result, delivery_id and outgoing. Shielded from the run's cancellation.
[[nodiscard]] Task<void> aftermath(AftermathParts parts, const Ending& ending, RunOutcome& outcome);

}  // namespace executus::run
