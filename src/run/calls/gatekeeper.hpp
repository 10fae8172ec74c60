// Decides the calls of a batch before any of them runs: first by the agent's permissions, then by the host's gate. A
// tool of a source that says something else of itself than a person knows is asked about, whatever the permissions
// allow.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include <executus/base/log.hpp>
#include <executus/journal/checkpoint.hpp>
#include <executus/run/agent.hpp>
#include <executus/run/gate.hpp>
#include <executus/tool/registry.hpp>

#include "tool/permission_rule.hpp"

namespace executus::run {

// What an agent's permissions say about a call. Pure.
[[nodiscard]] journal::Ruling ruling_of(const Permissions& permissions, const tool::CallInQuestion& call);

// Throws Error "submission.permissions" for a rule that is none.
void check_permissions(const Agent& agent);

// What the host's gate said, made whole: one decision for each of `calls`, in order; a denial says why. Pure.
[[nodiscard]] std::vector<journal::GateDecision> completed(std::vector<journal::GateDecision> decisions,
                                                           std::span<const GateCall> calls);

class Gatekeeper final {
 public:
  // `host` may be null. `run` is as it stands. `unruled`: a tool that the agent did not ask for, so that its
  // permissions do not mean it; empty: there is none.
  Gatekeeper(const Permissions& permissions, Gate* host, const RunInfo& info, const journal::Checkpoint& run,
             Logger& logger, std::string_view unruled = {})
      : permissions_(permissions), host_(host), info_(info), run_(run), logger_(logger), unruled_(unruled) {}

  // The tools of the run, or of its phase; they outlive it.
  void use(const tool::Toolbox& toolbox) { toolbox_ = &toolbox; }

  // Whether nothing has to be decided, asked or journaled for this response: the permissions allow all its calls,
  // whatever their arguments are, and there is no other gate.
  [[nodiscard]] bool allows_by_rule(const llm::Message& response) const;

  // Whether decide() asks the host, which then knows of the run.
  [[nodiscard]] bool asks_host() const noexcept { return host_ != nullptr; }

  // Decides every call of `open` that is not decided yet. Never throws: a gate that fails denies what it was asked.
  [[nodiscard]] Task<journal::Gated> decide(std::vector<GateCall> open);

 private:
  [[nodiscard]] journal::Ruling ruling(const GateCall& call, const boost::json::object& arguments) const;
  [[nodiscard]] std::string doubt(const std::string& tool) const;
  [[nodiscard]] bool allows_always(const std::string& tool) const;
  [[nodiscard]] boost::json::object arguments_of(const GateCall& call, const std::string& written) const;
  void rule_again(const GateCall& call, journal::GateDecision& decision) const;
  Task<std::vector<journal::GateDecision>> ask_host(std::vector<GateCall> calls);

  const Permissions& permissions_;
  Gate* const host_;
  const RunInfo& info_;
  const journal::Checkpoint& run_;
  Logger& logger_;
  const tool::Toolbox* toolbox_ = nullptr;
  const std::string_view unruled_;
};

}  // namespace executus::run
