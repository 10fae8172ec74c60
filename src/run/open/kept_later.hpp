// Which runs need not be stored from their beginning (Durability::lazy): those that nothing outside of this process can
// know of before they are.
#pragma once

#include <executus/run/agent.hpp>
#include <executus/run/invocation.hpp>

namespace executus::run {

// Of a run whose id is new, and that no session is made for. False: it is queued, below another run, or goes on with a
// conversation from elsewhere; its caller wants to be told when it is admitted; its files or its budget are kept under
// its id.
[[nodiscard]] bool may_be_kept_later(const Agent& agent, const Invocation& invocation);

// What Agent::durable_after says, this at most.
inline constexpr Milliseconds kMaxDurableAfter{60'000};
[[nodiscard]] Milliseconds durable_after(const Agent& agent);

}  // namespace executus::run
