#include <boost/json.hpp>

#include <executus/base/json.hpp>

#include "base/text.hpp"
#include "cli/commands/command_table.hpp"
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

// The white space between the parts of a JSON text left out, and all else as it is: numbers keep their digits.
std::string compact(std::string_view json) {
  std::string text;
  bool in_string = false, escaped = false;
  for (char c : json) {
    if (!in_string && std::string_view(" \t\r\n").find(c) != std::string_view::npos) continue;
    text += c;
    if (c == '"' && !escaped) in_string = !in_string;
    escaped = in_string && c == '\\' && !escaped;
  }
  return text;
}

// A JSON string is its text; other JSON is the result as it stands. A bare word is text too, but what begins like JSON
// has to be it: a slip of the pen must not become a tool's result.
std::string completed_text(const std::string& given) {
  auto parsed = parse_json(given);
  bool is_text = parsed.ok() && parsed->is_string() && trim(given).starts_with('"');
  if (is_text) return std::string(std::string_view(parsed->get_string()));
  if (parsed.ok()) return compact(given);
  if (given.starts_with('{') || given.starts_with('[') || given.starts_with('"'))
    throw failed("cli.usage", "--completed: " + parsed.error().message());
  return given;
}

Decision decision_of(const RunsResolve& options) {
  int given = static_cast<int>(options.completed.has_value()) + static_cast<int>(options.failed.has_value()) +
              static_cast<int>(options.retry);
  if (given != 1) throw failed("cli.usage", "give exactly one of --completed JSON, --failed TEXT and --retry");
  if (options.completed) return {Resolution::completed, completed_text(*options.completed)};
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
  std::string next = command_after(answered.run->row);
  if (context.globals().json)
    context.print_json(json::object{{"run_id", run.str()}, {"call_id", call.call.id}, {"next", next}});
  else if (context.globals().quiet)
    context.print(run.str() + "\n");
  else
    context.print("settled; this goes on with it:\n  " + next + "\n");
  return Exit::ok;
}

}  // namespace executus::cli
