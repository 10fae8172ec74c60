// Writes a run that is stored later than it begins (Durability::lazy). Its entries stay in memory until something
// depends on them: a gated boundary, its end, a wait, its being left. Then they are written with its admission in one
// transaction, and the journal's writer goes on.
#pragma once

#include <memory>

#include <executus/run/run_writer.hpp>

namespace executus::run {

// `admission`: of a run with a new id, for this worker. The store and the clock outlive the writer. Where an earlier
// try turns out to have written the run without an answer, the run is given back, for recovery by anyone, and what
// writes throws Cancelled{ownership_lost}; unless what it wrote is that the run has ended, or waits. The same is thrown
// where the run cannot be admitted any more: the run that it continues was erased.
[[nodiscard]] std::unique_ptr<RunWriter> make_lazy_writer(journal::JournalStore& store, const Clock& clock,
                                                          journal::Admission admission, MonoTime keep_by);

}  // namespace executus::run
