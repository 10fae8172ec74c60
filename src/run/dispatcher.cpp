#include "run/dispatcher.hpp"

#include <algorithm>
#include <utility>

#include <executus/async/task_group.hpp>
#include <executus/async/timing.hpp>

#include "base/text.hpp"
#include "run/call_key.hpp"
#include "run/drain.hpp"

namespace executus::run {
namespace {

using llm::CallPosition;
using llm::CallState;

// What the model is told of a call that gave no answer in all its tries.
tool::Outcome outcome_unknown(const llm::ToolCall& call, tool::Effect effect, const std::string& reason) {
  std::string cause = reason.empty() ? "" : " Cause: " + reason;  // last: it may quote what a program wrote
  if (effect == tool::Effect::pure) return tool::Failed{"this call of '" + call.name + "' gave no answer." + cause};
  std::string advice =
      effect == tool::Effect::idempotent ? "Repeating it is harmless." : "Do not repeat it before you have checked.";
  return tool::Failed{"the outcome of this call of '" + call.name + "' is unknown: it may or may not have happened. " +
                      advice + cause};
}

tool::Outcome unknown_tool(const llm::ToolCall& call, const tool::Toolbox& toolbox) {
  std::vector<std::string_view> names;
  for (const auto& tool : toolbox.tools()) names.emplace_back(tool->info().spec.name);
  return tool::Failed{"there is no tool named '" + call.name + "'" + did_you_mean(call.name, names)};
}

// How much older than its send an intent may be that a settle time is counted from.
constexpr Milliseconds kFreshIntent{1'000};

journal::Settled settled_entry(const llm::CallRecord& record, tool::Outcome outcome) {
  journal::Settled entry;
  entry.call = record.position;
  entry.key = record.key;
  if (auto* done = std::get_if<tool::Done>(&outcome)) {
    entry.state = CallState::done;
    entry.text = std::move(done->text);
    entry.images = std::move(done->images);
    entry.attached = std::move(done->attached);
    entry.artifacts = std::move(done->artifacts);
    entry.submitted = std::move(done->submitted);
  } else {
    entry.state = CallState::failed;
    entry.text = std::move(std::get<tool::Failed>(outcome).message);
  }
  return entry;
}

// A call that was sent as one class is settled as that class, whatever its tool is declared as today.
tool::Effect stricter(tool::Effect now, const std::string& sent_as) {
  return std::max(now, tool::parse_effect(sent_as).value_or(now));
}

class InFlight {
 public:
  explicit InFlight(int& count) : count_(count) { ++count_; }
  ~InFlight() { --count_; }
  InFlight(const InFlight&) = delete;
  InFlight& operator=(const InFlight&) = delete;

 private:
  int& count_;
};

std::vector<journal::Payload> payloads_of(journal::Settled settled, std::optional<journal::Intended> next) {
  std::vector<journal::Payload> payloads;
  payloads.push_back(std::move(settled));
  if (next) payloads.push_back(std::move(*next));
  return payloads;
}

}  // namespace

const llm::CallRecord& Dispatcher::record(CallPosition position) const {
  return parts_.recorder.conversation().open_batch()[position.index];
}

bool Dispatcher::is_armed(CallPosition position) const { return std::ranges::find(armed_, position) != armed_.end(); }

// A call whose intent is durable and was not carried out is as one that has none.
CallState Dispatcher::state_of(CallPosition position) const {
  return is_armed(position) ? CallState::pending : record(position).state;
}

tool::Call Dispatcher::call_for(const llm::CallRecord& record, boost::json::object arguments) const {
  std::string key = call_key(parts_.recorder.run(), record.position, record.call.name, record.call.arguments);
  return {parts_.recorder.run(), record.call.id, std::move(key), std::move(arguments), parts_.root};
}

journal::Intended Dispatcher::intent_of(const tool::Tool& tool, std::string key, CallPosition position) const {
  const auto& info = tool.info();
  return {position,
          std::move(key),
          std::string(to_string(info.effect)),
          parts_.recorder.moment(),
          false,
          is_delegate(info.spec.name)};
}

// Nothing for a call that is not gated, or will not be dispatched because tool or arguments are wrong.
std::optional<journal::Intended> Dispatcher::intent_for(const llm::ToolCall& call, CallPosition position) const {
  tool::Tool* tool = toolbox_->find(call.name);
  if (!tool || !tool::is_gated(tool->info().effect) || parts_.recorder.may_dispatch() != Checkpointer::Dispatch::yes)
    return std::nullopt;
  if (!tool::parse_arguments(call.arguments).ok()) return std::nullopt;
  return intent_of(*tool, call_key(parts_.recorder.run(), position, call.name, call.arguments), position);
}

bool Dispatcher::runs_in_parallel(const llm::CallRecord& call) const {
  const tool::Tool* tool = toolbox_->find(call.call.name);
  return tool && (tool->info().effect == tool::Effect::pure || tool->info().order == tool::Order::parallel);
}

std::optional<journal::Intended> Dispatcher::first_intent(const llm::Message& response) const {
  if (response.tool_calls.empty() || !parts_.gate.allows_by_rule(response)) return std::nullopt;
  llm::CallRecord first;
  first.call = response.tool_calls.front();
  if (runs_in_parallel(first)) return std::nullopt;  // shares its commit with its neighbours
  return intent_for(first.call, {parts_.recorder.conversation().responses(), 0});
}

std::optional<journal::Intended> Dispatcher::next_intent(CallPosition after) const {
  auto batch = parts_.recorder.conversation().open_batch();
  if (after.index + 1 >= batch.size()) return std::nullopt;
  for (const auto& before : batch.first(after.index))
    if (!is_settled(before.state)) return std::nullopt;  // of a group that is not done yet
  const auto& next = batch[after.index + 1];
  bool fresh = next.state == CallState::pending || next.state == CallState::not_dispatched;
  if (!fresh || runs_in_parallel(next)) return std::nullopt;
  return intent_for(next.call, next.position);
}

Unsettled Dispatcher::unsettled() const {
  auto armed = [this](const llm::CallRecord& call) { return is_armed(call.position); };
  auto child = [this](const llm::CallRecord& call) { return is_delegate(call.call.name); };
  return unsettled_of(parts_.recorder.conversation().open_batch(), armed, child);
}

void Dispatcher::park(WaitReason reason, CallPosition call) {
  if (!parked_.calls.empty() && parked_.reason != reason) {
    if (reason != WaitReason::in_doubt) return;  // what a person has to decide comes first
    parked_.calls.clear();
  }
  parked_.reason = reason;
  parked_.calls.push_back(call);
}

// What a person should know who has to decide.
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
    auto parallel = [this](const llm::CallRecord& call) { return runs_in_parallel(call); };
    auto armed = [this](const llm::CallRecord& call) { return is_armed(call.position); };
    auto plan = plan_batch(batch, parallel, armed);
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
  std::vector<CallPosition> positions;
  for (auto position : group) {
    const auto& call = record(position);
    if (is_armed(position) || is_settled(call.state)) continue;
    auto intent = intent_for(call.call, position);
    if (!intent) continue;
    if (is_delegate(call.call.name)) {
      auto arguments = tool::parse_arguments(call.call.arguments).value();
      if (parts_.delegation->refusal(call.call.name, position, arguments)) continue;
      auto sent = call_for(call, std::move(arguments));
      auto child = parts_.delegation->admission(sent, call.call.name, context.strand->loop().clock());
      if (child) children.push_back(std::move(*child));
    }
    intents.push_back(std::move(*intent));
    positions.push_back(position);
  }
  if (intents.empty()) co_return;
  co_await parts_.recorder.commit(std::move(intents), Boundary::gated, {}, std::move(children));
  armed_.insert(armed_.end(), positions.begin(), positions.end());
}

Task<Dispatcher::CallEnd> Dispatcher::run_call(CallPosition position, Ordered how) {
  llm::ToolCall call = record(position).call;
  tool::Tool* tool = toolbox_->find(call.name);
  auto arguments = tool::parse_arguments(call.arguments);
  if (!tool || !arguments.ok()) {
    tool::Outcome wrong =
        tool ? tool::Outcome(tool::Failed{arguments.error().message()}) : unknown_tool(call, *toolbox_);
    co_await settle(position, std::move(wrong), how);
    co_return CallEnd::settled;
  }
  tool::Call sent = call_for(record(position), std::move(*arguments));
  if (is_delegate(call.name)) co_return co_await delegate(*tool, std::move(sent), position, how);
  co_return co_await pursue(*tool, std::move(sent), position, how);
}

// Try after try, as the effect class allows.
Task<Dispatcher::CallEnd> Dispatcher::pursue(tool::Tool& tool, tool::Call call, CallPosition position, Ordered how) {
  Tries tries;
  for (;;) {
    CallAction action =
        next_action(state_of(position), stricter(tool.info().effect, record(position).effect), tries, parts_.policy);
    if (action == CallAction::in_doubt) {
      note_cause(record(position).call.name, tries.reason);
      co_return CallEnd::in_doubt;
    }
    auto outcome = co_await attempt(tool, call, position, action, tries);
    if (!outcome) continue;
    co_await settle(position, std::move(*outcome), how);
    co_return CallEnd::settled;
  }
}

// One try; nothing when the outcome is not known yet.
Task<std::optional<tool::Outcome>> Dispatcher::attempt(tool::Tool& tool, tool::Call call, CallPosition position,
                                                       CallAction action, Tries& tries) {
  TaskContext context = co_await this_task();
  if (action == CallAction::tell_model) {
    tool::Outcome told = outcome_unknown(record(position).call, tool.info().effect, tries.reason);
    co_return told;
  }
  if (action == CallAction::probe) co_return co_await probe(tool, std::move(call), position, tries);
  if (tries.unknown > 0) co_await sleep_for(backoff(tries.unknown));
  Earlier earlier = may_have_happened(record(position), state_of(position), tries) ? Earlier::may_have_happened
                                                                                   : Earlier::did_nothing;
  Before before = co_await announce(tool, call, position);
  tries.did_not_happen = false;
  tries.sent = context.strand->loop().clock().mono();
  tool::Outcome outcome = co_await send(tool, std::move(call), position, before);
  outcome = outcome_of_call(std::move(outcome), earlier);
  if (const auto* unknown = std::get_if<tool::Unknown>(&outcome)) {
    ++tries.unknown;
    tries.reason = unknown->reason;
    if (parts_.session && in_flight_ == 0) (void)parts_.session->take_attached();  // it will attach them again
    parts_.watchers.delay("the outcome of '" + tool.info().spec.name + "' is unknown: " + unknown->reason);
    co_return std::nullopt;
  }
  co_return outcome;
}

// An intent that had to wait for the store or for the lease is older than the send, and the settle time of a probe is
// counted from it.
bool Dispatcher::is_stale(const tool::Tool& tool, CallPosition position) const {
  if (tool.info().effect != tool::Effect::probeable) return false;
  auto age = time_between(record(position).intent_moment, parts_.recorder.moment());
  return age && *age > kFreshIntent;
}

// Until the lease holds and a durable intent is there. One that had to wait is written anew, but not for ever: a store
// may be that slow.
Task<void> Dispatcher::intend(tool::Tool& tool, std::string key, CallPosition position) {
  bool first = !may_have_been_sent(record(position).state);
  bool durable = is_armed(position);
  for (int written = 0; written < kMaxTries; ++written) {
    co_await wait_for_lease();
    if (durable && !is_stale(tool, position)) break;
    auto intent = intent_of(tool, key, position);
    intent.renewed = durable;
    co_await parts_.recorder.commit(std::move(intent), Boundary::gated);
    if (first && !durable) armed_.push_back(position);
    durable = true;
  }
  co_await wait_for_lease();  // the commit may have taken long
}

// What precedes every dispatch: the lease, a durable intent, and word to the watchers. Nothing is sent once the run is
// to stop.
Task<Dispatcher::Before> Dispatcher::announce(tool::Tool& tool, const tool::Call& call, CallPosition position) {
  TaskContext context = co_await this_task();
  if (tool::is_gated(tool.info().effect)) co_await intend(tool, call.idempotency_key, position);
  context.scope->throw_if_cancelled();
  bool fresh = std::erase(armed_, position) > 0;
  parts_.watchers.call_started(record(position));
  co_return fresh ? Before::not_sent : Before::perhaps_sent;
}

// A call that is cancelled before it began is as it was before: its intent stands, and nothing was sent.
Task<tool::Outcome> Dispatcher::send(tool::Tool& tool, tool::Call call, CallPosition position, Before before) {
  call.permit = std::make_shared<StartPermit>();
  call.generate = [this, position, asked = std::make_shared<std::uint32_t>(0)](std::string system,
                                                                               llm::Transcript messages) {
    return parts_.generate(position, (*asked)++, std::move(system), std::move(messages));
  };
  InFlight counted(in_flight_);
  if (!tool::is_gated(tool.info().effect)) co_return co_await tool::invoke(tool, std::move(call));
  auto permit = call.permit;
  try {
    co_return co_await with_drain(parts_.drain_window, permit, tool::invoke(tool, std::move(call)));
  } catch (const Cancelled&) {
    if (before == Before::not_sent && permit->withdraw()) armed_.push_back(position);
    throw;
  }
}

// A child's time is its own; no timeout of ours cuts it short, and repeating attaches to it.
Task<Dispatcher::CallEnd> Dispatcher::delegate(tool::Tool& tool, tool::Call call, CallPosition position, Ordered how) {
  std::string name = tool.info().spec.name;
  if (auto refused = parts_.delegation->refusal(name, position, call.arguments)) {
    tool::Outcome no = tool::Failed{std::move(*refused)};
    co_await settle(position, std::move(no), how);
    co_return CallEnd::settled;
  }
  co_await announce(tool, call, position);
  auto ended = co_await parts_.delegation->run(std::move(call), position, std::move(name));
  if (!ended) co_return CallEnd::waits_for_child;
  co_await settle(position, std::move(ended->outcome), how, ended->runs_below);
  co_return CallEnd::settled;
}

// "Did not happen" is not believed before the settle time has passed: the dead worker's request may still be on its
// way.
Task<std::optional<tool::Outcome>> Dispatcher::probe(tool::Tool& tool, tool::Call call, CallPosition position,
                                                     Tries& tries) {
  TaskContext context = co_await this_task();
  const tool::ToolInfo& info = tool.info();
  SettlingAt at{context.strand->loop().clock().mono(), parts_.recorder.taken_up(), parts_.recorder.moment()};
  Milliseconds unsettled = info.settle.value_or(info.timeout) - certain_age(tries, record(position).intent_moment, at);
  if (unsettled > Milliseconds(0)) {
    parts_.watchers.delay("waiting until a probe of '" + info.spec.name + "' can be believed");
    co_await sleep_for(unsettled);
  }
  tool::Probe answer = co_await tool::ask_probe(tool, call);
  if (auto* happened = std::get_if<tool::Done>(&answer)) {
    tool::Outcome outcome = std::move(*happened);
    co_return outcome;
  }
  if (const auto* unclear = std::get_if<tool::Unclear>(&answer)) {
    parts_.watchers.delay("a probe of '" + info.spec.name + "' gave no answer: " + unclear->reason);
    if (++tries.unclear_probes < kMaxTries) co_await sleep_for(backoff(tries.unclear_probes));
    co_return std::nullopt;
  }
  tries.did_not_happen = true;
  co_return std::nullopt;
}

// Outcomes of gated calls are awaited, and carry the next call's intent; the others ride with the next commit.
Task<void> Dispatcher::settle(CallPosition position, tool::Outcome outcome, Ordered how, int runs_below) {
  TaskContext context = co_await this_task();
  llm::CallRecord settled = record(position);
  tool::Tool* tool = toolbox_->find(settled.call.name);
  bool gated = tool && tool::is_gated(tool->info().effect);
  if (tool && tool->info().effect != tool::Effect::pure)
    settled.key = call_key(parts_.recorder.run(), position, settled.call.name, settled.call.arguments);
  journal::Settled entry = settled_entry(settled, std::move(outcome));
  entry.runs_below = runs_below;
  if (parts_.session && in_flight_ == 0)
    for (auto& message : parts_.session->take_attached()) entry.attached.push_back(std::move(message));
  bool goes_on = how == Ordered::in_turn && !context.scope->cancelled();
  auto next = goes_on ? next_intent(position) : std::nullopt;
  if (next) armed_.push_back(next->call);
  if (gated || next)
    co_await parts_.recorder.commit(payloads_of(std::move(entry), std::move(next)), Boundary::gated);
  else
    co_await parts_.recorder.defer(std::move(entry));
}

Task<void> Dispatcher::wait_for_lease() {
  for (;;) {
    auto may = parts_.recorder.may_dispatch();
    if (may == Checkpointer::Dispatch::yes) co_return;
    if (may == Checkpointer::Dispatch::confirm) {
      std::vector<journal::Payload> nothing;
      co_await parts_.recorder.commit(std::move(nothing), Boundary::plain);
      continue;
    }
    parts_.watchers.delay("waiting for this worker's lease to be renewed before a call with effects");
    co_await sleep_for(Milliseconds(1'000));
  }
}

}  // namespace executus::run
