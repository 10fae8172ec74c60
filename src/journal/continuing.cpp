// What a run that continues another one begins with.
#include <algorithm>
#include <string>
#include <utility>

#include <executus/journal/checkpoint.hpp>

namespace executus::journal {
namespace {

// What the model is told of a call that the run before did not see to its end.
const char* unfinished(llm::CallState state) {
  switch (state) {
    case llm::CallState::dispatched:
    case llm::CallState::in_doubt:
      return "The run ended while this call was under way. It may have happened: find that out before it is made "
             "again.";
    case llm::CallState::awaiting_approval:
      return "This call was not made: the run ended before a person allowed it.";
    case llm::CallState::parked:
      return "This call was not made: the run ended while it waited.";
    case llm::CallState::not_dispatched:
      return "This call was not made: the run ended before.";
    default:
      return "The run ended before this call gave a result.";
  }
}

// No provider takes a conversation in which a call has no result.
void close_open_calls(llm::Conversation& conversation) {
  std::vector<llm::CallRecord> open(conversation.open_batch().begin(), conversation.open_batch().end());
  for (const auto& call : open)
    if (!llm::is_settled(call.state))
      (void)conversation.settle(call.position, llm::CallState::failed,
                                {call.call.id, call.call.name, unfinished(call.state), {}, true});
}

bool has_phases(const Checkpoint& run) { return run.phase || !run.phases.empty(); }

// Of a run with phases: what its last phase was saying, when it ended otherwise than well.
std::string last_words(const llm::Transcript& phase) {
  if (phase.empty() || phase.back().role != llm::Role::assistant) return "";
  return phase.back().text();
}

// Each phase had a conversation of its own, and the caller saw none of them.
llm::Transcript told_of_phases(const Checkpoint& run) {
  llm::Transcript messages = run.opening;
  bool ok = run.ended && run.ended->status == RunStatus::ok;
  auto said = ok ? run.ended->output : last_words(run.conversation.transcript());
  if (!said.empty()) messages.push_back(llm::assistant_message(std::move(said)));
  return messages;
}

// Of how large the conversation was then the next run knows nothing: its model may have another context.
Boxed<CompactedHead> summary_of(const CompactedHead& head) {
  if (head.upto == 0) return {};
  return CompactedHead{head.upto, 0, head.summary};
}

}  // namespace

llm::Message cut_message(const std::string& text) {
  auto message = llm::assistant_message(text);
  message.parts.emplace_back(llm::Text{"\n[Cut off here: the run was stopped while this was being said.]"});
  return message;
}

Checkpoint continuing(const std::string& run, const Checkpoint& base) {
  Checkpoint next;
  next.admitted.continues = Continued{run, base.last_seq};
  if (has_phases(base)) {
    next.opening = told_of_phases(base);
    next.inherited_summary = base.inherited_summary;
  } else {
    auto conversation = base.conversation;
    close_open_calls(conversation);
    next.opening = conversation.transcript();
    next.inherited_summary = summary_of(base.compacted);
  }
  if (base.cut) next.opening.push_back(cut_message(*base.cut));
  next.inherited = next.opening.size();
  next.notes = base.notes;
  return next;
}

}  // namespace executus::journal
