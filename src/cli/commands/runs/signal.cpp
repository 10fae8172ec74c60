#include <boost/json.hpp>

#include <executus/base/json.hpp>

#include "cli/commands/command_table.hpp"
#include "cli/input/standard_input.hpp"
#include "cli/lookup/open_questions.hpp"
#include "cli/lookup/run_ids.hpp"
#include "cli/lookup/run_state.hpp"

namespace executus::cli {
namespace {

// None is null.
boost::json::value payload_of(const RunsSignal& options) {
  auto text = options.payload;
  if (text == "-") text = all_of_stdin();
  if (options.payload.empty()) return nullptr;
  auto payload = parse_json(text);
  if (!payload)
    throw failed("cli.usage",
                 "the payload of a signal is JSON: " + payload.error().message() + "; a text is written as '\"text\"'");
  return std::move(*payload);
}

std::string next_steps(CommandContext& context, const RunId& run) {
  auto left = open_questions(context, find_row(context, run));
  if (left.ready) return "the run waits for it; this goes on with it:\n  executus recover " + run.str() + "\n";
  return "kept until a call of the run waits for it\n";
}

Error takes_none(const RunId& run, const std::string& why) {
  return failed("cli.signal", "run " + run.str() + " takes no signal any more: " + why);
}

}  // namespace

// Durable when this returns. A run that waits for the signal is due.
Exit execute(CommandContext& context, const RunsSignal& options) {
  auto payload = payload_of(options);
  context.wants_runs();
  auto row = find_row(context, find_run(context, options.run));
  auto said = if_readable(row.id, "signalled",
                          [&] { return context.runs().signal(row.id, options.name, std::move(payload)).get(); });
  if (const auto& why = said.given_up) throw takes_none(row.id, why_given_up(*why));
  if (said != Said::accepted) throw takes_none(row.id, "it has ended already");
  if (context.globals().json)
    context.print_json(boost::json::object{{"run_id", row.id.str()}, {"signal", options.name}, {"accepted", true}});
  else if (context.globals().quiet)
    context.print(row.id.str() + "\n");
  else
    context.print(next_steps(context, row.id));
  return Exit::ok;
}

}  // namespace executus::cli
