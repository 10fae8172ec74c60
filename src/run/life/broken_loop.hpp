// What an exception that ended a run's loop says of the run's end.
#pragma once

#include <exception>

#include <executus/async/cancel.hpp>

#include "run/life/ending.hpp"

namespace executus::run {

// Throws `problem`, or what counts in its place when `scope`, the loop's, was cancelled meanwhile (docs/adr/0010). A
// model that stays away is not waited for then.
[[noreturn]] void rethrow_what_counts(const std::exception_ptr& problem, const CancelScope& scope);

// Notes the exception that is being handled (call it in a catch block). `callers_cancelled`: the scope around the run
// is; then a deadline was theirs, not the run's.
void note_what_broke(Stop& stop, bool callers_cancelled);

}  // namespace executus::run
