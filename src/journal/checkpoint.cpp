#include <algorithm>
#include <cstddef>
#include <limits>
#include <utility>

#include <executus/base/error.hpp>
#include <executus/journal/checkpoint.hpp>

namespace executus::journal {
namespace {

template <class Number>
Number saturating_sum(Number a, Number b) {
  constexpr auto most = std::numeric_limits<Number>::max();
  return b > 0 && a > most - b ? most : a + b;
}

std::uint32_t earlier_responses(const Past& past, const std::vector<llm::Message>& kept) {
  auto in_kept = std::ranges::count(kept, llm::Role::assistant, &llm::Message::role);
  return static_cast<std::uint32_t>(std::max<std::ptrdiff_t>(0, past.iteration - in_kept));
}

// One entry after another: each names what it changes, and nothing else.
struct Apply {
  Checkpoint& checkpoint;
  const Entry& entry;

  void operator()(const Admitted& e) const {
    checkpoint.admitted = {e.agent, e.invocation, {}};
    for (const auto& message : e.input) {
      if (e.past && message.role == llm::Role::assistant) break;
      checkpoint.opening.push_back(message);
    }
    checkpoint.conversation.begin(checkpoint.opening);
    if (e.past) take_over(e.input, *e.past);
  }
  void operator()(const Opened&) const { ++checkpoint.attempts; }
  void operator()(const Responded& e) const {
    checkpoint.unanswered = {};
    checkpoint.finish = e.response.finish;
    checkpoint.served_by = e.response.target;
    checkpoint.conversation.add_response(e.response);
  }
  void operator()(const Intended& e) const {
    auto& call = checkpoint.conversation.call_at(e.call);
    call.state = llm::CallState::dispatched;
    call.key = e.key;
    call.effect = e.effect;
    call.intent_at = entry.at;
    call.intent_moment = e.moment;
    if (!e.renewed) ++call.dispatches;
    if (e.is_run && !std::exchange(call.is_run, true)) ++checkpoint.runs_below;
  }
  void operator()(const Settled& e) const {
    checkpoint.artifacts.insert(checkpoint.artifacts.end(), e.artifacts.begin(), e.artifacts.end());
    if (e.submitted && !checkpoint.submitted) checkpoint.submitted = *e.submitted;
    auto& call = checkpoint.conversation.call_at(e.call);
    if (!e.key.empty()) call.key = e.key;
    call.runs_below = e.runs_below;
    checkpoint.runs_below += e.runs_below;
    llm::ToolResult result{call.call.id, call.call.name, e.text, e.images, e.state != llm::CallState::done};
    settle(e.call, e.state, std::move(result), e.attached);
    if (checkpoint.conversation.open_batch().empty()) checkpoint.generated.clear();
  }
  void operator()(const Steered& e) const {
    if (!e.undelivered) {
      checkpoint.conversation.add(e.message);
      checkpoint.unanswered.push_back(e);
    } else {
      checkpoint.unheard.push_back(e.message.text());
    }
    auto& nudges = checkpoint.critic.nudges;
    if (e.source == "critic" && !nudges.empty()) nudges.erase(nudges.begin());
  }
  void operator()(const Waited& e) const {
    checkpoint.waiting = e;
    if (e.reason != WaitReason::in_doubt) return;
    for (auto position : e.calls) checkpoint.conversation.call_at(position).state = llm::CallState::in_doubt;
  }
  void operator()(const Retried& e) const {
    auto& call = checkpoint.conversation.call_at(e.call);
    call.repeated_in_doubt = call.repeated_in_doubt || call.state == llm::CallState::in_doubt;
    call.state = llm::CallState::not_dispatched;
  }
  void operator()(const Ended& e) const { checkpoint.ended = e; }
  void operator()(const PhaseStarted& e) const {
    checkpoint.phase = e;
    checkpoint.folded = {};
    checkpoint.conversation.begin(checkpoint.opening);
    for (const auto& said : checkpoint.unanswered) checkpoint.conversation.add(said.message);
  }
  void operator()(const PhaseEnded& e) const {
    checkpoint.phases.push_back(e);
    checkpoint.phase.reset();
  }
  void operator()(const Gated& e) const {
    for (const auto& decision : e.decisions) decide({e.response, decision.index}, decision);
  }
  void operator()(const Approved& e) const {
    auto& call = checkpoint.conversation.call_at(e.call);
    call.state = llm::CallState::pending;
    if (!e.approved)
      deny(call, e.reason.empty() ? "a person rejected this call" : "a person rejected this call: " + e.reason);
  }
  void operator()(const Compacted& e) const {
    checkpoint.side_usage += e.usage;
    if (e.error.empty()) checkpoint.folded = {e.upto, 0, e.summary};
    checkpoint.folded.tokens = e.tokens_after;
  }
  void operator()(const Criticised& e) const {
    auto& critic = checkpoint.critic;
    checkpoint.side_usage += e.usage;
    critic.extended = Milliseconds(saturating_sum(critic.extended.count(), e.extend_by.count()));
    ++critic.decisions;
    if (e.extend_by.count() > 0) ++critic.extensions;
    critic.steps_raised = saturating_sum(critic.steps_raised, e.raise_steps_by);
    if (!e.nudge.empty()) critic.nudges.push_back(e.nudge);
    if (!e.kill) return;
    critic.killed = true;
    critic.kill_reason = e.reason;
  }
  void operator()(const Generated& e) const {
    checkpoint.side_usage += e.response.usage;
    checkpoint.generated[{e.call, e.ordinal}] = e;
  }
  void operator()(const Spent& e) const {
    checkpoint.side_usage += e.usage;
    checkpoint.spent += e.usage;
  }
  void operator()(const Withheld& e) const {
    for (const auto& [part, note] : e.items) checkpoint.conversation.replace_by_note(part, note);
  }

