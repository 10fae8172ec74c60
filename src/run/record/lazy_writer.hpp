// Writes a run that is stored later than it begins (Durability::lazy). Its entries stay in memory until something
// depends on them: a gated boundary, its end, a wait, its being left. Then they are written with its admission in one
// transaction, and the journal's writer goes on.
#pragma once

#include <memory>

#include <executus/run/run_writer.hpp>

namespace executus::run {

// `admission`: of a run with a new id, for this worker. The store and the clock outlive the writer. Where the run
// cannot be admitted any more (another worker has taken over what an earlier try had written, the run that it continues
// was erased), what writes throws Cancelled{ownership_lost}.
[[nodiscard]] std::unique_ptr<RunWriter> make_lazy_writer(journal::JournalStore& store, const Clock& clock,
                                                          journal::Admission admission, MonoTime keep_by);

}  // namespace executus::run
