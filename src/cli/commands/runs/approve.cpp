#include <boost/json.hpp>

#include "cli/commands/command_table.hpp"
#include "cli/lookup/answer.hpp"
#include "cli/lookup/run_ids.hpp"
#include "cli/lookup/run_state.hpp"

namespace executus::cli {
namespace {

const AnswerWords kApproveWords{"cli.approve", "has no call that waits for an approval",
                                "more than one call waits for an approval",
                                "does not wait for an approval; those that do:", awaiting_approval};

}  // namespace

Exit execute(CommandContext& context, const RunsApprove& options) {
  context.wants_runs();
  auto run = find_run(context, options.run);
  auto answered = if_readable(run, "answered", [&] {
    return options.approved ? context.runs().approve(run, options.call, {.reason = options.reason}).get()
                            : context.runs().reject(run, options.call, {.reason = options.reason}).get();
  });
  auto call = require_answered(context, run, answered, options.call, kApproveWords);
  auto after = after_answer(context, answered.run->row);
  std::string word = options.approved ? "approved" : "rejected";
  if (context.globals().json)
    context.print_json(
        boost::json::object{{"run_id", run.str()}, {"call_id", call.call.id}, {"answer", word}, {"next", after.next}});
  else if (context.globals().quiet)
    context.print(run.str() + "\n");
  else
    context.print(word + " " + printable_line(call.call.name + " " + call.call.arguments) + "; " + after.words + "\n");
  return Exit::ok;
}

}  // namespace executus::cli
