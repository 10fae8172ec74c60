#include "run/open/kept_later.hpp"

#include <algorithm>

namespace executus::run {

bool may_be_kept_later(const Agent& agent, const Invocation& invocation) {
  bool waits_here = invocation.start == Invocation::Start::now && !invocation.on_admitted;
  bool is_on_its_own = invocation.parent.empty() && !invocation.resume;
  return agent.durability == Durability::lazy && waits_here && is_on_its_own && invocation.files.empty() &&
         !agent.budget;
}

Milliseconds durable_after(const Agent& agent) {
  return agent.durable_after > Milliseconds(0) ? std::min(agent.durable_after, kMaxDurableAfter) : kDurableAfter;
}

}  // namespace executus::run
