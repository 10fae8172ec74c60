// The record of a new run that is kept as snapshots.
#pragma once

#include <memory>

#include <executus/run/executor.hpp>

namespace executus::run {

// Begins the record and writes the admission to it. Null: the run is not durable, and that is logged. Throws when it
// cannot be begun and the host refuses such runs (Ports::on_begin_failure); what is there of the record is closed then.
[[nodiscard]] Task<std::shared_ptr<RunWriter>> begin_snapshots(const Ports& ports, const RunInfo& info,
                                                               const journal::Entry& admitted, Logger& logger);

}  // namespace executus::run
