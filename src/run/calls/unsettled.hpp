// What a run leaves open when it stops in the middle of a batch. Pure.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include <executus/journal/entry.hpp>
#include <executus/llm/conversation.hpp>

namespace executus::run {

// Calls with an intent in the journal and without an outcome.
struct Unsettled {
  std::vector<llm::CallPosition> unsent;     // their last intent was not carried out
  std::vector<llm::CallPosition> unknown;    // it may have been, and must not be repeated for that
  std::vector<llm::CallPosition> to_repeat;  // an attempt was in doubt; another one is to follow, and was not sent
};

// Whether the call can be made again in any case, by the plan that it has made.
[[nodiscard]] bool goes_on_by_plan(const llm::CallRecord& call);

// `is_child`: it is a run of its own, which knows its outcome.
[[nodiscard]] Unsettled unsettled_of(std::span<const llm::CallRecord> open,
                                     const std::function<bool(const llm::CallRecord&)>& is_child);

// What the journal has to say about them when the run is left for another process, and when it ends for good.
[[nodiscard]] std::vector<journal::Payload> entries_when_left(const Unsettled& unsettled);
[[nodiscard]] std::vector<journal::Payload> entries_when_ended(const Unsettled& unsettled);

}  // namespace executus::run
