#include "run/calls/dispatcher.hpp"

#include <algorithm>
#include <utility>

#include <executus/async/task_group.hpp>

#include "journal/signal_command.hpp"
#include "run/calls/call_key.hpp"
#include "run/calls/call_limit.hpp"
#include "run/calls/call_outcome.hpp"
#include "run/calls/waits.hpp"

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

// Of the reasons for which a batch parks. Approvals come before any call is sent, so nothing else is waited for then.
int rank_of(WaitReason reason) {
  switch (reason) {
    case WaitReason::in_doubt:
      return 3;
    case WaitReason::child:
      return 2;
    case WaitReason::signal:
      return 1;
    default:
      return 0;
  }
}

boost::json::object wanted_by(const tool::ToolInfo& info, const llm::ToolCall& call) {
  auto arguments = tool::parse_arguments(call.arguments);
  return arguments.ok() ? tool::as_wanted(info, *std::move(arguments)) : boost::json::object();
}

}  // namespace

Dispatcher::Dispatcher(const Parts& parts)
    : parts_(parts),
      intents_(parts_.recorder, parts_.watchers, parts_.gate, parts_.delegation),
      attempts_({parts_.recorder, parts_.watchers, intents_, parts_.session, parts_.policy, parts_.drain_window,
                 parts_.model}),
      long_outputs_(parts_.info.run, parts_.files, parts_.logger) {}

void Dispatcher::use(const tool::Toolbox& toolbox, const MapItems* map) {
  toolbox_ = &toolbox;
  map_ = map;
  intents_.use(toolbox);
  parts_.gate.use(toolbox);
}

tool::Call Dispatcher::call_for(const llm::CallRecord& record, boost::json::object arguments) const {
  std::string key = call_key(parts_.recorder.run(), record.position, record.call.name, record.call.arguments);
  const RunInfo& run = parts_.info;
  tool::Call call{run.run,    record.call.id, std::move(key), std::move(arguments), parts_.root, run.name,
                  run.caller, run.channel,    run.parent,     run.attributes,       parts_.pool};
  call.wake = record.wake;
  call.noted = [&recorder = parts_.recorder](std::string_view name) { return recorder.note(std::string(name)); };
  return call;
}

Unsettled Dispatcher::unsettled() const {
  auto child = [this](const llm::CallRecord& call) { return is_delegate(call.call.name); };
  return unsettled_of(parts_.recorder.conversation().open_batch(), child);
}

