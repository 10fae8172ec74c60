#include <boost/json.hpp>

#include <executus/base/json.hpp>

#include "base/text_file.hpp"
#include "cli/commands/command_table.hpp"
#include "cli/lookup/answer.hpp"
#include "cli/lookup/run_ids.hpp"
#include "cli/lookup/run_state.hpp"

namespace executus::cli {
namespace {

const AnswerWords kApproveWords{"cli.approve", "has no call that waits for an approval",
                                "more than one call waits for an approval",
                                "does not wait for an approval; those that do:", awaiting_approval};

std::string arguments_option(const std::string& given) {
  if (!given.starts_with('@')) return given;
  return read_text_file(given.substr(1), kMostText, TextSource::anything).value();
}

CallAnswered answer_of(CommandContext& context, const RunId& run, const RunsApprove& options, AnswerNote note) {
  return options.approved ? context.runs().approve(run, options.call, std::move(note)).get()
                          : context.runs().reject(run, options.call, std::move(note)).get();
}

std::string word_of(const RunsApprove& options, const std::string& becomes) {
  if (!becomes.empty()) return "changed";
  if (options.answer) return "answered";
  return options.approved ? "approved" : "rejected";
}

}  // namespace

Exit execute(CommandContext& context, const RunsApprove& options) {
  context.wants_runs();
  auto run = find_run(context, options.run);
  AnswerNote note{.reason = options.reason, .arguments = arguments_option(options.arguments), .answer = options.answer};
  auto answered = if_readable(run, "answered", [&] { return answer_of(context, run, options, note); });
  auto call = require_answered(context, run, answered, options.call, kApproveWords);
  auto after = after_answer(context, answered.run->row);
  const auto& becomes = answered.becomes;
  std::string word = word_of(options, becomes);
  if (context.globals().json) {
    boost::json::object said{{"run_id", run.str()}, {"call_id", call.call.id}, {"answer", word}, {"next", after.next}};
    if (!becomes.empty()) said["arguments"] = parse_json(becomes).value();
    context.print_json(said);
  } else if (context.globals().quiet) {
    context.print(run.str() + "\n");
  } else {
    auto to = becomes.empty() ? "" : " to " + printable_line(becomes);
    context.print(word + " " + printable_line(call.call.name + " " + call.call.arguments) + to + "; " + after.words +
                  "\n");
  }
  return Exit::ok;
}

}  // namespace executus::cli
