#include "run/calls/settle.hpp"

namespace executus::run {
namespace {

bool may_be_sent(const Tries& tries) { return tries.unknown < kMaxTries; }

// With OnInDoubt::retry the call is repeated up to kMaxTries times, then a person is asked.
CallAction action_in_doubt(const Tries& tries, OnInDoubt policy) {
  switch (policy) {
    case OnInDoubt::park:
      return CallAction::in_doubt;
    case OnInDoubt::tell_model:
      return CallAction::tell_model;
    case OnInDoubt::retry:
      return may_be_sent(tries) ? CallAction::dispatch : CallAction::in_doubt;
  }
  return CallAction::in_doubt;
}

CallAction of_probeable(const Tries& tries, OnInDoubt policy) {
  if (tries.did_not_happen && may_be_sent(tries)) return CallAction::dispatch;
  if (!tries.did_not_happen && tries.unclear_probes < kMaxTries) return CallAction::probe;
  return action_in_doubt(tries, policy);
}

}  // namespace

CallAction next_action(llm::CallState state, tool::Effect effect, const Tries& tries, OnInDoubt policy) {
  bool may_have_happened = may_have_been_sent(state) || tries.unknown > 0;
  if (!may_have_happened) return CallAction::dispatch;
  switch (effect) {
    case tool::Effect::pure:
      return may_be_sent(tries) ? CallAction::dispatch : CallAction::tell_model;
    case tool::Effect::idempotent:
    case tool::Effect::keyed:
      return may_be_sent(tries) ? CallAction::dispatch : action_in_doubt(tries, policy);
    case tool::Effect::probeable:
      return of_probeable(tries, policy);
    case tool::Effect::irreversible:
      return action_in_doubt(tries, policy);
  }
  return CallAction::in_doubt;
}

bool may_have_happened(const llm::CallRecord& call, llm::CallState state, const Tries& tries) {
  if (tries.did_not_happen) return false;
  return tries.unknown > 0 || may_have_been_sent(state) || call.repeated_in_doubt;
}

tool::Outcome outcome_of_call(tool::Outcome last, Earlier earlier) {
  auto* failure = std::get_if<tool::Failed>(&last);
  if (!failure || !failure->unsent || earlier == Earlier::did_nothing) return last;
  return tool::Unknown{"an earlier attempt may have happened, and it could not be repeated: " + failure->message};
}

Milliseconds certain_age(const Tries& tries, const BootMoment& intent, const SettlingAt& at) {
  if (!tries.sent)
    if (auto age = time_between(intent, at.moment)) return *age;
  return std::chrono::duration_cast<Milliseconds>(at.now - tries.sent.value_or(at.taken_up));
}

}  // namespace executus::run
