#include <boost/json.hpp>

#include "cli/commands/command_table.hpp"
#include "cli/input/result_text.hpp"
#include "cli/lookup/answer.hpp"
#include "cli/lookup/run_ids.hpp"
#include "cli/lookup/run_state.hpp"

namespace executus::cli {
namespace {

namespace json = boost::json;

struct Decision {
  Resolution how = Resolution::retry;
  std::string text;
};

Decision decision_of(const RunsResolve& options) {
  int given = static_cast<int>(options.completed.has_value()) + static_cast<int>(options.failed.has_value()) +
              static_cast<int>(options.retry);
  if (given != 1) throw failed("cli.usage", "give exactly one of --completed JSON, --failed TEXT and --retry");
  if (options.completed) return {Resolution::completed, result_text("--completed", *options.completed)};
  if (options.failed) return {Resolution::failed, *options.failed};
  return {};
}

const AnswerWords kResolveWords{"cli.resolve", "has no call in doubt", "more than one call is in doubt",
                                "is not in doubt; those that are:", in_doubt};

}  // namespace

Exit execute(CommandContext& context, const RunsResolve& options) {
  auto decision = decision_of(options);
  context.wants_runs();
  auto run = find_run(context, options.run);
  auto answered = if_readable(
      run, "answered", [&] { return context.runs().resolve(run, options.call, decision.how, decision.text).get(); });
  auto call = require_answered(context, run, answered, options.call, kResolveWords);
  auto after = after_answer(context, answered.run->row);
  if (context.globals().json)
    context.print_json(json::object{{"run_id", run.str()}, {"call_id", call.call.id}, {"next", after.next}});
  else if (context.globals().quiet)
    context.print(run.str() + "\n");
  else
    context.print("settled; " + after.words + "\n");
  return Exit::ok;
}

}  // namespace executus::cli
