#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/json.hpp>

#include <executus/async/timing.hpp>
#include <executus/base/coercion.hpp>
#include <executus/base/json.hpp>
#include <executus/base/json_schema.hpp>
#include <executus/base/may_have_acted.hpp>
#include <executus/tool/invoke.hpp>
#include <executus/tool/permission.hpp>

#include "base/text.hpp"

namespace executus::tool {
namespace {

constexpr std::size_t kMostFindings = 5;

MonoTime time_limit(const TaskContext& context, const ToolInfo& info) {
  return later(context.strand->loop().clock().mono(), info.timeout);
}

// A Cancelled of the surrounding scope passes through: it is no outcome of the call.
void rethrow_when_cancelled_outside(const TaskContext& context) { context.scope->throw_if_cancelled(); }

// A tool's text goes into a journal and to a model.
void make_presentable(std::string& text) {
  if (!is_valid_utf8(text)) text = repair_utf8(text);
}

void make_presentable(Outcome& outcome) {
  if (auto* done = std::get_if<Done>(&outcome)) make_presentable(done->text);
  if (auto* wrong = std::get_if<Failed>(&outcome)) make_presentable(wrong->message);
}

void make_presentable(Probe& answer) {
  if (auto* done = std::get_if<Done>(&answer)) make_presentable(done->text);
  if (auto* unclear = std::get_if<Unclear>(&answer)) make_presentable(unclear->reason);
}

std::string no_answer(const ToolInfo& info) {
  return "the tool '" + info.spec.name + "' did not answer within " + std::to_string(info.timeout.count()) + " ms";
}

// A failure of a call that never began. When a cancellation withdrew the permit, this is no outcome: the cancellation
// came before the tool's failure.
void mark_when_unsent(const TaskContext& context, Outcome& outcome, StartPermit& permit) {
  auto* failure = std::get_if<Failed>(&outcome);
  if (!failure || !permit.withdraw()) return;
  rethrow_when_cancelled_outside(context);
  failure->unsent = true;
}

// A tool with Begins::in_turn watches its time itself.
Task<Outcome> call_within_limit(Tool& tool, Call call) {
  const ToolInfo& info = tool.info();
  if (info.begins == Begins::in_turn) co_return co_await tool.call(std::move(call));
  TaskContext context = co_await this_task();
  if (!call.permit->begin()) throw Cancelled({Cause::caller, "the call was withdrawn"});
  co_return co_await with_deadline(time_limit(context, info), tool.call(std::move(call)), "tool timeout");
}

// Of an exception that a tool threw; only valid inside a catch block.
Outcome outcome_of_exception() {
  auto problem = current_error();
  try {
    throw;
  } catch (const MayHaveActed& said) {
    if (said.may_have_acted()) return Unknown{problem.message()};
    return Failed{problem.message(), true};
  } catch (...) {
    return Failed{problem.message()};
  }
}

// Of a call that ended without an answer. What has not begun by now never will.
Outcome outcome_without_answer(const ToolInfo& info, StartPermit& permit) {
  if (permit.withdraw()) return Failed{"the call of '" + info.spec.name + "' never began; nothing was sent", true};
  return Unknown{no_answer(info)};
}

}  // namespace

Result<boost::json::object> parse_arguments(std::string_view text) {
  if (text.empty()) return boost::json::object{};
  auto value = parse_json(text);
  if (!value) return failed("tool.arguments", "the arguments are not JSON: " + value.error().message());
  if (const auto* quoted = value->if_string()) {  // some models write the object as a text
    auto inside = parse_json(*quoted);
    if (inside.ok() && inside->is_object()) return std::move(inside->get_object());
  }
  if (!value->is_object()) return failed("tool.arguments", "the arguments are JSON, but not an object");
  return std::move(value->get_object());
}

boost::json::object as_wanted(const ToolInfo& info, boost::json::object arguments) {
  boost::json::value read = coerced(info.spec.parameters, std::move(arguments));
  return read.is_object() ? std::move(read.get_object()) : boost::json::object();
}

std::optional<std::string> misfit(const ToolInfo& info, const boost::json::object& arguments) {
  auto wrong = validate(info.spec.parameters, arguments);
  if (wrong.empty()) return std::nullopt;
  std::string text = "the arguments do not fit";
  for (std::size_t i = 0; i < std::min(wrong.size(), kMostFindings); ++i) text += (i == 0 ? ": " : "; ") + wrong[i];
  return text;
}

Task<Outcome> invoke(Tool& tool, Call call) {
  if (auto refusal = refusal_to_call(tool.info(), call.agent)) co_return Failed{refusal->message(), true};
  call.arguments = as_wanted(tool.info(), std::move(call.arguments));
  if (auto wrong = misfit(tool.info(), call.arguments)) co_return Failed{std::move(*wrong), true};
  TaskContext context = co_await this_task();
  auto permit = call.permit;
  Outcome outcome;
  try {
    outcome = co_await call_within_limit(tool, std::move(call));
  } catch (const Cancelled&) {
    rethrow_when_cancelled_outside(context);
    outcome = outcome_without_answer(tool.info(), *permit);
  } catch (...) {
    if (current_error().code() == "store.unavailable") throw;  // the run's store is away: no outcome of the tool
    outcome = outcome_of_exception();
  }
  mark_when_unsent(context, outcome, *permit);
  make_presentable(outcome);
  co_return outcome;
}

Task<Probe> ask_probe(Tool& tool, Call call) {
  TaskContext context = co_await this_task();
  call.arguments = as_wanted(tool.info(), std::move(call.arguments));
  Probe answer;
  try {
    auto limit = time_limit(context, tool.info());
    answer = co_await with_deadline(limit, tool.probe(std::move(call)), "probe timeout");
  } catch (const Cancelled&) {
    rethrow_when_cancelled_outside(context);
    answer = Unclear{no_answer(tool.info())};
  } catch (...) {
    answer = Unclear{current_error().message()};
  }
  make_presentable(answer);
  co_return answer;
}

}  // namespace executus::tool
