// What to do with a call that has no outcome yet: the heart of recovery, and of a live run whose tool did not answer.
// Pure.
#pragma once

#include <optional>
#include <string>

#include <executus/base/clock.hpp>
#include <executus/llm/conversation.hpp>
#include <executus/run/agent.hpp>
#include <executus/tool/tool.hpp>

namespace executus::run {

enum class CallAction {
  dispatch,   // send it: it certainly did not happen, or repeating it is harmless
  probe,      // ask the target whether it happened
  in_doubt,   // the outcome cannot be known: a person decides
  tell_model  // end it with an error result that says the outcome is unknown
};

// Of an open call; one that is armed is as one that has no intent.
[[nodiscard]] inline llm::CallState state_of(const llm::CallRecord& call) {
  return call.armed ? llm::CallState::pending : call.state;
}

// What this process learned about the call since it took the run up; the journal does not know it.
struct Tries {
  int unknown = 0;                    // dispatches here, on whatever grounds, that ended without a known outcome
  int unclear_probes = 0;             // probes that gave no answer
  bool did_not_happen = false;        // as a probe said since the last dispatch
  std::optional<MonoTime> sent = {};  // the last dispatch here
  bool earlier = false;               // an attempt before the last dispatch may have happened
  std::string reason = {};            // why the last outcome is not known
};

// A call is dispatched, and a probe asked in vain, at most this often in one process before a person is asked.
inline constexpr int kMaxTries = 3;

[[nodiscard]] CallAction next_action(llm::CallState state, tool::Effect effect, const Tries& tries, OnInDoubt policy);

// Whether a dispatch of the call, in this process or before, may have had its effect. `state`: `pending` for a call
// whose intent is durable and was not carried out.
[[nodiscard]] bool may_have_happened(const llm::CallRecord& call, llm::CallState state, const Tries& tries);

// What the outcome of one dispatch says of the call: that a repetition was not sent is no word on what was sent before.
enum class Earlier { did_nothing, may_have_happened };
[[nodiscard]] tool::Outcome outcome_of_call(tool::Outcome last, Earlier earlier);

// The time, as a process that settles a call knows it.
struct SettlingAt {
  MonoTime now;
  MonoTime taken_up;  // when this process took the run up
  BootMoment moment;
};

// For how long the last dispatch of a call has certainly been under way: since it was sent, when that was here; since
// its intent, when that was written since the machine was started last; else since this process took the run up. The
// calendar is not asked: it may have been set.
[[nodiscard]] Milliseconds certain_age(const Tries& tries, const BootMoment& intent, const SettlingAt& at);

}  // namespace executus::run
