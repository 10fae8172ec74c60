#include <algorithm>
#include <cstddef>
#include <iterator>
#include <limits>
#include <set>
#include <string>
#include <utility>

#include <executus/base/error.hpp>
#include <executus/journal/checkpoint.hpp>
#include <executus/journal/projection.hpp>

#include "journal/signal_command.hpp"

namespace executus::journal {
namespace {

template <class Number>
Number saturating_sum(Number a, Number b) {
  constexpr auto most = std::numeric_limits<Number>::max();
  return b > 0 && a > most - b ? most : a + b;
}

std::ptrdiff_t count_images(const llm::Message& message) {
  return std::ranges::count_if(message.parts,
                               [](const auto& part) { return std::holds_alternative<llm::Image>(part); });
}

// As people are told it.
std::string words_of(const llm::Message& message) {
  auto text = message.text();
  auto images = count_images(message);
  if (images == 0) return text;
  return text + (text.empty() ? "[" : " [") + std::to_string(images) + (images == 1 ? " image]" : " images]");
}

std::uint32_t earlier_responses(const Past& past, const std::vector<llm::Message>& kept) {
  auto in_kept = std::ranges::count(kept, llm::Role::assistant, &llm::Message::role);
  return static_cast<std::uint32_t>(std::max<std::ptrdiff_t>(0, past.iteration - in_kept));
}

// Notes go on for ever over runs that continue one another, and are in each kept past.
constexpr std::size_t kMostNotes = 1'000;

// Where there are too many, those go that follow the newest one by name: which they are is the same in every process.
void take(Notes& notes, const Notes& added) {
  if (added.empty()) return;
  for (const auto& [name, text] : added) notes[name] = text;
  auto next = notes.upper_bound(added.rbegin()->first);
  while (notes.size() > std::max(kMostNotes, added.size())) {
    if (next == notes.end()) next = notes.begin();
    next = added.contains(next->first) ? std::next(next) : notes.erase(next);
  }
}

// Folds one entry into the checkpoint: an operator for each kind of payload, which changes what that kind reports.
struct Apply {
  Checkpoint& checkpoint;
  const Entry& entry;

