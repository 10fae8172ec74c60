#include "run/calls/gatekeeper.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"

namespace executus::run {
namespace {

using journal::GateDecision;
using journal::Ruling;

bool names(const std::vector<std::string>& patterns, std::string_view tool) {
  return std::ranges::any_of(patterns, [&](const auto& pattern) { return matches_glob(pattern, tool); });
}

std::vector<GateDecision> all_denied(std::span<const GateCall> calls, const std::string& reason) {
  std::vector<GateDecision> decisions;
  for (const auto& call : calls) decisions.push_back({call.position.index, Ruling::deny, "", reason});
  return decisions;
}

// Of a tool that was offered otherwise before.
std::string what_changed(const std::string& was, const std::string& now) {
  if (was == now) return "what this tool takes has changed since the run was given it";
  return "this tool is described otherwise than when the run was given it; now: " + now +
         (was.empty() ? "" : "\nbefore: " + was);
}

}  // namespace

Ruling ruling_of(const Permissions& permissions, std::string_view tool) {
  if (names(permissions.deny, tool)) return Ruling::deny;
  return names(permissions.ask, tool) ? Ruling::ask : Ruling::allow;
}

std::vector<GateDecision> completed(std::vector<GateDecision> decisions, std::span<const GateCall> calls) {
  std::vector<GateDecision> all;
  for (std::size_t i = 0; i < calls.size(); ++i) {
    GateDecision decision;
    if (i < decisions.size()) decision = std::move(decisions[i]);
    decision.index = calls[i].position.index;
    if (decision.ruling == Ruling::deny && decision.reason.empty()) decision.reason = "this call is not allowed";
    all.push_back(std::move(decision));
  }
  return all;
}

Ruling Gatekeeper::ruling(const std::string& tool) const {
  if (!unruled_.empty() && tool == unruled_) return Ruling::allow;
  auto ruled = ruling_of(permissions_, tool);
  return ruled == Ruling::allow && !doubt(tool).empty() ? Ruling::ask : ruled;
}

// Why a person is to be asked about a tool of a source; empty: nothing speaks against it.
std::string Gatekeeper::doubt(const std::string& tool) const {
  const auto* now = toolbox_ ? toolbox_->find(tool) : nullptr;
  if (!run_.offered || !now) return {};
  const auto& [offers, digests, reworded, agreed] = *run_.offered;
  if (auto changed = reworded.find(tool); changed != reworded.end())
    return what_changed(changed->second, now->info().spec.description);
  return agreed.contains(tool) ? std::string() : now->info().asks_because;
}

bool Gatekeeper::allows_by_rule(const llm::Message& response) const {
  return !host_ &&
         std::ranges::all_of(response.tool_calls, [&](const auto& call) { return ruling(call.name) == Ruling::allow; });
}

// By the permissions. What a person made of the call is approved.
bool Gatekeeper::is_for_a_person(const GateCall& call, const GateDecision& decision) const {
  bool approved = call.changed_by_person && decision.ruling == Ruling::allow;
  return ruling(call.call.name) == Ruling::ask && decision.ruling != Ruling::deny && !approved;
}

Task<journal::Gated> Gatekeeper::decide(std::vector<GateCall> open) {
  journal::Gated gated;
  std::vector<GateCall> undecided;
  for (auto& call : open) {
    gated.response = call.position.response;
    Ruling ruled = ruling(call.call.name);
    if (ruled == Ruling::deny)
      gated.decisions.push_back(
          {call.position.index, ruled, "", "the agent's permissions deny '" + call.call.name + "'"});
    else
      undecided.push_back(std::move(call));
  }
  for (auto& decision : co_await ask_host(undecided)) {
    const auto& call = *std::ranges::find(undecided, decision.index, [](const auto& c) { return c.position.index; });
    if (is_for_a_person(call, decision)) {
      decision.ruling = Ruling::ask;  // about the arguments as rewritten
      if (decision.reason.empty()) decision.reason = doubt(call.call.name);
    }
    gated.decisions.push_back(std::move(decision));
  }
  co_return gated;
}

Task<std::vector<GateDecision>> Gatekeeper::ask_host(std::vector<GateCall> calls) {
  std::vector<GateDecision> decisions;
  if (host_) {
    try {
      decisions = co_await host_->decide(info_, calls);
    } catch (const Cancelled&) {
      throw;
    } catch (...) {
      auto problem = current_error();
      logger_.log(LogLevel::error, "the gate failed: " + problem.message());
      decisions = all_denied(calls, "the gate failed: " + problem.message());
    }
  }
  co_return completed(std::move(decisions), calls);
}

}  // namespace executus::run
