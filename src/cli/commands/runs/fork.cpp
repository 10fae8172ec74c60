#include <boost/json.hpp>

#include "base/text_file.hpp"
#include "cli/commands/command_table.hpp"
#include "cli/input/result_text.hpp"
#include "cli/input/run_id_option.hpp"
#include "cli/input/standard_input.hpp"
#include "cli/lookup/run_ids.hpp"
#include "cli/lookup/run_state.hpp"

namespace executus::cli {
namespace {

std::string text_of_file(const std::string& path) {
  return path == "-" ? all_of_stdin() : read_text_file(path, kMostText, TextSource::anything).value();
}

std::pair<std::string, std::string> result_of(const std::string& given) {
  auto equals = given.find('=');
  if (equals == std::string::npos || equals == 0)
    throw failed("cli.usage", "--result '" + printable_line(given) + "': write CALL=JSON, with the id of the call");
  return {given.substr(0, equals), result_text("--result", given.substr(equals + 1))};
}

ForkOptions fork_options(const RunsFork& options) {
  ForkOptions fork;
  fork.at = options.at;
  if (!options.prompt_file.empty()) fork.prompt = text_of_file(options.prompt_file);
  fork.model = options.model;
  for (const auto& given : options.results)
    if (!fork.results.insert(result_of(given)).second)
      throw failed("cli.usage", "--result names a call twice: " + printable_line(given));
  if (!options.run_id.empty()) fork.run_id = run_id_option(options.run_id);
  return fork;
}

boost::json::object fork_json(const RunId& from, const Forked& forked, bool dry_run) {
  boost::json::array anew(forked.begun_anew.begin(), forked.begun_anew.end());
  return {{"run_id", forked.run.empty() ? boost::json::value(nullptr) : boost::json::value(forked.run.str())},
          {"forked_from", from.str()},
          {"steps", forked.steps},
          {"requested", !dry_run},
          {"created", forked.created && !dry_run},
          {"begun_anew", std::move(anew)}};
}

std::string fork_text(const RunId& from, const Forked& forked, bool dry_run) {
  std::string text = dry_run ? "would fork " : "forked ";
  text += from.str() + " after " + std::to_string(forked.steps) + (forked.steps == 1 ? " step" : " steps");
  for (const auto& call : forked.begun_anew)
    text += "\n  call " + printable_line(call) + " has no outcome there, and is made anew";
  return dry_run ? text + "\n" : text + ":\n  executus runs resume " + forked.run.str() + "\n";
}

}  // namespace

Exit execute(CommandContext& context, const RunsFork& options) {
  auto fork = fork_options(options);
  context.wants_runs();
  auto run = find_run(context, options.run);
  auto forked = if_readable(run, "forked", [&] {
    return context.runs().fork(run, std::move(fork), options.dry_run ? DryRun::yes : DryRun::no).get();
  });
  if (context.globals().json)
    context.print_json(fork_json(run, forked, options.dry_run));
  else if (context.globals().quiet)
    context.print((options.dry_run ? run : forked.run).str() + "\n");
  else
    context.print(fork_text(run, forked, options.dry_run));
  return Exit::ok;
}

}  // namespace executus::cli
