#include <utility>

#include <executus/tool/tool.hpp>

#include "checkpoint/progress.hpp"

namespace executus::checkpoint {
namespace {

constexpr const char* kUnknownOutcome =
    "The process ended after this call was sent and before its outcome was known: it may have happened. Find out "
    "whether it did before you call this again.";

bool outcome_unknown(const llm::CallRecord& call) {
  if (call.state == llm::CallState::in_doubt) return true;
  return call.state == llm::CallState::dispatched && call.effect != tool::to_string(tool::Effect::keyed);
}

}  // namespace

llm::Transcript continuable(const llm::Conversation& conversation) {
  const auto& head = conversation.transcript();
  if (conversation.open_batch().empty()) return head;
  llm::Conversation closed = conversation;  // a copy, to get at the messages that wait behind the batch
  std::vector<bool> known;
  for (const auto& call : conversation.open_batch()) {
    bool unknown = outcome_unknown(call);
    known.push_back(unknown || is_settled(call.state));
    if (!is_settled(call.state))
      closed.settle(call.position, llm::CallState::failed, {call.call.id, call.call.name, kUnknownOutcome, {}, true});
  }
  llm::Message results{llm::Role::tool, {}, {}, {}};
  const auto& all = closed.transcript()[head.size()].tool_results;
  for (std::size_t i = 0; i < known.size(); ++i)
    if (known[i]) results.tool_results.push_back(all[i]);
  llm::Transcript messages = head;
  if (!results.tool_results.empty()) messages.push_back(std::move(results));
  messages.append(closed.transcript().from(head.size() + 1));
  return messages;
}

}  // namespace executus::checkpoint