  void operator()(const Admitted& e) const {
    if (e.continues) require_base(*e.continues);
    checkpoint.admitted = {e.agent, e.invocation, {}, {}, e.continues};
    for (const auto& message : e.input) {
      if (e.past && message.role == llm::Role::assistant) break;
      checkpoint.opening.push_back(message);
    }
    checkpoint.conversation.begin(checkpoint.opening);
    if (checkpoint.inherited_summary) checkpoint.compacted = *checkpoint.inherited_summary;
    if (e.past) take_over(e.input, *e.past);
  }
  void operator()(const Opened&) const { ++checkpoint.attempts; }
  void operator()(const Responded& e) const {
    checkpoint.unanswered = {};
    checkpoint.cut.reset();
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
    if (!e.plan.empty()) call.plan = e.plan;
    if (e.is_run && !std::exchange(call.is_run, true)) ++checkpoint.runs_below;
  }
  void operator()(const Settled& e) const {
    checkpoint.artifacts.insert(checkpoint.artifacts.end(), e.artifacts.begin(), e.artifacts.end());
    take(checkpoint.notes, e.notes);
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
      checkpoint.unheard.push_back(words_of(e.message));
      if (e.source == kSignal) keep_from_model(e);
      if (count_images(e.message) > 0) add(checkpoint.late_images, e.message);
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
  void operator()(const Reopened&) const {
    if (!checkpoint.ended)
      throw failed("journal.malformed", "the journal reopens a run that had not ended; it is damaged");
    checkpoint.ended.reset();
    checkpoint.cut.reset();
    auto& conversation = checkpoint.conversation;
    if (is_no_answer(conversation)) conversation.drop_answer();
    hear_what_came_too_late();
    checkpoint.used_before =
        UsedBefore{checkpoint.attempts, conversation.steps(), conversation.transcript().size(), entry.elapsed};
  }
  void operator()(const Redefined& e) const {
    checkpoint.admitted.agent = e.agent;
    for (const auto& call : checkpoint.conversation.open_batch())
      if (is_unsent(call)) undecide(checkpoint.conversation.call_at(call.position));
  }
  void operator()(const PhaseStarted& e) const {
    if (checkpoint.used_before) checkpoint.used_before->steps = 0, checkpoint.used_before->messages = 0;
    checkpoint.phase = e;
    checkpoint.compacted = checkpoint.inherited_summary ? *checkpoint.inherited_summary : CompactedHead{};
    checkpoint.conversation.begin(checkpoint.opening);
    for (const auto& said : checkpoint.unanswered) checkpoint.conversation.add(said.message);
  }
  void operator()(const PhaseEnded& e) const {
    checkpoint.phases.push_back(e);
    checkpoint.phase.reset();
    checkpoint.artifacts_before_phase = checkpoint.artifacts.size();
  }
  void operator()(const Gated& e) const {
    for (const auto& decision : e.decisions) decide({e.response, decision.index}, decision);
  }
  void operator()(const Approved& e) const {
    auto& call = checkpoint.conversation.call_at(e.call);
    call.state = llm::CallState::pending;
    call.why_asked.reset();
    if (e.answer) return settle(e.call, llm::CallState::done, {call.call.id, call.call.name, *e.answer, {}, false}, {});
    if (e.approved) return agree_to(call.call.name);
    deny(call, e.reason.empty() ? "a person rejected this call" : "a person rejected this call: " + e.reason);
  }
  void operator()(const CallChanged& e) const {
    auto& call = checkpoint.conversation.call_at(e.call);
    undecide(call);
    call.call.arguments = e.arguments;
    call.changed_by_person = call.agreed_to = true;
    agree_to(call.call.name);
  }
  void operator()(const Compacted& e) const {
    checkpoint.side_usage += e.usage;
    if (e.error.empty()) checkpoint.compacted = {e.upto, 0, e.summary};
    checkpoint.compacted.tokens = e.tokens_after;
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
  // It was let through by the gate, and is not asked about again.
  void operator()(const Parked& e) const {
    auto& call = checkpoint.conversation.call_at(e.call);
    call.state = llm::CallState::parked;
    call.decided = true;
    call.wait = e.wait;
    call.wake.reset();
    call.armed = false;
    call.intent_moment = {};
    call.repeated_in_doubt = call.repeated_in_doubt || e.may_have_happened;
  }
  void operator()(const Woken& e) const {
    auto& call = checkpoint.conversation.call_at(e.call);
    call.state = llm::CallState::not_dispatched;
    call.wait.reset();
    call.wake = e.wake;
  }

  void operator()(const Cut& e) const { checkpoint.cut = e.text; }
  void operator()(const Mapped& e) const { checkpoint.conversation.add_mapped(e.calls); }
  void operator()(const Offered& e) const { take_offer(e.offer); }

  // Of a tool that changed twice, a person who agrees next saw it as it was first.
  void take_offer(const ToolOffer& offer) const {
    if (!checkpoint.offered) checkpoint.offered = OfferedTools{};
    auto& [offers, digests, reworded, agreed] = *checkpoint.offered;
    auto known = std::ranges::find(offers, offer.source, &ToolOffer::source);
    if (known == offers.end())
      offers.push_back(offer);
    else
      *known = offer;
    for (const auto& tool : offer.tools) digests[tool.name] = tool.digest;
    for (const auto& [name, was] : offer.reworded) reworded.try_emplace(name, was), agreed.erase(name);
  }
  void agree_to(const std::string& tool) const {
    if (!checkpoint.offered) return;
    checkpoint.offered->reworded.erase(tool);
    if (checkpoint.offered->digests.contains(tool)) checkpoint.offered->agreed.insert(tool);
  }

  void require_base(const Continued& base) const {
    if (checkpoint.admitted.continues && *checkpoint.admitted.continues == base) return;
    throw failed("journal.base_missing", "the run continues run " + base.run +
                                             ", without which its journal says nothing; read both, as "
                                             "read_stored_run() does");
  }
  // The run ended with it, since it is cut or refused.
  static bool is_no_answer(const llm::Conversation& conversation) {
    using enum llm::FinishReason;
    const auto& transcript = conversation.transcript();
    bool answered = !transcript.empty() && transcript.back().role == llm::Role::assistant;
    auto finish = conversation.last_finish();
    return answered && conversation.open_batch().empty() && finish != stop && finish != tool_calls;
  }
  void keep_from_model(const Steered& signal) const {
    if (signal.signal)
      add(checkpoint.signals_left, signal);
    else
      add(checkpoint.not_for_model, signal.message.text());
  }
  template <class T>
  static void add(Boxed<std::vector<T>>& all, T one) {
    if (!all) all = std::vector<T>();
    all->push_back(std::move(one));
  }
  // What the conversation has already and no response followed is heard in any case. Signals are in the inbox again.
  void hear_what_came_too_late() const {
    auto late = std::exchange(checkpoint.unheard, {});
    if (checkpoint.not_for_model) take_out(late, checkpoint.unheard = *checkpoint.not_for_model);
    if (checkpoint.signals_left) take_out(late, texts_of(*checkpoint.signals_left));
    checkpoint.signals_left.reset();
    take_out(late, texts_of(checkpoint.unanswered));
    for (auto& text : late) {
      auto message = late_message(std::move(text));
      checkpoint.conversation.add(message);
      checkpoint.unanswered.push_back({std::move(message), "steer", false});
    }
    checkpoint.late_images.reset();
  }
  static std::vector<std::string> texts_of(const std::vector<Steered>& messages) {
    std::vector<std::string> texts;
    for (const auto& said : messages) texts.push_back(words_of(said.message));
    return texts;
  }
  llm::Message late_message(std::string text) const {
    if (auto& shown = checkpoint.late_images)
      for (auto each = shown->begin(); each != shown->end(); ++each) {
        if (words_of(*each) != text) continue;
        auto message = std::move(*each);
        shown->erase(each);
        return message;
      }
    return llm::user_message(std::move(text));
  }
  // Each of `others` takes one of its kind out.
  static void take_out(std::vector<std::string>& texts, const std::vector<std::string>& others) {
    std::multiset<std::string> known(others.begin(), others.end());
    std::erase_if(texts, [&](const std::string& text) {
      auto found = known.find(text);
      if (found == known.end()) return false;
      known.erase(found);
      return true;
    });
  }
  static bool is_unsent(const llm::CallRecord& call) {
    using enum llm::CallState;
    return call.dispatches == 0 && (call.state == pending || call.state == awaiting_approval);
  }
  static void undecide(llm::CallRecord& call) {
    call.state = llm::CallState::pending;
    call.decided = call.agreed_to = false;
    call.why_asked.reset();
  }

  // Phases begin with the opening; a run without any goes on in the middle of its conversation.
  void take_over(const std::vector<llm::Message>& input, const Past& past) const {
    llm::Transcript messages;
    for (const auto& message : input) messages.push_back(message);
    auto finish = past.finish.value_or(llm::FinishReason::stop);
    checkpoint.conversation = llm::conversation_of(messages, earlier_responses(past, input), finish);
    checkpoint.phases = past.phases;
    checkpoint.artifacts = past.artifacts;
    checkpoint.artifacts_before_phase = past.artifacts.size();
    checkpoint.critic = past.critic;
    if (past.submitted) checkpoint.submitted = *past.submitted;
    checkpoint.side_usage += past.usage;
    if (past.usage != llm::Usage{}) checkpoint.cost += std::nullopt;
    checkpoint.spent = past.spent;
    checkpoint.finish = past.finish;
    checkpoint.served_by = past.served_by;
    checkpoint.runs_below = past.runs_below;
    checkpoint.attempts = checkpoint.attempts_before = past.attempts;
    checkpoint.unheard = past.unheard;
    checkpoint.notes = past.notes;
    for (const auto& offer : past.offers) take_offer(offer);
    if (!past.unheard.empty()) checkpoint.not_for_model = past.unheard;
    if (past.messages == input.size()) take_over_what_messages_do_not_tell(past);
  }
  void take_over_what_messages_do_not_tell(const Past& past) const {
    checkpoint.compacted = past.compacted;
    for (const auto& call : past.calls) recall(call);
    for (const auto& answer : past.generated) checkpoint.generated[{answer.call, answer.ordinal}] = answer;
  }
  // A call that the messages close had an unknown outcome, and its result says so.
  void recall(const KeptCall& kept) const {
    auto* call = checkpoint.conversation.find_call(kept.call);
    if (!call || (is_settled(kept.state) && !is_settled(call->state))) return;
    if (is_settled(kept.state) || !is_settled(call->state)) call->state = kept.state;
    call->decided = kept.decided;
    if (kept.arguments) call->call.arguments = *kept.arguments;
    call->key = kept.key;
    call->effect = kept.effect;
    call->dispatches = kept.dispatches;
    call->intent_at = kept.intent_at;
    call->is_run = kept.is_run;
    call->runs_below = kept.runs_below;
    call->repeated_in_doubt = kept.repeated_in_doubt;
    call->changed_by_person = kept.changed_by_person;
    call->agreed_to = kept.agreed_to;
    if (kept.wait) call->wait = *kept.wait;
    if (kept.wake) call->wake = *kept.wake;
    if (!kept.plan.empty()) call->plan = kept.plan;
  }

  void decide(llm::CallPosition position, const GateDecision& decision) const {
    auto& call = checkpoint.conversation.call_at(position);
    call.decided = true;
    call.agreed_to = false;
    bool rewritten = decision.ruling == Ruling::rewrite || !decision.arguments.empty();
    if (rewritten) call.call.arguments = decision.arguments;
    if (decision.ruling == Ruling::ask) call.state = llm::CallState::awaiting_approval;
    if (decision.ruling == Ruling::ask && !decision.reason.empty()) call.why_asked = decision.reason;
    if (decision.ruling == Ruling::deny) deny(call, decision.reason);
  }
  void deny(const llm::CallRecord& call, const std::string& reason) const {
    llm::ToolResult result{call.call.id, call.call.name, reason, {}, true};
    settle(call.position, llm::CallState::denied, std::move(result), {});
  }
  // What its model wrote stays in the transcript, so the result says that something else was meant. No model wrote the
  // calls of a map.
  static void say_what_changed(const llm::CallRecord& call, llm::ToolResult& result) {
    if (!call.changed_by_person || call.mapped) return;
    result.text = "[A person changed the arguments of this call to " + call.call.arguments + "]\n" + result.text;
  }
  // Attached messages wait for an answer of the model, as steer messages do.
  void settle(llm::CallPosition position, llm::CallState state, llm::ToolResult result,
              std::vector<llm::Message> attached) const {
    say_what_changed(checkpoint.conversation.call_at(position), result);
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
  checkpoint.cost += project({&entry, 1}).cost;
}

Checkpoint fold(std::span<const Entry> entries) {
  Checkpoint checkpoint;
  for (const auto& entry : entries) apply(checkpoint, entry);
  return checkpoint;
}

}  // namespace executus::journal
