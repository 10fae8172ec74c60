// Runs the open batch of a run: every call is decided, then brought to a known outcome, or to the point where only a
// person, or a child run, can tell.
//
// A gated call (keyed, probeable, irreversible) is dispatched only when its intent is durable; the next one's intent is
// written only with its outcome, calls that run side by side share one commit of intents. So after a crash at most one
// call of an ordered batch has an unknown outcome.
//
// A call that parks is open and was not sent. It is woken by an entry, which takes its signal out of the inbox, and
// then sent again.
#pragma once

#include <string>
#include <vector>

#include <executus/agent/loop.hpp>
#include <executus/tool/registry.hpp>

#include "run/calls/attempts.hpp"
#include "run/calls/batch_plan.hpp"
#include "run/calls/delegation.hpp"
#include "run/calls/gatekeeper.hpp"
#include "run/calls/intents.hpp"
#include "run/calls/long_output.hpp"
#include "run/calls/unsettled.hpp"
#include "run/record/recorder.hpp"
#include "run/record/session_hub.hpp"

namespace executus::run {

// Why a batch parked.
struct Parked {
  WaitReason reason = WaitReason::in_doubt;
  std::vector<llm::CallPosition> calls;
  std::string detail;  // of calls in doubt: why, as far as this process knows
};

class Dispatcher final {
 public:
  struct Parts {
    Recorder& recorder;
    Watchers& watchers;
    Gatekeeper& gate;
    Delegation* delegation = nullptr;  // null: no delegates
    SessionHub* session = nullptr;     // null: there is no session
    const RunInfo& info;
    const std::string& root;
    BlockingPool* pool = nullptr;  // null: the host has none
    OnInDoubt policy = OnInDoubt::park;
    Milliseconds drain_window{0};  // how long a shutdown lets gated calls in flight go on
    ModelForTools& model;
    InputFiles* files = nullptr;  // null: long outputs are not kept
    Logger& logger;
  };
  explicit Dispatcher(const Parts& parts);

  // The tools of the run, or of its phase; they outlive it. `map`: its batch is the items of that map.
  void use(const tool::Toolbox& toolbox, const MapItems* map = nullptr);

  [[nodiscard]] Intents& intents() noexcept { return intents_; }

  // Runs every open call that can be run, and wakes those that parked and are due.
  [[nodiscard]] Task<agent::LoopHost::Batch> run_batch();
  [[nodiscard]] const Parked& parked() const noexcept { return parked_; }          // after run_batch() returned parked
  [[nodiscard]] const std::string& failure() const noexcept { return *failure_; }  // after it returned stopped

  // What is open of the batch, when the run stops here.
  [[nodiscard]] Unsettled unsettled() const;

 private:
  enum class Ordered { leftover, in_turn };  // settling what a crash left, or going through the batch in order
  enum class CallEnd { settled, failed, in_doubt, waits_for_child, waits_for_signal, waits_for_time };
  struct Items {
    std::vector<llm::CallPosition> open;
    std::size_t next = 0;
  };

  Task<void> go_through_batch();
  Task<bool> wake_parked();  // whether a parked call was woken
  Task<void> decide_batch();
  Task<bool> run_group(CallGroup group, Ordered how);  // false: something of it stays open
  Task<void> run_map();
  Task<void> run_items(CallGroup open);
  Task<void> take_items(Items& items);
  std::optional<llm::CallPosition> next_item(Items& items) const;
  void note_denied();
  Task<void> run_member(llm::CallPosition position, Ordered how);
  Task<void> arm(const CallGroup& group);
  Task<CallEnd> run_call(llm::CallPosition position, Ordered how);
  Task<CallEnd> without_tool(llm::CallPosition position, Ordered how);
  Task<CallEnd> stays_in_doubt();
  Task<CallEnd> answer(llm::CallPosition position, tool::Outcome known, Ordered how);
  Task<CallEnd> pursue(tool::Tool& tool, tool::Call call, llm::CallPosition position, Ordered how);
  Task<CallEnd> stays_parked(llm::CallPosition position);
  Task<void> park_call(tool::Tool& tool, llm::CallPosition position, Attempts::Parks parks);
  Task<CallEnd> delegate(tool::Tool& tool, tool::Call call, llm::CallPosition position, Ordered how);
  Task<void> settle(llm::CallPosition position, tool::Outcome outcome, Ordered how, int runs_below = 0);

  [[nodiscard]] tool::Call call_for(const llm::CallRecord& record, boost::json::object arguments) const;
  [[nodiscard]] bool is_delegate(const std::string& tool) const {
    return parts_.delegation && parts_.delegation->is_delegate(tool);
  }
  void park(WaitReason reason, llm::CallPosition call);
  void note_cause(const std::string& tool, const std::string& cause);
  // Whether the outcome stops the map that the call is of. It is not taken in then: a run that is retried asks again.
  bool stops(llm::CallPosition position, const tool::Outcome& outcome);
  void note_failure(llm::CallPosition position, const std::string& why);

  const Parts parts_;
  const tool::Toolbox* toolbox_ = nullptr;
  const MapItems* map_ = nullptr;
  Intents intents_;
  Attempts attempts_;
  LongOutputs long_outputs_;
  Parked parked_;
  std::optional<std::string> failure_;  // of the first item whose failure stops its map
};

}  // namespace executus::run
