#include "run/dispatcher.hpp"

#include <algorithm>
#include <utility>

#include <executus/async/timing.hpp>

#include "run/call_key.hpp"

namespace executus::run {
namespace {

using llm::CallPosition;
using llm::CallState;

tool::Outcome outcome_unknown(const llm::ToolCall& call) {
  return tool::Failed{"the outcome of this call of '" + call.name +
                      "' is unknown: it may or may not have happened. Do not repeat it before you have checked."};
}

tool::Outcome unknown_tool(const llm::ToolCall& call) {
  return tool::Failed{"there is no tool named '" + call.name + "'"};
}

journal::Settled settled_entry(const llm::CallRecord& record, tool::Outcome outcome) {
  journal::Settled entry;
  entry.call = record.position;
  entry.key = record.key;
  if (auto* done = std::get_if<tool::Done>(&outcome)) {
    entry.state = CallState::done;
    entry.text = std::move(done->text);
    entry.images = std::move(done->images);
  } else {
    entry.state = CallState::failed;
    entry.text = std::move(std::get<tool::Failed>(outcome).message);
  }
  return entry;
}

std::vector<journal::Payload> payloads_of(journal::Settled settled, std::optional<journal::Intended> next) {
  std::vector<journal::Payload> payloads;
  payloads.push_back(std::move(settled));
  if (next) payloads.push_back(std::move(*next));
  return payloads;
}

}  // namespace

Dispatcher::Dispatcher(Recorder& recorder, const tool::Toolbox& toolbox, std::string root, OnInDoubt policy)
    : recorder_(recorder), toolbox_(toolbox), root_(std::move(root)), policy_(policy) {}

const llm::CallRecord& Dispatcher::record(CallPosition position) const {
  return recorder_.conversation().open_batch()[position.index];
}

tool::Call Dispatcher::call_for(const llm::CallRecord& record, boost::json::object arguments) const {
  std::string key = call_key(recorder_.run(), record.position, record.call.name, record.call.arguments);
  return {recorder_.run(), record.call.id, std::move(key), std::move(arguments), root_};
}

// Nothing for a call that is not gated, or will not be dispatched because tool or arguments are wrong.
std::optional<journal::Intended> Dispatcher::intent_for(const llm::ToolCall& call, CallPosition position) const {
  tool::Tool* tool = toolbox_.find(call.name);
  if (!tool || !tool::is_gated(tool->info().effect) || !recorder_.may_dispatch()) return std::nullopt;
  if (!tool::parse_arguments(call.arguments).ok()) return std::nullopt;
  return journal::Intended{position, call_key(recorder_.run(), position, call.name, call.arguments),
                           std::string(to_string(tool->info().effect))};
}

std::optional<journal::Intended> Dispatcher::first_intent(const llm::Message& response) const {
  if (response.tool_calls.empty()) return std::nullopt;
  return intent_for(response.tool_calls.front(), {recorder_.conversation().responses(), 0});
}

std::optional<journal::Intended> Dispatcher::next_intent(CallPosition after) const {
  auto batch = recorder_.conversation().open_batch();
  if (after.index + 1 >= batch.size()) return std::nullopt;
  const auto& next = batch[after.index + 1];
  if (next.state != CallState::pending && next.state != CallState::not_dispatched) return std::nullopt;
  return intent_for(next.call, next.position);
}

// First what a crash left (everything that can be settled alone is), then the rest in order. A call in doubt stops the
// calls behind it: they may build on it.
Task<agent::LoopHost::Batch> Dispatcher::run_batch() {
  in_doubt_.clear();
  std::vector<CallPosition> leftover, in_turn;
  for (const auto& call : recorder_.conversation().open_batch()) {
    if (is_settled(call.state)) continue;
    bool sent_before = call.state == CallState::dispatched || call.state == CallState::in_doubt;
    (sent_before && armed_ != call.position ? leftover : in_turn).push_back(call.position);
  }
  for (auto position : leftover)
    if (!co_await run_call(position, Ordered::leftover)) in_doubt_.push_back(position);
  for (auto position : in_turn) {
    if (!in_doubt_.empty()) break;
    if (!co_await run_call(position, Ordered::in_turn)) in_doubt_.push_back(position);
  }
  co_return in_doubt_.empty() ? agent::LoopHost::Batch::settled : agent::LoopHost::Batch::parked;
}

Task<bool> Dispatcher::run_call(CallPosition position, Ordered how) {
  llm::ToolCall call = record(position).call;
  tool::Tool* tool = toolbox_.find(call.name);
  auto arguments = tool::parse_arguments(call.arguments);
  if (!tool || !arguments.ok()) {
    tool::Outcome wrong = tool ? tool::Outcome(tool::Failed{arguments.error().message()}) : unknown_tool(call);
    co_await settle(position, std::move(wrong), how);
    co_return true;
  }
  Tries tries;
  for (;;) {
    CallState state = armed_ == position ? CallState::pending : record(position).state;
    CallAction action = next_action(state, tool->info().effect, tries, policy_);
    if (action == CallAction::in_doubt) co_return false;
    tool::Call sent = call_for(record(position), *arguments);
    auto outcome = co_await attempt(*tool, std::move(sent), position, action, tries);
    if (!outcome) continue;
    co_await settle(position, std::move(*outcome), how);
    co_return true;
  }
}

// One try; nothing when the outcome is not known yet.
Task<std::optional<tool::Outcome>> Dispatcher::attempt(tool::Tool& tool, tool::Call call, CallPosition position,
                                                       CallAction action, Tries& tries) {
  if (action == CallAction::tell_model) {
    tool::Outcome told = outcome_unknown(record(position).call);
    co_return told;
  }
  if (action == CallAction::probe) co_return co_await probe(tool, std::move(call), position, tries);
  if (tries.unknown > 0) co_await sleep_for(backoff(tries.unknown));
  tool::Outcome outcome = co_await send(tool, std::move(call), position);
  if (const auto* unknown = std::get_if<tool::Unknown>(&outcome)) {
    ++tries.unknown;
    recorder_.show_delay("the outcome of '" + tool.info().spec.name + "' is unknown: " + unknown->reason);
    co_return std::nullopt;
  }
  co_return outcome;
}

Task<tool::Outcome> Dispatcher::send(tool::Tool& tool, tool::Call call, CallPosition position) {
  bool gated = tool::is_gated(tool.info().effect);
  if (gated) co_await wait_for_lease();
  if (gated && armed_ != position) {
    journal::Intended intent{position, call.idempotency_key, std::string(to_string(tool.info().effect))};
    std::vector<journal::Payload> payloads;
    payloads.push_back(std::move(intent));
    co_await recorder_.commit(std::move(payloads), Boundary::gated);
  }
  armed_.reset();
  recorder_.show(activity_of(record(position)));
  co_return co_await tool::invoke(tool, std::move(call));
}

// "Did not happen" is not believed before the settle time has passed since the intent: the dead worker's request may
// still be on its way.
Task<std::optional<tool::Outcome>> Dispatcher::probe(tool::Tool& tool, tool::Call call, CallPosition position,
                                                     Tries& tries) {
  TaskContext context = co_await this_task();
  const Clock& clock = context.strand->loop().clock();
  const tool::ToolInfo& info = tool.info();
  WallTime intent_at = record(position).intent_at.value_or(clock.wall());
  Milliseconds age = std::max(Milliseconds(0), clock.wall() - intent_at);
  Milliseconds unsettled = info.settle.value_or(info.timeout) - age;
  if (unsettled > Milliseconds(0)) {
    recorder_.show_delay("waiting until a probe of '" + info.spec.name + "' can be believed");
    co_await sleep_for(unsettled);
  }
  tool::Probe answer = co_await tool::ask_probe(tool, call);
  if (auto* happened = std::get_if<tool::Done>(&answer)) {
    tool::Outcome outcome = std::move(*happened);
    co_return outcome;
  }
  if (const auto* unclear = std::get_if<tool::Unclear>(&answer)) {
    recorder_.show_delay("a probe of '" + info.spec.name + "' gave no answer: " + unclear->reason);
    if (++tries.unclear_probes < kMaxTries) co_await sleep_for(backoff(tries.unclear_probes));
    co_return std::nullopt;
  }
  tool::Outcome outcome = co_await send(tool, std::move(call), position);
  if (!std::holds_alternative<tool::Unknown>(outcome)) co_return outcome;
  ++tries.unknown;
  co_return std::nullopt;
}

// Outcomes of gated calls are awaited, and carry the next call's intent; the others ride with the next commit.
Task<void> Dispatcher::settle(CallPosition position, tool::Outcome outcome, Ordered how) {
  llm::CallRecord settled = record(position);
  tool::Tool* tool = toolbox_.find(settled.call.name);
  bool gated = tool && tool::is_gated(tool->info().effect);
  if (tool && tool->info().effect != tool::Effect::pure)
    settled.key = call_key(recorder_.run(), position, settled.call.name, settled.call.arguments);
  journal::Settled entry = settled_entry(settled, std::move(outcome));
  settled.state = entry.state;
  auto next = how == Ordered::in_turn ? next_intent(position) : std::nullopt;
  if (next) armed_ = next->call;
  if (gated || next)
    co_await recorder_.commit(payloads_of(std::move(entry), std::move(next)), Boundary::gated);
  else
    co_await recorder_.defer(std::move(entry));
  recorder_.show(activity_of(settled));
}

Task<void> Dispatcher::wait_for_lease() {
  while (!recorder_.may_dispatch()) {
    recorder_.show_delay("waiting for this worker's lease to be renewed before a call with effects");
    co_await sleep_for(Milliseconds(1'000));
  }
}

}  // namespace executus::run
