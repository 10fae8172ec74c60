#include "run/calls/attempts.hpp"

#include <algorithm>
#include <utility>

#include <executus/async/timing.hpp>

#include "run/calls/call_outcome.hpp"
#include "run/calls/drain.hpp"
#include "run/calls/grace.hpp"
#include "run/calls/waits.hpp"
#include "run/record/backoff.hpp"

namespace executus::run {
namespace {

using llm::CallPosition;

// A call that was sent as one class is settled as that class, whatever its tool is declared as today.
tool::Effect stricter(tool::Effect now, const std::string& sent_as) {
  return std::max(now, tool::parse_effect(sent_as).value_or(now));
}

Task<std::optional<tool::Outcome>> told(tool::Outcome outcome) { co_return outcome; }

class Counted {
 public:
  explicit Counted(int& count) : count_(count) { ++count_; }
  ~Counted() { --count_; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

 private:
  int& count_;
};

}  // namespace

Task<Attempts::End> Attempts::settle(tool::Tool& tool, tool::Call call, CallPosition position) {
  Tries tries;
  for (;;) {
    const auto& record = parts_.recorder.open_call(position);
    auto effect = stricter(tool.info().effect, record.effect);
    CallAction action = next_action(state_of(record), effect, tries, parts_.policy);
    if (action == CallAction::in_doubt) {
      End doubt = InDoubt{std::move(tries.reason)};
      co_return doubt;
    }
    auto outcome = co_await attempt(tool, call, position, action, tries);
    if (!outcome) continue;
    End known = end_of(std::move(*outcome), position, tries);
    co_return known;
  }
}

Attempts::End Attempts::end_of(tool::Outcome outcome, CallPosition position, const Tries& tries) const {
  if (!asks_to_park(outcome)) return outcome;
  WaitingAt at{parts_.recorder.now(), parts_.recorder.moment()};
  auto wait = wait_for(outcome, at);
  if (!wait.ok()) return tool::Outcome(tool::Failed{wait.error().message()});
  const auto& wake = parts_.recorder.open_call(position).wake;
  if (wake && wake->by == llm::CallWake::By::time) *wait = spaced(std::move(*wait), at);
  return Parks{std::move(*wait), tries.earlier};
}

// Nothing when the outcome is not known yet. No coroutine: its frame would stand below every call.
Task<std::optional<tool::Outcome>> Attempts::attempt(tool::Tool& tool, tool::Call call, CallPosition position,
                                                     CallAction action, Tries& tries) {
  if (action == CallAction::probe) return probe(tool, std::move(call), position, tries);
  if (action == CallAction::dispatch) return dispatch(tool, std::move(call), position, tries);
  return told(outcome_unknown(parts_.recorder.open_call(position).call, tool.info().effect, tries.reason));
}

Task<std::optional<tool::Outcome>> Attempts::dispatch(tool::Tool& tool, tool::Call call, CallPosition position,
                                                      Tries& tries) {
  TaskContext context = co_await this_task();
  if (tries.unknown > 0) co_await sleep_for(backoff(tries.unknown));
  const auto& record = parts_.recorder.open_call(position);
  bool open = may_have_happened(record, state_of(record), tries);
  Before before = co_await announce(tool, call, position);
  tries.did_not_happen = false;
  tries.earlier = open;
  tries.sent = context.strand->loop().clock().mono();
  tool::Outcome last = co_await send(tool, std::move(call), position, before);
  auto outcome = outcome_of_call(std::move(last), open ? Earlier::may_have_happened : Earlier::did_nothing);
  if (const auto* unknown = std::get_if<tool::Unknown>(&outcome)) {
    ++tries.unknown;
    tries.reason = unknown->reason;
    if (parts_.session && under_way_ == 0) (void)parts_.session->take_attached();  // it will attach them again
    parts_.watchers.delay("the outcome of '" + tool.info().spec.name + "' is unknown: " + unknown->reason);
    co_return std::nullopt;
  }
  co_return outcome;
}

Task<Attempts::Before> Attempts::announce(tool::Tool& tool, const tool::Call& call, CallPosition position) {
  TaskContext context = co_await this_task();
  auto effect = tool.info().effect;
  if (tool::is_gated(effect)) co_await parts_.intents.make_durable(tool, call.idempotency_key, position);
  if (effect != tool::Effect::pure && parts_.recorder.keep_by()) co_await parts_.recorder.require_kept();
  context.scope->throw_if_cancelled();
  bool fresh = parts_.recorder.disarm(position);
  parts_.watchers.call_started(parts_.recorder.open_call(position));
  co_return fresh ? Before::not_sent : Before::perhaps_sent;
}

// A call that is cancelled before it began is as it was before: its intent stands, and nothing was sent.
Task<tool::Outcome> Attempts::send(tool::Tool& tool, tool::Call call, CallPosition position, Before before) {
  call.permit = std::make_shared<StartPermit>();
  call.generate = [this, position, asked = std::make_shared<std::uint32_t>(0)](std::string system,
                                                                               llm::Transcript messages) {
    return parts_.model.generate(position, (*asked)++, std::move(system), std::move(messages));
  };
  call.pay = [this](tool::PaidCall paid) { return parts_.model.pay(std::move(paid)); };
  call.planned = parts_.recorder.open_call(position).plan;
  if (call.planned) co_await parts_.intents.wait_for_lease();
  call.intend = [this, &tool, position, key = call.idempotency_key](boost::json::object plan) {
    return parts_.intents.plan(tool, key, position, std::move(plan));
  };
  Counted counted(under_way_);
  auto permit = call.permit;
  auto sent = tool::invoke(tool, std::move(call));
  if (!tool::is_gated(tool.info().effect)) co_return co_await with_grace(permit, std::move(sent));
  try {
    co_return co_await with_grace(permit, with_drain(parts_.drain_window, permit, std::move(sent)));
  } catch (const Cancelled&) {
    if (before == Before::not_sent && permit->withdraw()) parts_.recorder.arm(position);
    throw;
  }
}

// "Did not happen" is not believed before the settle time has passed: the dead worker's request may still be on its
// way.
Task<void> Attempts::until_probes_count(const tool::ToolInfo& info, CallPosition position, const Tries& tries) {
  TaskContext context = co_await this_task();
  SettlingAt at{context.strand->loop().clock().mono(), parts_.recorder.taken_up(), parts_.recorder.moment()};
  auto age = certain_age(tries, parts_.recorder.open_call(position).intent_moment, at);
  Milliseconds unsettled = info.settle.value_or(info.timeout) - age;
  if (unsettled <= Milliseconds(0)) co_return;
  parts_.watchers.delay("waiting until a probe of '" + info.spec.name + "' can be believed");
  co_await sleep_for(unsettled);
}

Task<std::optional<tool::Outcome>> Attempts::probe(tool::Tool& tool, tool::Call call, CallPosition position,
                                                   Tries& tries) {
  co_await until_probes_count(tool.info(), position, tries);
  tool::Probe answer = co_await tool::ask_probe(tool, call);
  if (auto* happened = std::get_if<tool::Done>(&answer)) {
    tool::Outcome outcome = std::move(*happened);
    co_return outcome;
  }
  if (const auto* unclear = std::get_if<tool::Unclear>(&answer)) {
    parts_.watchers.delay("a probe of '" + tool.info().spec.name + "' gave no answer: " + unclear->reason);
    if (++tries.unclear_probes < kMaxTries) co_await sleep_for(backoff(tries.unclear_probes));
    co_return std::nullopt;
  }
  tries.did_not_happen = true;
  co_return std::nullopt;
}

}  // namespace executus::run
