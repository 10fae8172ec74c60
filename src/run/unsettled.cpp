#include "run/unsettled.hpp"

namespace executus::run {

Unsettled unsettled_of(std::span<const llm::CallRecord> open,
                       const std::function<bool(const llm::CallRecord&)>& is_armed,
                       const std::function<bool(const llm::CallRecord&)>& is_child) {
  Unsettled unsettled;
  for (const auto& call : open) {
    if (call.state != llm::CallState::dispatched) continue;
    if (is_armed(call))
      unsettled.unsent.push_back(call.position);
    else if (!is_child(call))
      unsettled.unknown.push_back(call.position);
  }
  return unsettled;
}

std::vector<journal::Payload> entries_when_left(const Unsettled& unsettled) {
  std::vector<journal::Payload> entries;
  for (auto position : unsettled.unsent) entries.push_back(journal::Retried{position});
  return entries;
}

std::vector<journal::Payload> entries_when_ended(const Unsettled& unsettled) {
  auto entries = entries_when_left(unsettled);
  if (!unsettled.unknown.empty())
    entries.push_back(journal::Waited{WaitReason::in_doubt, unsettled.unknown, "the run ended meanwhile", {}});
  return entries;
}

}  // namespace executus::run
