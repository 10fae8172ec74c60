// Port: decides all tool calls of a step before any of them runs: allow, rewrite the arguments, deny with a reason the
// model sees, or ask a person. The agent's own permissions come first; only what they leave open is asked here.
//
// Absent: the agent's permissions alone. Threads: called on the run's strand. Decisions are journaled before anything
// is dispatched, and not asked for again after a crash. A call that a person answers with other arguments is asked
// about again, as what it has become. Exceptions: the whole batch is denied, with the message as reason.
#pragma once

#include <string>
#include <vector>

#include <executus/async/task.hpp>
#include <executus/journal/entry.hpp>
#include <executus/run/run_info.hpp>
#include <executus/tool/tool.hpp>

namespace executus {

struct GateCall {
  llm::CallPosition position = {};
  llm::ToolCall call = {};
  tool::Effect effect = tool::Effect::irreversible;
  // As the tool gets them (tool/invoke.hpp), whatever form the model wrote them in; empty where they are no object:
  // such a call is answered with an error.
  boost::json::object arguments = {};
  // A person gave it these arguments, and approves of them. `ask`, or a rewrite where the agent's permissions ask, puts
  // it to a person once more; what that one approves as it is goes ahead.
  bool changed_by_person = false;
};

class Gate {
 public:
  virtual ~Gate() = default;

  // One decision for each call, in their order; a call without one is allowed.
  [[nodiscard]] virtual Task<std::vector<journal::GateDecision>> decide(RunInfo info, std::vector<GateCall> calls) = 0;
};

}  // namespace executus
