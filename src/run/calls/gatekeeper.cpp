#include "run/calls/gatekeeper.hpp"

#include <algorithm>
#include <utility>

#include <executus/tool/ask_user.hpp>
#include <executus/tool/invoke.hpp>

#include "base/text.hpp"

namespace executus::run {
namespace {

using journal::GateDecision;
using journal::Ruling;

using tool::CallInQuestion;
using tool::Fits;
using tool::PermissionRule;

// How particular a rule is.
enum Rank { none = -1, of_glob, of_tool, of_caller, of_arguments };

Rank rank_of(const PermissionRule& rule) {
  if (rule.is_about_arguments()) return of_arguments;
  if (!rule.caller.empty()) return of_caller;
  return rule.tool.find_first_of("*?") == std::string::npos ? of_tool : of_glob;
}

struct Said {
  Rank rank = none;      // of the most particular rule that something of the call fits
  bool unclear = false;  // whether more would fit cannot be read, and nobody wrote it out
};

// Whether some rule has that member of the call written out: whoever wrote it has seen what cannot be read.
bool is_written_out(const std::vector<std::string>& allow, const std::string& member, const CallInQuestion& call) {
  return std::ranges::any_of(allow, [&](const auto& text) {
    auto rule = tool::permission_rule(text);
    return rule.ok() && rule->member == member && writes_out(*rule, call);
  });
}

Said said_by(const std::vector<std::string>& rules, const std::vector<std::string>& allow, const CallInQuestion& call) {
  Said said;
  for (const auto& text : rules) {
    auto rule = tool::permission_rule(text);
    auto fits = rule.ok() ? some_fits(*rule, call) : Fits::unclear;
    if (fits == Fits::yes) said.rank = std::max(said.rank, rank_of(*rule));
    if (fits == Fits::unclear) said.unclear = said.unclear || !rule.ok() || !is_written_out(allow, rule->member, call);
  }
  return said;
}

Rank allowed_by(const std::vector<std::string>& rules, const CallInQuestion& call) {
  Rank rank = none;
  for (const auto& text : rules)
    if (auto rule = tool::permission_rule(text); rule.ok() && all_fits(*rule, call))
      rank = std::max(rank, rank_of(*rule));
  return rank;
}

// Whether some calls of the tool are allowed for what they are, so that others are not.
bool is_narrowed(const std::vector<std::string>& allow, std::string_view tool) {
  return std::ranges::any_of(allow, [&](const auto& text) {
    auto rule = tool::permission_rule(text);
    return !rule.ok() || (rank_of(*rule) >= of_caller && matches_glob(rule->tool, tool));
  });
}

bool some_name(const std::vector<std::string>& rules, const CallInQuestion& call) {
  return std::ranges::any_of(rules, [&](const auto& text) {
    auto rule = tool::permission_rule(text);
    return !rule.ok() || names(*rule, call);
  });
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

GateDecision denied_by_rule(const GateCall& call) {
  return {call.position.index, Ruling::deny, "", "the agent's permissions deny this call of '" + call.call.name + "'"};
}

}  // namespace

Ruling ruling_of(const Permissions& permissions, const CallInQuestion& call) {
  auto denied = said_by(permissions.deny, permissions.allow, call);
  if (denied.rank != none) return Ruling::deny;
  auto asked = said_by(permissions.ask, permissions.allow, call);
  auto allowed = allowed_by(permissions.allow, call);
  if (denied.unclear || asked.unclear) return Ruling::ask;
  if (asked.rank != none && asked.rank >= allowed) return Ruling::ask;
  return allowed == none && is_narrowed(permissions.allow, call.tool) ? Ruling::ask : Ruling::allow;
}

void check_permissions(const Agent& agent) {
  const auto& [ask, deny, allow] = agent.permissions;
  for (const auto* rules : {&ask, &deny, &allow})
    for (const auto& text : *rules)
      if (auto rule = tool::permission_rule(text); !rule.ok())
        throw failed("submission.permissions",
                     "agent '" + agent.name + "' cannot be run: permissions: " + rule.error().message());
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

// A question to a person is put, whatever is allowed.
Ruling Gatekeeper::ruling(const GateCall& call, const boost::json::object& arguments) const {
  const auto& name = call.call.name;
  if (!unruled_.empty() && name == unruled_) return Ruling::allow;
  auto ruled = ruling_of(permissions_, {name, arguments, info_.caller});
  bool asks = name == tool::kAskUser || !doubt(name).empty();
  return ruled == Ruling::allow && asks ? Ruling::ask : ruled;
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

bool Gatekeeper::allows_always(const std::string& tool) const {
  if (!unruled_.empty() && tool == unruled_) return true;
  const boost::json::object any;
  CallInQuestion call{tool, any, info_.caller};
  return tool != tool::kAskUser && !some_name(permissions_.deny, call) && !some_name(permissions_.ask, call) &&
         !is_narrowed(permissions_.allow, tool) && doubt(tool).empty();
}

bool Gatekeeper::allows_by_rule(const llm::Message& response) const {
  return !host_ && std::ranges::all_of(response.tool_calls, [&](const auto& call) { return allows_always(call.name); });
}

// As the tool gets what the host's gate wrote; what is no object is answered with an error, and the call's own counts.
boost::json::object Gatekeeper::arguments_of(const GateCall& call, const std::string& written) const {
  auto becomes = tool::parse_arguments(written);
  if (!becomes.ok()) return call.arguments;
  const auto* known = toolbox_ ? toolbox_->find(call.call.name) : nullptr;
  return known ? tool::as_wanted(known->info(), *std::move(becomes)) : *std::move(becomes);
}

// By the permissions, about the arguments as the host's gate left them. What a person made of the call is approved.
void Gatekeeper::rule_again(const GateCall& call, GateDecision& decision) const {
  if (decision.ruling == Ruling::deny) return;
  bool rewritten = !decision.arguments.empty();
  auto ruled = ruling(call, rewritten ? arguments_of(call, decision.arguments) : call.arguments);
  if (ruled == Ruling::deny) {
    decision = denied_by_rule(call);
    return;
  }
  if (ruled != Ruling::ask || (call.changed_by_person && decision.ruling == Ruling::allow && !rewritten)) return;
  decision.ruling = Ruling::ask;
  auto why = doubt(call.call.name);
  if (!why.empty()) decision.reason += (decision.reason.empty() ? "" : "\n") + why;
}

Task<journal::Gated> Gatekeeper::decide(std::vector<GateCall> open) {
  journal::Gated gated;
  std::vector<GateCall> undecided;
  for (auto& call : open) {
    gated.response = call.position.response;
    if (ruling(call, call.arguments) == Ruling::deny)
      gated.decisions.push_back(denied_by_rule(call));
    else
      undecided.push_back(std::move(call));
  }
  for (auto& decision : co_await ask_host(undecided)) {
    const auto& call = *std::ranges::find(undecided, decision.index, [](const auto& c) { return c.position.index; });
    rule_again(call, decision);
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
