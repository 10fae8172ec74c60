#include <algorithm>
#include <string>
#include <utility>

#include <executus/base/json.hpp>
#include <executus/base/json_schema.hpp>
#include <executus/tool/ask_user.hpp>
#include <executus/tool/invoke.hpp>

#include "run/record/journal_commands.hpp"
#include "run/standing/answer_call.hpp"

namespace executus::run {
namespace {

[[noreturn]] void refuse(const llm::CallRecord& call, const std::string& why) {
  throw failed("run.arguments", "call '" + call.call.id + "' of '" + call.call.name +
                                    "' cannot be changed to these arguments, and nothing was changed: " + why);
}

// The tool as the run knows it: its model wrote the arguments for this one.
const llm::ToolSpec& tool_of(const StoredRun& run, const llm::CallRecord& call) {
  const auto& tools = run.agent.resolved_tools;
  auto tool = std::ranges::find(tools, call.call.name, [](const DefinedTool& each) { return each.spec.name; });
  if (tool == tools.end()) refuse(call, "the parameters of the tool are not stored with the run; approve it as it is");
  return tool->spec;
}

boost::json::object fitting(const StoredRun& run, const llm::CallRecord& call, const std::string& text) {
  auto arguments = tool::parse_arguments(text);
  if (!arguments.ok()) refuse(call, arguments.error().message());
  std::string lines;
  for (const auto& line : validate(tool_of(run, call).parameters, *arguments)) lines += "\n  " + line;
  if (!lines.empty()) refuse(call, "they do not fit the tool's parameters:" + lines);
  return std::move(*arguments);
}

// A question is answered with a text, and what is no question is not.
void require_text_for_questions(const llm::CallRecord& call, Approval answer, const AnswerNote& note) {
  bool asks = call.call.name == tool::kAskUser && answer == Approval::approved;
  if (asks && !note.arguments.empty()) refuse(call, "it asks a question: answer it instead");
  if (asks && !note.answer)
    throw failed("run.wrong_answer", "call '" + call.call.id + "' asks a question: answer it (runs approve --answer " +
                                         "TEXT, AnswerNote::answer), or reject it");
  if (!asks && note.answer)
    throw failed("run.wrong_answer", "call '" + call.call.id + "' of '" + call.call.name +
                                         "' waits for a yes or a no, and takes no text as its answer");
}

}  // namespace

// What is written otherwise and means the same is no change.
journal::Command approval_command(const StoredRun& run, const llm::CallRecord& call, Approval answer,
                                  const AnswerNote& note) {
  require_text_for_questions(call, answer, note);
  if (note.arguments.empty()) return commands::approve(call, answer, note.reason, note.by, note.answer);
  if (answer == Approval::rejected) refuse(call, "it is rejected, so it is not made; approve it with them instead");
  auto arguments = fitting(run, call, note.arguments);
  auto asked = tool::parse_arguments(call.call.arguments);
  if (asked.ok() && *asked == arguments) return commands::approve(call, answer, note.reason, note.by);
  return commands::change(call, write_json(arguments), note.reason, note.by);
}

}  // namespace executus::run
