#include "run/settle.hpp"

#include <algorithm>

namespace executus::run {
namespace {

CallAction nobody_knows(OnInDoubt policy) {
  switch (policy) {
    case OnInDoubt::park:
      return CallAction::in_doubt;
    case OnInDoubt::tell_model:
      return CallAction::tell_model;
    case OnInDoubt::retry:
      return CallAction::dispatch;
  }
  return CallAction::in_doubt;
}

}  // namespace

CallAction next_action(llm::CallState state, tool::Effect effect, Tries tries, OnInDoubt policy) {
  bool may_have_happened =
      state == llm::CallState::dispatched || state == llm::CallState::in_doubt || tries.unknown > 0;
  if (!may_have_happened) return CallAction::dispatch;
  switch (effect) {
    case tool::Effect::pure:
      return tries.unknown < kMaxTries ? CallAction::dispatch : CallAction::tell_model;
    case tool::Effect::idempotent:
    case tool::Effect::keyed:
      return tries.unknown < kMaxTries ? CallAction::dispatch : nobody_knows(policy);
    case tool::Effect::probeable:
      return tries.unclear_probes < kMaxTries ? CallAction::probe : nobody_knows(policy);
    case tool::Effect::irreversible:
      return nobody_knows(policy);
  }
  return CallAction::in_doubt;
}

Milliseconds backoff(int failures) {
  return std::min(Milliseconds(30'000), Milliseconds(500) * (1 << std::clamp(failures - 1, 0, 10)));
}

}  // namespace executus::run
