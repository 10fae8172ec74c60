// What a run hands on to one that continues its conversation.
#include <cstdint>
#include <vector>

#include <executus/journal/checkpoint.hpp>

namespace executus::journal {
namespace {

// Whether the messages of a call do not tell all about it. A call that waits for an approval is put before the gate
// again: a host that keeps it may have no inbox for the answer.
bool has_more_to_tell(const llm::CallRecord& call) {
  if (call.state == llm::CallState::awaiting_approval) return false;
  return call.decided || call.changed_by_person || !call.key.empty() || call.dispatches > 0 ||
         call.state == llm::CallState::denied;
}

// The bindings make the compiler refuse a record with a field that is not handled here. Left out: result and attached
// messages (the conversation has them), an intent's moment (its calls are not kept), whether it is of a map (of a run
// with phases no calls are kept), why a person is asked (it is put before the gate again), and what its process alone
// knows.
KeptCall kept_call(const llm::CallRecord& call, const llm::ToolCall& asked) {
  const auto& [position, sent, state, decided, changed_by_person, agreed_to, why_asked, key, effect, dispatches,
               repeated_in_doubt, armed, intent_at, intent_moment, is_run, mapped, runs_below, wait, wake, plan, result,
               attached] = call;
  KeptCall kept{position, state,      decided,           {},
                key,      effect,     dispatches,        intent_at,
                is_run,   runs_below, repeated_in_doubt, changed_by_person,
                agreed_to};
  if (sent.arguments != asked.arguments) kept.arguments = sent.arguments;
  if (wait) kept.wait = *wait;
  if (wake) kept.wake = *wake;
  if (plan) kept.plan = *plan;
  return kept;
}

std::vector<KeptCall> kept_calls(const llm::Conversation& conversation) {
  std::vector<KeptCall> kept;
  auto response = conversation.responses() - static_cast<std::uint32_t>(conversation.steps());
  for (const auto& message : conversation.transcript()) {
    if (message.role != llm::Role::assistant) continue;
    for (std::uint32_t i = 0; i < message.tool_calls.size(); ++i)
      if (const auto* call = conversation.find_call({response, i}); call && has_more_to_tell(*call))
        kept.push_back(kept_call(*call, message.tool_calls[i]));
    ++response;
  }
  return kept;
}

// What a person has agreed to is not kept: where a source has a tool asked about, it is asked about again.
std::vector<ToolOffer> kept_offers(const OfferedTools& offered) {
  auto offers = offered.offers;
  for (auto& offer : offers) {
    offer.reworded.clear();
    for (const auto& tool : offer.tools)
      if (auto found = offered.reworded.find(tool.name); found != offered.reworded.end()) offer.reworded.insert(*found);
  }
  return offers;
}

}  // namespace

Past past_of(const Checkpoint& checkpoint) {
  const auto& conversation = checkpoint.conversation;
  Past past;
  past.iteration = static_cast<int>(conversation.responses());
  past.usage = conversation.usage();
  past.usage += checkpoint.side_usage;
  past.spent = checkpoint.spent;
  past.phases = checkpoint.phases;
  past.artifacts = checkpoint.artifacts;
  past.critic = checkpoint.critic;
  if (checkpoint.submitted) past.submitted = *checkpoint.submitted;
  past.finish = checkpoint.finish;
  past.served_by = checkpoint.served_by;
  past.runs_below = checkpoint.runs_below;
  past.attempts = checkpoint.attempts;
  past.unheard = checkpoint.unheard;
  past.notes = checkpoint.notes;
  if (checkpoint.offered) past.offers = kept_offers(*checkpoint.offered);
  if (checkpoint.phase || !checkpoint.phases.empty()) {
    past.artifacts.resize(checkpoint.artifacts_before_phase);
    return past;
  }
  past.compacted = checkpoint.compacted;
  past.calls = kept_calls(conversation);
  for (const auto& [place, answer] : checkpoint.generated) past.generated.push_back(answer);
  return past;
}

}  // namespace executus::journal
