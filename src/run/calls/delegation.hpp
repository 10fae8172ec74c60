// Delegation: a call of skill__NAME or agent__NAME is a durable run of its own, a child of this one. The call's key is
// the child's run id, so a repeated call attaches to the child there is.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <executus/dispatch/delegation_bounds.hpp>
#include <executus/journal/store.hpp>
#include <executus/run/invocation.hpp>
#include <executus/run/outcome.hpp>
#include <executus/run/sub_agents.hpp>
#include <executus/tool/registry.hpp>

#include "run/record/watchers.hpp"

namespace executus::run {

// The tools through which a model delegates: skill__NAME with the skill's own inputs, agent__NAME with a prompt. Empty
// names are skipped, duplicates (by tool name) dropped.
[[nodiscard]] std::vector<std::shared_ptr<tool::Tool>> delegation_tools(const std::vector<DefinedDelegate>& delegates);

// Whom an agent may delegate to, in the form that is stored: its sub_agents, then those it has as resolved; when there
// are none of the latter, what SubAgents knows for `caller` of the names it gives. The first of a name counts.
[[nodiscard]] std::vector<DefinedDelegate> resolve_delegates(const Agent& agent, SubAgents* sub_agents,
                                                             std::string_view caller);

// The tool name of a delegate.
[[nodiscard]] std::string tool_name_of(const DefinedDelegate& delegate);

// The one that a tool of that name hands work to; null: it is no delegate's.
[[nodiscard]] const DefinedDelegate* find_delegate(const std::vector<DefinedDelegate>& delegates,
                                                   std::string_view tool);

// What the parent's model reads when a child is over. Pure.
[[nodiscard]] tool::Outcome outcome_for_parent(const RunOutcome& child);

// Port of the executor: drives a child run to its end, or as far as it gets here.
class ChildRuns {
 public:
  virtual ~ChildRuns() = default;

  // `invocation.run_id` names the child; it may exist already. Never throws, Cancelled excepted.
  // `bounds` is the child's own.
  [[nodiscard]] virtual Task<RunOutcome> run_child(Agent agent, Invocation invocation, DelegationBounds bounds,
                                                   Watchers& parent) = 0;

  // The child's first entry, for the transaction of the parent's intent. Nothing when runs are not kept. Throws Error
  // when the child cannot be set up (a model or tool it needs is missing).
  [[nodiscard]] virtual std::optional<journal::Admission> child_admission(const Agent& agent,
                                                                          const Invocation& invocation,
                                                                          const Clock& clock) = 0;

  // Asked when runs below it have ended: the limit that leaves `parent` no place beside the runs that have one. Never
  // throws, Cancelled excepted.
  [[nodiscard]] virtual Task<std::optional<journal::QueueLimit>> limit_on(RunId parent) = 0;
};

class Delegation final {
 public:
  // `so_far`: the parent's calls. The children that other processes created for them count, and keep their places.
  Delegation(std::vector<DefinedDelegate> delegates, RunInfo parent, DelegationBounds bounds, Durability durability,
             std::span<const llm::CallRecord> so_far, ChildRuns& runs, Watchers& watchers);

  [[nodiscard]] bool is_delegate(std::string_view tool) const { return find(tool) != nullptr; }
  // Whether its answer is a value.
  [[nodiscard]] bool answers_with_value(std::string_view tool) const;

  // Why this call must not become a child: wrong arguments, a loop, too deep, too many. Nothing: go ahead. Asked once
  // for each call in a process; it counts the child, unless that is of a map.
  [[nodiscard]] std::optional<std::string> refusal(const llm::CallRecord& call, const boost::json::object& arguments);

  [[nodiscard]] std::optional<journal::Admission> admission(const tool::Call& call, std::string_view tool,
                                                            const Clock& clock) const;

  // The child's end as the parent's outcome.
  struct Ended {
    tool::Outcome outcome;
    int runs_below = 0;  // the child
  };

  // Nothing when the child waits, or is quarantined, and so must the parent. Precondition: refusal() was asked and had
  // none.
  [[nodiscard]] Task<std::optional<Ended>> run(tool::Call call, llm::CallPosition position, std::string tool);

  // The limit that leaves the parent no place any more: others took it while runs below it worked.
  [[nodiscard]] Task<std::optional<journal::QueueLimit>> limit() const;

 private:
  struct Child {
    Agent agent;
    Invocation invocation;
  };
  void count(const llm::CallRecord& call);
  [[nodiscard]] DelegationBounds reentered(bool mapped, std::string subject) const;
  const DefinedDelegate* find(std::string_view tool) const { return find_delegate(delegates_, tool); }
  Child child_of(const tool::Call& call, const DefinedDelegate& delegate) const;

  const std::vector<DefinedDelegate> delegates_;
  const RunInfo parent_;
  const DelegationBounds bounds_;
  std::map<llm::CallPosition, DelegationBounds> entered_;  // the children's bounds
  const Durability durability_;
  ChildRuns& runs_;
  Watchers& watchers_;
};

}  // namespace executus::run
