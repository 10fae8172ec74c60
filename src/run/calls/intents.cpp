#include "run/calls/intents.hpp"

#include <utility>

#include <executus/async/timing.hpp>
#include <executus/tool/invoke.hpp>

#include "run/calls/call_key.hpp"
#include "run/calls/call_limit.hpp"
#include "run/calls/settle.hpp"

namespace executus::run {
namespace {

using llm::CallPosition;
using llm::CallState;

// How much older than its send an intent may be that a settle time is counted from.
constexpr Milliseconds kFreshIntent{1'000};

}  // namespace

journal::Intended Intents::made(const tool::Tool& tool, std::string key, CallPosition position) const {
  const auto& info = tool.info();
  bool is_run = delegation_ && delegation_->is_delegate(info.spec.name);
  return {position, std::move(key), std::string(to_string(info.effect)), recorder_.moment(), false, is_run, {}};
}

std::optional<journal::Intended> Intents::of(const llm::ToolCall& call, CallPosition position) const {
  tool::Tool* tool = toolbox_->find(call.name);
  if (!tool || !tool::is_gated(tool->info().effect) || recorder_.may_dispatch() != RunWriter::Dispatch::yes)
    return std::nullopt;
  if (over_limit(tool->info(), recorder_.conversation().calls(), position)) return std::nullopt;
  auto arguments = tool::parse_arguments(call.arguments);
  if (!arguments.ok()) return std::nullopt;
  if (tool::misfit(tool->info(), tool::as_wanted(tool->info(), std::move(*arguments)))) return std::nullopt;
  return made(*tool, call_key(recorder_.run(), position, call.name, call.arguments), position);
}

bool Intents::runs_in_parallel(const llm::CallRecord& call) const {
  const tool::Tool* tool = toolbox_->find(call.call.name);
  return tool && (tool->info().effect == tool::Effect::pure || tool->info().order == tool::Order::parallel);
}

std::optional<journal::Intended> Intents::with_response(const llm::Message& response) const {
  if (response.tool_calls.empty() || !gate_.allows_by_rule(response)) return std::nullopt;
  llm::CallRecord first;
  first.call = response.tool_calls.front();
  if (runs_in_parallel(first)) return std::nullopt;  // shares its commit with its neighbours
  return of(first.call, {recorder_.conversation().responses(), 0});
}

std::optional<journal::Intended> Intents::with_outcome_of(CallPosition position) const {
  auto batch = recorder_.conversation().open_batch();
  if (position.index + 1 >= batch.size()) return std::nullopt;
  for (const auto& before : batch.first(position.index))
    if (!is_settled(before.state)) return std::nullopt;  // of a group that is not done yet
  const auto& next = batch[position.index + 1];
  bool fresh = next.state == CallState::pending || next.state == CallState::not_dispatched;
  if (!fresh || runs_in_parallel(next)) return std::nullopt;
  return of(next.call, next.position);
}

// An intent that had to wait for the store or for the lease is older than the send, and the settle time of a probe is
// counted from it.
bool Intents::is_stale(const tool::Tool& tool, CallPosition position) const {
  if (tool.info().effect != tool::Effect::probeable) return false;
  auto age = time_between(recorder_.open_call(position).intent_moment, recorder_.moment());
  return age && *age > kFreshIntent;
}

// An intent that has become stale while it waited is written anew, kMaxTries times at most, since a store may always be
// that slow. The lease is looked at after the commit, which may take long too.
Task<void> Intents::make_durable(tool::Tool& tool, std::string key, CallPosition position) {
  bool durable = recorder_.open_call(position).armed;
  for (int written = 0;; ++written) {
    co_await wait_for_lease();
    if (durable && (written == kMaxTries || !is_stale(tool, position))) co_return;
    auto intent = made(tool, key, position);
    intent.renewed = durable;
    co_await recorder_.commit(std::move(intent), Boundary::gated);
    durable = true;
  }
}

// The call is under way already, so it is never armed. The lease is looked at after the commit too, which may take
// long.
Task<void> Intents::plan(tool::Tool& tool, std::string key, CallPosition position, boost::json::object plan) {
  co_await wait_for_lease();
  if (!recorder_.open_call(position).plan) co_await write_plan(tool, std::move(key), position, std::move(plan));
  co_await wait_for_lease();
}

Task<void> Intents::write_plan(tool::Tool& tool, std::string key, CallPosition position, boost::json::object plan) {
  auto intent = made(tool, std::move(key), position);
  intent.renewed = may_have_been_sent(recorder_.open_call(position).state);
  intent.plan = std::move(plan);
  co_await recorder_.commit(std::move(intent), Boundary::gated);
  (void)recorder_.disarm(position);
}

Task<void> Intents::wait_for_lease() {
  for (;;) {
    auto may = recorder_.may_dispatch();
    if (may == RunWriter::Dispatch::yes) co_return;
    if (may == RunWriter::Dispatch::confirm) {
      std::vector<journal::Payload> nothing;
      co_await recorder_.commit(std::move(nothing), Boundary::plain);
      continue;
    }
    watchers_.delay("waiting for this worker's lease to be renewed before a call with effects");
    co_await sleep_for(Milliseconds(1'000));
  }
}

}  // namespace executus::run
