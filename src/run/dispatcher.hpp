// Runs the open batch of a run: every call is decided, then brought to a known outcome, or to the point where only a
// person, or a child run, can tell.
//
// A gated call (keyed, probeable, irreversible) is dispatched only when its intent is durable; the next one's intent is
// written only with its outcome, calls that run side by side share one commit of intents. So after a crash at most one
// call of an ordered batch has an unknown outcome.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <executus/agent/loop.hpp>
#include <executus/tool/invoke.hpp>
#include <executus/tool/registry.hpp>

#include "run/batch_plan.hpp"
#include "run/delegation.hpp"
#include "run/gatekeeper.hpp"
#include "run/recorder.hpp"
#include "run/session_hub.hpp"
#include "run/settle.hpp"
#include "run/unsettled.hpp"

namespace executus::run {

// Why a batch parked.
struct Parked {
  WaitReason reason = WaitReason::in_doubt;
  std::vector<llm::CallPosition> calls;
  std::string detail;  // of calls in doubt: why, as far as this process knows
};

class Dispatcher final {
 public:
  using Generate = std::function<Task<llm::Response>(llm::CallPosition, std::uint32_t ordinal, std::string system,
                                                     llm::Transcript messages)>;
  struct Parts {
    Recorder& recorder;
    Watchers& watchers;
    Gatekeeper& gate;
    Delegation* delegation = nullptr;  // null: no delegates
    SessionHub* session = nullptr;     // null: nobody attaches
    const std::string& root;
    OnInDoubt policy = OnInDoubt::park;
    Milliseconds drain_window{0};  // how long a shutdown lets gated calls in flight go on
    Generate generate;
  };
  explicit Dispatcher(Parts parts) : parts_(std::move(parts)) {}

  // The tools of the run, or of its phase; they outlive it.
  void use(const tool::Toolbox& toolbox) { toolbox_ = &toolbox; }

  // The intent that may be committed together with this response: that of its first call, when that call is gated, runs
  // alone, and nothing of the batch has to be decided.
  [[nodiscard]] std::optional<journal::Intended> first_intent(const llm::Message& response) const;
  void armed(llm::CallPosition position) { armed_.push_back(position); }  // first_intent() was committed

  // Runs every open call that can be run.
  [[nodiscard]] Task<agent::LoopHost::Batch> run_batch();
  [[nodiscard]] const Parked& parked() const noexcept { return parked_; }  // after run_batch() returned parked

  // What is open of the batch, when the run stops here.
  [[nodiscard]] Unsettled unsettled() const;

 private:
  enum class Ordered { leftover, in_turn };  // settling what a crash left, or going through the batch in order
  enum class CallEnd { settled, in_doubt, waits_for_child };
  enum class Before { not_sent, perhaps_sent };  // what an earlier attempt at the call did, as far as is known

  Task<void> decide_batch();
  Task<bool> run_group(CallGroup group, Ordered how);  // false: something of it stays open
  Task<void> run_member(llm::CallPosition position, Ordered how);
  Task<void> arm(const CallGroup& group);
  Task<CallEnd> run_call(llm::CallPosition position, Ordered how);
  Task<CallEnd> pursue(tool::Tool& tool, tool::Call call, llm::CallPosition position, Ordered how);
  Task<std::optional<tool::Outcome>> attempt(tool::Tool& tool, tool::Call call, llm::CallPosition position,
                                             CallAction action, Tries& tries);
  Task<tool::Outcome> send(tool::Tool& tool, tool::Call call, llm::CallPosition position, Before before);
  Task<CallEnd> delegate(tool::Tool& tool, tool::Call call, llm::CallPosition position, Ordered how);
  Task<void> intend(tool::Tool& tool, std::string key, llm::CallPosition position);
  Task<Before> announce(tool::Tool& tool, const tool::Call& call, llm::CallPosition position);
  Task<std::optional<tool::Outcome>> probe(tool::Tool& tool, tool::Call call, llm::CallPosition position, Tries& tries);
  Task<void> settle(llm::CallPosition position, tool::Outcome outcome, Ordered how, int runs_below = 0);
  Task<void> wait_for_lease();

  [[nodiscard]] const llm::CallRecord& record(llm::CallPosition position) const;
  [[nodiscard]] llm::CallState state_of(llm::CallPosition position) const;
  [[nodiscard]] tool::Call call_for(const llm::CallRecord& record, boost::json::object arguments) const;
  [[nodiscard]] journal::Intended intent_of(const tool::Tool& tool, std::string key, llm::CallPosition position) const;
  [[nodiscard]] std::optional<journal::Intended> intent_for(const llm::ToolCall& call,
                                                            llm::CallPosition position) const;
  [[nodiscard]] std::optional<journal::Intended> next_intent(llm::CallPosition after) const;
  [[nodiscard]] bool runs_in_parallel(const llm::CallRecord& call) const;
  [[nodiscard]] bool is_stale(const tool::Tool& tool, llm::CallPosition position) const;
  [[nodiscard]] bool is_armed(llm::CallPosition position) const;
  [[nodiscard]] bool is_delegate(const std::string& tool) const {
    return parts_.delegation && parts_.delegation->is_delegate(tool);
  }
  void park(WaitReason reason, llm::CallPosition call);
  void note_cause(const std::string& tool, const std::string& cause);

  Parts parts_;
  const tool::Toolbox* toolbox_ = nullptr;
  std::vector<llm::CallPosition> armed_;  // their intents are durable, and they were not sent yet
  Parked parked_;
  int in_flight_ = 0;  // calls that tools are at
};

}  // namespace executus::run
