// Stored runs as commands look at them: blocking, and a run that is not there is wrong use.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <executus/run/stored_run.hpp>

#include "cli/context/command_context.hpp"

namespace executus::cli {

// Of a run whose journal cannot be read: that it cannot be `done` ("cancelled") here, why, and what can be done. The
// code is that of `why`.
[[nodiscard]] Error unreadable(const RunId& run, std::string_view done, const Error& why);

// What `act` returns. Where it throws that the journal of the run cannot be read, unreadable() is thrown.
template <class Act>
auto if_readable(const RunId& run, std::string_view done, Act act) {
  try {
    return act();
  } catch (const Error& error) {
    if (!error.code().starts_with("journal.")) throw;
    throw unreadable(run, done, error);
  }
}

// Throws Error cli.run when there is no such run, and unreadable() when it cannot be read; `done`: what it was to be.
[[nodiscard]] StoredRun load_run(CommandContext& context, const RunId& run, std::string_view done = "read");

// Nothing where it cannot be read: for listings, where one run must not hide the others.
[[nodiscard]] std::optional<StoredRun> load_if_readable(CommandContext& context, const RunId& run);

// As a sentence about the run: "it is being cancelled".
[[nodiscard]] std::string why_given_up(const GivenUp& given_up);

}  // namespace executus::cli
