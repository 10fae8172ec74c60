#include <boost/json.hpp>

#include "cli/commands/command_table.hpp"
#include "cli/input/image_file.hpp"
#include "cli/input/standard_input.hpp"
#include "cli/lookup/open_questions.hpp"
#include "cli/lookup/run_ids.hpp"
#include "cli/lookup/run_state.hpp"

namespace executus::cli {
namespace {

std::string steer_text(const RunsSteer& options) { return options.text == "-" ? all_of_stdin() : options.text; }

// What lets the run hear it, as commands: none when a process drives it.
std::string next_steps(CommandContext& context, const journal::RunRow& row) {
  auto left = open_questions(context, row);
  std::string text;
  if (!left.worker.empty()) return text;
  for (const auto& command : next_commands(left))
    if (!command.starts_with("executus runs cancel ")) text += "\n  " + printable_line(command);
  return text.empty() ? text : ":" + text;
}

Error heard_all(const RunId& run) {
  return failed("cli.steer", "run " + run.str() + " has ended already; it hears nothing any more");
}

}  // namespace

// Durable when this returns; the run's own process takes it from there.
Exit execute(CommandContext& context, const RunsSteer& options) {
  context.wants_runs();
  auto row = find_row(context, find_run(context, options.run));
  auto text = steer_text(options);
  if (text.empty() && options.images.empty()) throw failed("cli.usage", "there is nothing to say: the text is empty");
  std::vector<llm::Image> images;
  for (const auto& path : options.images) images.push_back(read_image(path));
  auto said = if_readable(row.id, "steered",
                          [&] { return context.runs().steer(row.id, std::move(text), std::move(images)).get(); });
  if (const auto& why = said.given_up)
    throw failed("cli.steer", "run " + row.id.str() + " hears nothing any more: " + why_given_up(*why) +
                                  ", and the next recovery ends it:\n  executus recover " + row.id.str());
  if (said != Said::accepted) throw heard_all(row.id);
  if (context.globals().json)
    context.print_json(boost::json::object{{"run_id", row.id.str()}, {"accepted", true}});
  else if (context.globals().quiet)
    context.print(row.id.str() + "\n");
  else
    context.print("the run hears it before its next model call" + next_steps(context, row) + "\n");
  return Exit::ok;
}

}  // namespace executus::cli
