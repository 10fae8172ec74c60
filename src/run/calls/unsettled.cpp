#include "run/calls/unsettled.hpp"

#include <executus/tool/tool.hpp>

namespace executus::run {

bool goes_on_by_plan(const llm::CallRecord& call) {
  auto effect = tool::parse_effect(call.effect);
  return call.plan && effect && !tool::is_gated(*effect);
}

Unsettled unsettled_of(std::span<const llm::CallRecord> open,
                       const std::function<bool(const llm::CallRecord&)>& is_child) {
  Unsettled unsettled;
  for (const auto& call : open) {
    bool unsent = call.state == llm::CallState::dispatched && call.armed;
    bool waits = call.state == llm::CallState::not_dispatched || call.state == llm::CallState::parked;
    if (call.repeated_in_doubt && (unsent || waits)) unsettled.to_repeat.push_back(call.position);
    if (call.state != llm::CallState::dispatched) continue;
    if (unsent)
      unsettled.unsent.push_back(call.position);
    else if (!is_child(call) && !goes_on_by_plan(call))
      unsettled.unknown.push_back(call.position);
  }
  return unsettled;
}

std::vector<journal::Payload> entries_when_left(const Unsettled& unsettled) {
  std::vector<journal::Payload> entries;
  for (auto position : unsettled.unsent) entries.push_back(journal::Retried{position});
  return entries;
}

// `in_doubt` is written last: a call whose last attempt was not sent may have had an earlier one that was.
std::vector<journal::Payload> entries_when_ended(const Unsettled& unsettled) {
  auto entries = entries_when_left(unsettled);
  auto in_doubt = unsettled.unknown;
  in_doubt.insert(in_doubt.end(), unsettled.to_repeat.begin(), unsettled.to_repeat.end());
  if (!in_doubt.empty())
    entries.push_back(journal::Waited{WaitReason::in_doubt, std::move(in_doubt), "the run ended meanwhile", {}});
  return entries;
}

}  // namespace executus::run
