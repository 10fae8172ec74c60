#include "cli/lookup/run_state.hpp"

#include "cli/lookup/run_ids.hpp"

namespace executus::cli {

StoredRun load_run(CommandContext& context, const RunId& run) {
  auto stored = context.wait(read_stored_run(context.journal(), run));
  if (!stored) throw no_such_run(run);
  return std::move(*stored);
}

std::optional<StoredRun> load_if_readable(CommandContext& context, const RunId& run) {
  try {
    return load_run(context, run);
  } catch (const Error& error) {
    if (!error.code().starts_with("journal.")) throw;
  }
  return std::nullopt;
}

std::string why_given_up(const GivenUp& given_up) {
  return given_up.above.empty() ? "it is being cancelled" : "it is cancelled with run " + given_up.above + " above it";
}

}  // namespace executus::cli
