#include <utility>

#include <executus/base/error.hpp>
#include <executus/journal/checkpoint.hpp>

namespace executus::journal {
namespace {

// One entry after another: each names what it changes, and nothing else.
struct Apply {
  Checkpoint& checkpoint;
  const Entry& entry;

  void operator()(const Admitted& e) const {
    checkpoint.admitted = e;
    for (const auto& message : e.input) checkpoint.conversation.add(message);
    checkpoint.admitted.input.clear();  // the transcript has it
  }
  void operator()(const Opened&) const { ++checkpoint.attempts; }
  void operator()(const Responded& e) const { checkpoint.conversation.add_response(e.response); }
  void operator()(const Intended& e) const {
    auto& call = checkpoint.conversation.call_at(e.call);
    call.state = llm::CallState::dispatched;
    call.key = e.key;
    call.intent_at = entry.at;
    ++call.dispatches;
  }
  void operator()(const Settled& e) const {
    auto& call = checkpoint.conversation.call_at(e.call);
    if (!e.key.empty()) call.key = e.key;
    if (call.dispatches == 0 && e.state != llm::CallState::denied) call.dispatches = 1;
    llm::ToolResult result{call.call.id, call.call.name, e.text, e.images, e.state != llm::CallState::done};
    checkpoint.conversation.settle(e.call, e.state, std::move(result));
  }
  void operator()(const Steered& e) const { checkpoint.conversation.add(e.message); }
  void operator()(const Waited& e) const {
    checkpoint.waiting = e;
    if (e.reason != WaitReason::in_doubt) return;
    for (auto position : e.calls) checkpoint.conversation.call_at(position).state = llm::CallState::in_doubt;
  }
  void operator()(const Retried& e) const {
    checkpoint.conversation.call_at(e.call).state = llm::CallState::not_dispatched;
  }
  void operator()(const Ended& e) const { checkpoint.ended = e; }
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
