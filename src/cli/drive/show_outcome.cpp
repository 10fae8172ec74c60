#include "cli/drive/show_outcome.hpp"

#include <boost/json.hpp>

#include <executus/base/json.hpp>
#include <executus/run/run_json.hpp>

#include "base/shell_word.hpp"
#include "base/text.hpp"
#include "cli/lookup/open_questions.hpp"

namespace executus::cli {
namespace {

constexpr std::size_t kSaidWidth = 200;

// What happened, in a sentence; empty for a run that ended well.
std::string verdict(const RunOutcome& outcome, const Stuck& left) {
  if (!left.stored) return "run " + outcome.run_id.str() + " was not begun, and nothing of it is stored";
  if (outcome.status == RunStatus::running && !left.worker.empty())
    return "run " + outcome.run_id.str() + " goes on elsewhere: worker " + left.worker + " drives it now";
  std::string run = "run " + outcome.run_id.str();
  switch (outcome.status) {
    case RunStatus::ok:
      return "";
    case RunStatus::queued:
      return run + " is queued";
    case RunStatus::running:
      return run + " was left for recovery" + (outcome.reason.empty() ? "" : ": " + outcome.reason);
    case RunStatus::waiting:
      return run + " waits (" + outcome.reason + ")";
    case RunStatus::quarantined:
      return run + " is quarantined: " + outcome.reason;
    case RunStatus::cancelled:
      return run + " was cancelled" + (outcome.reason.empty() ? "" : ": " + outcome.reason);
    case RunStatus::error:
    case RunStatus::timeout:
    case RunStatus::killed:
      return run + " ended with " + std::string(to_string(outcome.status)) + ": " + outcome.error;
  }
  return "";
}

// What the answer of a run that ended well is not.
std::string caveat(const RunOutcome& outcome) {
  return outcome.ok() && outcome.output.empty() ? "the model said nothing in the end: the answer is empty" : "";
}

// Calls of unknown outcome, of a run that does not wait to be told.
std::string doubts(const RunOutcome& outcome, bool colour) {
  if (!is_terminal(outcome.status)) return "";
  std::string text;
  for (const auto& call : outcome.tool_calls) {
    if (call.state != llm::CallState::in_doubt) continue;
    text += "executus: " + styled("warning:", Style::yellow, colour) + " " +
            printable_line("in doubt: call " + call.call_id + " of " + call.tool + " may or may not have happened (" +
                           call.effect + ", key " + call.idempotency_key + ")") +
            "\n";
  }
  return text;
}

// What was said to the run and no step was left to hear.
std::string unheard(const RunOutcome& outcome, bool colour) {
  std::string text;
  for (const auto& said : outcome.unheard)
    text += "executus: " + styled("warning:", Style::yellow, colour) +
            " the run ended before it heard: " + printable_line(said, kSaidWidth) + "\n";
  return text;
}

// Lines that already are "file:line:col: error: ..." stay as they are.
std::string as_diagnostic(const std::string& message, bool colour) {
  std::string text;
  for (auto line : split(message, '\n')) {
    bool located = line.find(": error: ") != std::string_view::npos;
    bool first = text.empty();
    if (first && !located) text += "executus: " + styled("error:", Style::red, colour) + " ";
    text += printable(line) + "\n";
  }
  return text;
}

// What is recorded, or replayed, is to be so to its end.
std::string cassette_options(const Cassette& cassette) {
  if (!cassette.record.empty()) return " --record " + shell_word(cassette.record);
  if (!cassette.replay.empty()) return " --replay " + shell_word(cassette.replay);
  return "";
}

void explain(CommandContext& context, const RunOutcome& outcome, Origin origin) {
  std::string text;
  bool colour = context.terminal().err_colour;
  auto left = origin == Origin::driven_here ? questions_left(context, outcome) : open_questions(context, outcome);
  left.options = cassette_options(context.cassette());
  bool failed =
      exit_code(outcome) == Exit::error || exit_code(outcome) == Exit::timeout || exit_code(outcome) == Exit::killed;
  if (failed)
    text = as_diagnostic(verdict(outcome, left), colour);
  else if (auto said = verdict(outcome, left); !said.empty())
    text = "executus: " + printable(said) + "\n";
  if (auto but = caveat(outcome); !but.empty())
    text += "executus: " + styled("warning:", Style::yellow, colour) + " " + but + "\n";
  text += doubts(outcome, colour) + unheard(outcome, colour);
  if (outcome.status == RunStatus::waiting)
    for (const auto& line : explanations(left)) text += "  " + printable_line(line) + "\n";
  for (const auto& command : next_commands(left)) text += "  " + printable_line(command) + "\n";
  write_err(text);
}

// Below an answer, for a person: which run that was, and what it took.
std::string footer(const RunOutcome& outcome, bool colour) {
  std::string text = "run " + outcome.run_id.str() + "  " + std::to_string(outcome.iterations) + " steps, " +
                     std::to_string(outcome.usage.input) + " tokens in, " + std::to_string(outcome.usage.output) +
                     " out";
  return styled(text, Style::dim, colour) + "\n";
}

}  // namespace

namespace {

void print_answer(CommandContext& context, const RunOutcome& outcome, Answer answer) {
  const auto& globals = context.globals();
  if (globals.json) {
    context.print_json(to_json(outcome, Messages::left_out));
  } else if (globals.quiet) {
    context.print(outcome.run_id.str() + "\n");
  } else if (answer == Answer::print && !outcome.output.empty()) {
    bool terminal = context.terminal().out_is_terminal;
    context.print((terminal ? printable(outcome.output) : outcome.output) +
                  (outcome.output.ends_with('\n') ? "" : "\n"));
  }
  bool person = context.terminal().out_is_terminal && !globals.json && !globals.quiet;
  if (person && outcome.ok()) context.print(footer(outcome, context.terminal().colour));
}

std::string where_it_is(const RunOutcome& outcome) {
  std::string id = outcome.run_id.str();
  return "run " + id + " stands as it is (" + std::string(to_string(outcome.status)) + "); `executus runs show " + id +
         "` shows it";
}

}  // namespace

// Output that is not read does not change how the run ended. An answer that could not be written is reported, with the
// run it can be had from; with a standard output that was closed from the start no answer is expected.
Exit show_outcome(CommandContext& context, const RunOutcome& outcome, Answer answer, Origin origin) {
  if (was_refused(outcome)) throw failed(outcome.error_code, outcome.error);
  try {
    print_answer(context, outcome, answer);
  } catch (const Error& error) {
    if (error.code() == "cli.output") throw failed(error.code(), error.message() + "; " + where_it_is(outcome));
    if (error.code() == "cli.no_output")
      context.warn(error.message() + "; " + where_it_is(outcome));
    else if (error.code() != "cli.closed")
      throw;
  }
  explain(context, outcome, origin);
  return exit_code(outcome);
}

Exit show_queued(CommandContext& context, const RunOutcome& outcome) {
  if (exit_code(outcome) != Exit::left || outcome.status != RunStatus::queued)
    return show_outcome(context, outcome, Answer::print);  // it existed already, or was refused
  if (context.globals().json) return (void)show_outcome(context, outcome, Answer::print), Exit::ok;
  context.print(outcome.run_id.str() + "\n");
  if (!context.globals().quiet)
    write_err("executus: queued; a worker runs it, or `executus recover " + outcome.run_id.str() + "`\n");
  return Exit::ok;
}

void show_error(const Globals& globals, const Error& error) noexcept {
  if (error.code() == "cli.closed") return;
  try {
    write_err(as_diagnostic(error.message(), look_at_terminal().err_colour));
    if (!globals.json || error.code() == "cli.output") return;
    boost::json::object object{{"error", error.message()}, {"error_code", error.code()}};
    write_out(write_json(object) + "\n");
  } catch (...) {  // standard output is gone as well: the exit code says the rest
  }
}

}  // namespace executus::cli
