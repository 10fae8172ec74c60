#include "run/calls/dispatcher.hpp"

#include <utility>

#include <executus/async/task_group.hpp>

#include "run/calls/call_key.hpp"
#include "run/calls/call_outcome.hpp"

namespace executus::run {
namespace {

using llm::CallPosition;
using llm::CallState;

std::vector<journal::Payload> payloads_of(journal::Settled settled, std::optional<journal::Intended> next) {
  std::vector<journal::Payload> payloads;
  payloads.push_back(std::move(settled));
  if (next) payloads.push_back(std::move(*next));
  return payloads;
}

}  // namespace

Dispatcher::Dispatcher(const Parts& parts)
    : parts_(parts),
      intents_(parts_.recorder, parts_.watchers, parts_.gate, parts_.delegation),
      attempts_({parts_.recorder, parts_.watchers, intents_, parts_.session, parts_.policy, parts_.drain_window,
                 parts_.model}) {}

void Dispatcher::use(const tool::Toolbox& toolbox) {
  toolbox_ = &toolbox;
  intents_.use(toolbox);
}

tool::Call Dispatcher::call_for(const llm::CallRecord& record, boost::json::object arguments) const {
  std::string key = call_key(parts_.recorder.run(), record.position, record.call.name, record.call.arguments);
  const RunInfo& run = parts_.info;
  return {run.run,    record.call.id, std::move(key), std::move(arguments), parts_.root, run.name,
          run.caller, run.channel,    run.parent,     run.attributes,       parts_.pool};
}

Unsettled Dispatcher::unsettled() const {
  auto child = [this](const llm::CallRecord& call) { return is_delegate(call.call.name); };
  return unsettled_of(parts_.recorder.conversation().open_batch(), child);
}

void Dispatcher::park(WaitReason reason, CallPosition call) {
  if (!parked_.calls.empty() && parked_.reason != reason) {
    if (reason != WaitReason::in_doubt) return;  // what a person has to decide comes first
    parked_.calls.clear();
  }
  parked_.reason = reason;
  parked_.calls.push_back(call);
}

// Keeps the cause of an unknown outcome, for the person that has to decide.
void Dispatcher::note_cause(const std::string& tool, const std::string& cause) {
  if (cause.empty()) return;
  parked_.detail += (parked_.detail.empty() ? "" : "\n") + ("'" + tool + "': " + cause);
}

// Every call is decided first. Then what a crash left (everything that can be settled alone is), then the rest in
// order. A call that stays open stops the calls behind it: they may build on it.
Task<agent::LoopHost::Batch> Dispatcher::run_batch() {
  parked_ = {};
  co_await decide_batch();
  auto batch = parts_.recorder.conversation().open_batch();
  for (const auto& call : batch)
    if (call.state == CallState::awaiting_approval) park(WaitReason::approval, call.position);
  if (parked_.calls.empty()) {
    auto parallel = [this](const llm::CallRecord& call) { return intents_.runs_in_parallel(call); };
    auto plan = plan_batch(batch, parallel);
    for (auto& group : plan.leftover) co_await run_group(std::move(group), Ordered::leftover);
    for (auto& group : plan.in_turn)
      if (!parked_.calls.empty() || !co_await run_group(std::move(group), Ordered::in_turn)) break;
  }
  co_return parked_.calls.empty() ? agent::LoopHost::Batch::settled : agent::LoopHost::Batch::parked;
}

// A batch that needs no decision is not journaled as decided: the permissions are part of the stored definition.
Task<void> Dispatcher::decide_batch() {
  std::vector<GateCall> undecided;
  llm::Message asked;
  for (const auto& call : parts_.recorder.conversation().open_batch()) {
    if (call.decided || may_have_been_sent(call.state) || is_settled(call.state)) continue;
    const tool::Tool* tool = toolbox_->find(call.call.name);
    if (!tool) continue;  // it will be answered with an error
    undecided.push_back({call.position, call.call, tool->info().effect});
    asked.tool_calls.push_back(call.call);
  }
  if (undecided.empty() || parts_.gate.allows_by_rule(asked)) co_return;
  auto gated = co_await parts_.gate.decide(std::move(undecided));
  co_await parts_.recorder.commit(std::move(gated), Boundary::gated);
}

// A cancellation that let the calls in flight finish is heard between two groups at the latest.
Task<bool> Dispatcher::run_group(CallGroup group, Ordered how) {
  TaskContext context = co_await this_task();
  context.scope->throw_if_cancelled();
  if (how == Ordered::in_turn) co_await arm(group);
  if (group.size() == 1) {
    co_await run_member(group.front(), how);
  } else {
    TaskGroup side_by_side(context);
    for (auto position : group) side_by_side.spawn(run_member(position, how));
    co_await side_by_side.join();
  }
  co_return parked_.calls.empty();
}

Task<void> Dispatcher::run_member(CallPosition position, Ordered how) {
  CallEnd end = co_await run_call(position, how);
  switch (end) {
    case CallEnd::settled:
      break;
    case CallEnd::in_doubt:
      park(WaitReason::in_doubt, position);
      break;
    case CallEnd::waits_for_child:
      park(WaitReason::child, position);
      break;
  }
}

// One commit for the intents of all gated calls of the group, and the child runs some of them are.
Task<void> Dispatcher::arm(const CallGroup& group) {
  TaskContext context = co_await this_task();
  std::vector<journal::Payload> intents;
  std::vector<journal::Admission> children;
  for (auto position : group) {
    const auto& call = parts_.recorder.open_call(position);
    if (call.armed || is_settled(call.state)) continue;
    auto intent = intents_.of(call.call, position);
    if (!intent) continue;
    if (is_delegate(call.call.name)) {
      auto arguments = tool::parse_arguments(call.call.arguments).value();
      if (parts_.delegation->refusal(call.call.name, position, arguments)) continue;
      auto sent = call_for(call, std::move(arguments));
      auto child = parts_.delegation->admission(sent, call.call.name, context.strand->loop().clock());
      if (child) children.push_back(std::move(*child));
    }
    intents.push_back(std::move(*intent));
  }
  if (intents.empty()) co_return;
  co_await parts_.recorder.commit(std::move(intents), Boundary::gated, {}, std::move(children));
}

// No coroutine: its frame would stand below every call.
Task<Dispatcher::CallEnd> Dispatcher::run_call(CallPosition position, Ordered how) {
  const auto& record = parts_.recorder.open_call(position);
  tool::Tool* tool = toolbox_->find(record.call.name);
  if (!tool) return answer(position, unknown_tool(record.call, *toolbox_), how);
  auto arguments = tool::parse_arguments(record.call.arguments);
  if (!arguments.ok()) return answer(position, tool::Failed{arguments.error().message()}, how);
  tool::Call sent = call_for(record, std::move(*arguments));
  if (is_delegate(record.call.name)) return delegate(*tool, std::move(sent), position, how);
  return pursue(*tool, std::move(sent), position, how);
}

// What this process knows of the call already is its outcome.
Task<Dispatcher::CallEnd> Dispatcher::answer(CallPosition position, tool::Outcome known, Ordered how) {
  co_await settle(position, std::move(known), how);
  co_return CallEnd::settled;
}

Task<Dispatcher::CallEnd> Dispatcher::pursue(tool::Tool& tool, tool::Call call, CallPosition position, Ordered how) {
  auto end = co_await attempts_.settle(tool, std::move(call), position);
  if (const auto* doubt = std::get_if<Attempts::InDoubt>(&end)) {
    note_cause(tool.info().spec.name, doubt->cause);
    co_return CallEnd::in_doubt;
  }
  co_await settle(position, std::move(std::get<tool::Outcome>(end)), how);
  co_return CallEnd::settled;
}

// A child's time is its own; no timeout of ours cuts it short, and repeating attaches to it.
Task<Dispatcher::CallEnd> Dispatcher::delegate(tool::Tool& tool, tool::Call call, CallPosition position, Ordered how) {
  std::string name = tool.info().spec.name;
  if (auto refused = parts_.delegation->refusal(name, position, call.arguments)) {
    tool::Outcome no = tool::Failed{std::move(*refused)};
    co_await settle(position, std::move(no), how);
    co_return CallEnd::settled;
  }
  (void)co_await attempts_.announce(tool, call, position);
  auto ended = co_await parts_.delegation->run(std::move(call), position, std::move(name));
  if (!ended) co_return CallEnd::waits_for_child;
  co_await settle(position, std::move(ended->outcome), how, ended->runs_below);
  co_return CallEnd::settled;
}

// Outcomes of gated calls are awaited, and carry the next call's intent; the others ride with the next commit.
Task<void> Dispatcher::settle(CallPosition position, tool::Outcome outcome, Ordered how, int runs_below) {
  TaskContext context = co_await this_task();
  llm::CallRecord settled = parts_.recorder.open_call(position);
  tool::Tool* tool = toolbox_->find(settled.call.name);
  bool gated = tool && tool::is_gated(tool->info().effect);
  if (tool && tool->info().effect != tool::Effect::pure)
    settled.key = call_key(parts_.recorder.run(), position, settled.call.name, settled.call.arguments);
  journal::Settled entry = settled_entry(settled, std::move(outcome));
  entry.runs_below = runs_below;
  if (parts_.session && attempts_.under_way() == 0)
    for (auto& message : parts_.session->take_attached()) entry.attached.push_back(std::move(message));
  bool goes_on = how == Ordered::in_turn && !context.scope->cancelled();
  auto next = goes_on ? intents_.with_outcome_of(position) : std::nullopt;
  if (gated || next)
    co_await parts_.recorder.commit(payloads_of(std::move(entry), std::move(next)), Boundary::gated);
  else
    co_await parts_.recorder.defer(std::move(entry));
}

}  // namespace executus::run
