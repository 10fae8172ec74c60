#include "cli/lookup/run_state.hpp"

#include <utility>

#include "cli/lookup/run_ids.hpp"

namespace executus::cli {

Error unreadable(const RunId& run, std::string_view done, const Error& why) {
  auto message = "run " + run.str() + " cannot be " + std::string(done) + " here: " + why.message();
  if (!journal::is_of_other_format(why.code()))
    message += "; it takes no further step, and `executus runs events " + run.str() + "` shows what can be read of it";
  return failed(why.code(), std::move(message));
}

StoredRun load_run(CommandContext& context, const RunId& run, std::string_view done) {
  try {
    return if_readable(run, done, [&] { return context.runs().stored(run).get(); });
  } catch (const Error& error) {
    if (error.code() == "run.unknown") throw no_such_run(run);
    throw;
  }
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
