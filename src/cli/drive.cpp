#include "cli/drive.hpp"

#include "cli/progress.hpp"
#include "cli/show_outcome.hpp"
#include "cli/signals.hpp"

namespace executus::cli {

Exit drive_and_show(Session& session, const std::function<Task<RunOutcome>()>& begin) {
  const auto& globals = session.globals();
  bool live = session.terminal().out_is_terminal && !globals.json && !globals.quiet;
  auto progress = std::make_shared<Progress>(session.terminal());
  if (live) session.observe(progress);
  SignalWatch signals([&session] {
    write_err("\nexecutus: stopping at the next boundary; once more ends at once\n");
    session.shut_down();
  });
  auto outcome = session.drive(begin());
  progress->finish_line();
  bool shown = live && progress->has_shown(outcome.output);
  return show_outcome(session, outcome, shown ? Answer::shown_already : Answer::print);
}

}  // namespace executus::cli