// A run is told to wait for one thing: what a person has to decide comes first, what comes by itself last.
void Dispatcher::park(WaitReason reason, CallPosition call) {
  if (!parked_.calls.empty() && parked_.reason != reason) {
    if (rank_of(reason) < rank_of(parked_.reason)) return;
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

// What is due already when everything else is done need not leave memory. Calls in doubt are not looked into twice.
Task<agent::LoopHost::Batch> Dispatcher::run_batch() {
  const auto& conversation = parts_.recorder.conversation();
  for (int wakes = 0;; ++wakes) {
    bool woken = has_parked(conversation.open_batch()) && co_await wake_parked();
    if (wakes > 0 && !woken) break;
    co_await go_through_batch();
    if (failure_) co_return agent::LoopHost::Batch::stopped;
    if (parked_.calls.empty()) co_return agent::LoopHost::Batch::settled;
    if (parked_.reason == WaitReason::in_doubt) break;
  }
  co_return agent::LoopHost::Batch::parked;
}

// The signals that wake calls leave the inbox with the entries that say so.
[[gnu::noinline]] Task<bool> Dispatcher::wake_parked() {
  auto& recorder = parts_.recorder;
  std::vector<journal::Command> inbox;
  if (waits_for_signal(recorder.conversation().open_batch())) inbox = co_await recorder.inbox();
  if (!std::ranges::all_of(inbox, journal::is_signal)) recorder.expect_commands();
  auto steps = wake_steps(recorder.conversation().open_batch(), inbox, {recorder.now(), recorder.moment()});
  if (steps.empty()) co_return false;
  std::vector<journal::Payload> entries;
  Consumed taken;
  bool woken = false;
  for (auto& step : steps) {
    woken = woken || step.wakes();
    if (step.taken) taken.push_back(*step.taken);
    entries.push_back(std::move(step.entry));
  }
  co_await recorder.commit(std::move(entries), Boundary::gated, std::move(taken));
  co_return woken;
}

// Every call is decided first. Then what a crash left (everything that can be settled alone is), then the rest in
// order. A call that stays open stops the calls behind it: they may build on it.
Task<void> Dispatcher::go_through_batch() {
  parked_ = {};
  failure_.reset();
  co_await decide_batch();
  auto batch = parts_.recorder.conversation().open_batch();
  for (const auto& call : batch)
    if (call.state == CallState::awaiting_approval) park(WaitReason::approval, call.position);
  if (parked_.calls.empty() && map_) {
    co_await run_map();
  } else if (parked_.calls.empty()) {
    auto parallel = [this](const llm::CallRecord& call) { return intents_.runs_in_parallel(call); };
    auto plan = plan_batch(batch, parallel);
    for (auto& group : plan.leftover) co_await run_group(std::move(group), Ordered::leftover);
    for (auto& group : plan.in_turn)
      if (!parked_.calls.empty() || !co_await run_group(std::move(group), Ordered::in_turn)) break;
  }
}

// A batch that needs no decision is not journaled as decided: the permissions are part of the stored definition.
Task<void> Dispatcher::decide_batch() {
  std::vector<GateCall> undecided;
  llm::Message asked;
  for (const auto& call : parts_.recorder.conversation().open_batch()) {
    if (call.decided || may_have_been_sent(call.state) || is_settled(call.state)) continue;
    const tool::Tool* tool = toolbox_->find(call.call.name);
    if (!tool) continue;  // it will be answered with an error
    undecided.push_back(
        {call.position, call.call, tool->info().effect, wanted_by(tool->info(), call.call), call.agreed_to});
    asked.tool_calls.push_back(call.call);
  }
  if (undecided.empty() || parts_.gate.allows_by_rule(asked)) co_return;
  if (parts_.gate.asks_host()) co_await parts_.recorder.require_kept();
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

// Items do not build on each other: one that waits holds back no other. Where a failure stops the rest, what a crash
// left comes first, so that nothing begins beside an item that has failed already.
[[gnu::noinline]] Task<void> Dispatcher::run_map() {
  CallGroup begun, fresh;
  for (const auto& call : parts_.recorder.conversation().open_batch())
    if (!is_settled(call.state)) (may_have_been_sent(state_of(call)) ? begun : fresh).push_back(call.position);
  bool stops = map_->on_failure == MapItems::OnFailure::stop;
  if (stops) note_denied();
  if (!stops) begun.insert(begun.end(), fresh.begin(), fresh.end()), fresh.clear();
  co_await run_items(std::move(begun));
  co_await run_items(std::move(fresh));
}

// As many at a time as the map allows. One that waits has ended here: its place is free.
Task<void> Dispatcher::run_items(CallGroup open) {
  TaskContext context = co_await this_task();
  Items items{std::move(open)};
  auto places = std::min(items.open.size(), static_cast<std::size_t>(std::max(1, map_->concurrency)));
  TaskGroup side_by_side(context);
  for (std::size_t i = 0; i < places; ++i) side_by_side.spawn(take_items(items));
  co_await side_by_side.join();
}

Task<void> Dispatcher::take_items(Items& items) {
  TaskContext context = co_await this_task();
  while (auto position = next_item(items)) {
    context.scope->throw_if_cancelled();
    CallGroup one{*position};
    if (!may_have_been_sent(state_of(parts_.recorder.open_call(*position)))) co_await arm(one);
    co_await run_member(*position, Ordered::in_turn);
  }
}

// Once a failure has stopped the map, those alone that have begun.
std::optional<CallPosition> Dispatcher::next_item(Items& items) const {
  while (items.next < items.open.size()) {
    auto position = items.open[items.next++];
    if (!failure_ || may_have_been_sent(state_of(parts_.recorder.open_call(position)))) return position;
  }
  return std::nullopt;
}

// An item that the gate, or a person, did not let through has failed too.
void Dispatcher::note_denied() {
  for (const auto& call : parts_.recorder.conversation().open_batch())
    if (call.state == CallState::denied) note_failure(call.position, call.result.text);
}

void Dispatcher::note_failure(CallPosition position, const std::string& why) {
  if (failure_) return;
  failure_ = "item " + std::to_string(position.index + 1) + " of " +
             std::to_string(parts_.recorder.conversation().open_batch().size()) + " failed: " + why;
}

bool Dispatcher::stops(CallPosition position, const tool::Outcome& outcome) {
  const auto* failed = std::get_if<tool::Failed>(&outcome);
  if (!failed || !map_ || map_->on_failure != MapItems::OnFailure::stop) return false;
  note_failure(position, failed->message);
  return true;
}

Task<void> Dispatcher::run_member(CallPosition position, Ordered how) {
  CallEnd end = co_await run_call(position, how);
  switch (end) {
    case CallEnd::settled:
    case CallEnd::failed:
      break;
    case CallEnd::in_doubt:
      park(WaitReason::in_doubt, position);
      break;
    case CallEnd::waits_for_child:
      park(WaitReason::child, position);
      break;
    case CallEnd::waits_for_signal:
      park(WaitReason::signal, position);
      break;
    case CallEnd::waits_for_time:
      park(WaitReason::timer, position);
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
    if (call.armed || is_settled(call.state) || call.state == CallState::parked) continue;
    auto intent = intents_.of(call.call, position);
    if (!intent) continue;
    if (is_delegate(call.call.name)) {
      auto arguments = wanted_by(toolbox_->find(call.call.name)->info(), call.call);
      if (parts_.delegation->refusal(call, arguments)) continue;
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
  if (record.state == CallState::parked) return stays_parked(position);
  tool::Tool* tool = toolbox_->find(record.call.name);
  if (!tool) return without_tool(position, how);
  auto arguments = tool::parse_arguments(record.call.arguments);
  if (!arguments.ok()) return answer(position, tool::Failed{arguments.error().message()}, how);
  tool::Call sent = call_for(record, tool::as_wanted(tool->info(), std::move(*arguments)));
  if (is_delegate(record.call.name)) return delegate(*tool, std::move(sent), position, how);
  auto wrong = tool::misfit(tool->info(), sent.arguments);
  bool fresh = !may_have_been_sent(state_of(record));  // an older version held calls to less
  if (!wrong) wrong = over_limit(tool->info(), parts_.recorder.conversation().calls(), position);
  if (wrong && fresh) return answer(position, tool::Failed{std::move(*wrong)}, how);
  return pursue(*tool, std::move(sent), position, how);
}

// One that may have been sent may have happened: that its tool is gone says nothing of it.
Task<Dispatcher::CallEnd> Dispatcher::without_tool(CallPosition position, Ordered how) {
  const auto& record = parts_.recorder.open_call(position);
  if (!may_have_been_sent(state_of(record))) return answer(position, unknown_tool(record.call, *toolbox_), how);
  const std::string cause = "the run does not have this tool any more";
  auto effect = tool::parse_effect(record.effect).value_or(tool::Effect::irreversible);
  if (parts_.policy == OnInDoubt::tell_model) return answer(position, outcome_unknown(record.call, effect, cause), how);
  note_cause(record.call.name, cause);
  return stays_in_doubt();
}

Task<Dispatcher::CallEnd> Dispatcher::stays_in_doubt() { co_return CallEnd::in_doubt; }

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
  if (auto* parks = std::get_if<Attempts::Parks>(&end)) {
    co_await park_call(tool, position, std::move(*parks));
    co_return co_await stays_parked(position);
  }
  auto& outcome = std::get<tool::Outcome>(end);
  if (long_outputs_.needs_file(outcome)) co_await parts_.recorder.require_kept();
  co_await long_outputs_.shorten(outcome, position, *toolbox_);
  co_await settle(position, std::move(outcome), how);
  co_return CallEnd::settled;
}

Task<Dispatcher::CallEnd> Dispatcher::stays_parked(CallPosition position) {
  bool signal = !parts_.recorder.open_call(position).wait->signal.empty();
  co_return signal ? CallEnd::waits_for_signal : CallEnd::waits_for_time;
}

// Awaited: the run may leave memory next. What was attached is dropped: the tool attaches it again, if it means it.
[[gnu::noinline]] Task<void> Dispatcher::park_call(tool::Tool& tool, CallPosition position, Attempts::Parks parks) {
  if (parts_.session && attempts_.under_way() == 0) (void)parts_.session->take_attached();
  journal::Parked entry{position, std::move(parks.wait), parks.may_have_happened};
  auto boundary = tool::is_gated(tool.info().effect) ? Boundary::gated : Boundary::plain;
  co_await parts_.recorder.commit(std::move(entry), boundary);
}

// A child's time is its own; no timeout of ours cuts it short, and repeating attaches to it.
Task<Dispatcher::CallEnd> Dispatcher::delegate(tool::Tool& tool, tool::Call call, CallPosition position, Ordered how) {
  std::string name = tool.info().spec.name;
  if (auto refused = parts_.delegation->refusal(parts_.recorder.open_call(position), call.arguments)) {
    tool::Outcome no = tool::Failed{std::move(*refused)};
    if (stops(position, no)) co_return CallEnd::failed;
    co_await settle(position, std::move(no), how);
    co_return CallEnd::settled;
  }
  (void)co_await attempts_.announce(tool, call, position);
  auto ended = co_await parts_.delegation->run(std::move(call), position, std::move(name));
  if (!ended) co_return CallEnd::waits_for_child;
  if (stops(position, ended->outcome)) co_return CallEnd::failed;
  co_await settle(position, std::move(ended->outcome), how, ended->runs_below);
  co_return CallEnd::settled;
}

// Outcomes of gated calls are awaited, and carry the next call's intent; so are those of calls with a plan, which does
// not hold any more when a later call has changed the same things. The others ride with the next commit.
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
  if (gated || next || settled.plan)
    co_await parts_.recorder.commit(payloads_of(std::move(entry), std::move(next)), Boundary::gated);
  else
    co_await parts_.recorder.defer(std::move(entry));
}

}  // namespace executus::run
