#include "run/calls/call_limit.hpp"

#include <algorithm>

#include "base/among.hpp"

namespace executus::run {

std::optional<std::string> over_limit(const tool::ToolInfo& info, std::span<const llm::CallRecord> calls,
                                      llm::CallPosition position) {
  if (!info.limit) return std::nullopt;
  auto counts = [&](const llm::CallRecord& call) {
    return call.position < position && call.state != llm::CallState::denied &&
           is_among(call.call.name, info.limit->tools);
  };
  if (std::ranges::count_if(calls, counts) < info.limit->calls) return std::nullopt;
  std::string names;
  for (const auto& name : info.limit->tools) names += (names.empty() ? "" : ", ") + name;
  return "this run has made the " + std::to_string(info.limit->calls) + " calls of " + names +
         " that it may make; go on without them";
}

}  // namespace executus::run