  // Phases begin with the opening; a run without any goes on in the middle of its conversation.
  void take_over(const std::vector<llm::Message>& kept, const Past& past) const {
    llm::Transcript messages;
    for (const auto& message : kept) messages.push_back(message);
    checkpoint.conversation = llm::conversation_of(messages, earlier_responses(past, kept));
    checkpoint.phases = past.phases;
    checkpoint.artifacts = past.artifacts;
    checkpoint.critic = past.critic;
    if (past.submitted) checkpoint.submitted = *past.submitted;
    checkpoint.side_usage += past.usage;
  }

  void decide(llm::CallPosition position, const GateDecision& decision) const {
    auto& call = checkpoint.conversation.call_at(position);
    call.decided = true;
    bool rewritten = decision.ruling == Ruling::rewrite || !decision.arguments.empty();
    if (rewritten) call.call.arguments = decision.arguments;
    if (decision.ruling == Ruling::ask) call.state = llm::CallState::awaiting_approval;
    if (decision.ruling == Ruling::deny) deny(call, decision.reason);
  }
  void deny(const llm::CallRecord& call, const std::string& reason) const {
    llm::ToolResult result{call.call.id, call.call.name, reason, {}, true};
    settle(call.position, llm::CallState::denied, std::move(result), {});
  }
  // What was attached waits for an answer, as what people say does.
  void settle(llm::CallPosition position, llm::CallState state, llm::ToolResult result,
              std::vector<llm::Message> attached) const {
    for (auto& message : checkpoint.conversation.settle(position, state, std::move(result), std::move(attached)))
      checkpoint.unanswered.push_back({std::move(message), "tool", false});
  }
};

}  // namespace

void apply(Checkpoint& checkpoint, const Entry& entry) {
  if (entry.seq != checkpoint.last_seq + 1)
    throw failed("journal.malformed", "journal entry " + std::to_string(entry.seq) + " follows entry " +
                                          std::to_string(checkpoint.last_seq) + "; the journal is damaged");
  checkpoint.last_seq = entry.seq;
  checkpoint.elapsed = entry.elapsed;
  if (!std::holds_alternative<Waited>(entry.payload)) checkpoint.waiting.reset();
  std::visit(Apply{checkpoint, entry}, entry.payload);
}

Checkpoint fold(std::span<const Entry> entries) {
  Checkpoint checkpoint;
  for (const auto& entry : entries) apply(checkpoint, entry);
  return checkpoint;
}

}  // namespace executus::journal
