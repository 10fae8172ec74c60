// When two commands answer one question: what stores accept once.
#pragma once

#include <executus/journal/store.hpp>

namespace executus::journal {

// Of one kind, and about one call.
[[nodiscard]] inline bool answers_the_same(const Command& a, const Command& b) {
  const auto* call = a.payload.if_contains("call");
  const auto* other = b.payload.if_contains("call");
  return a.kind == b.kind && call && other && *call == *other;
}

// A command that answers a question of the run.
[[nodiscard]] inline bool answers_a_question(const Command& command) { return command.payload.contains("call"); }

}  // namespace executus::journal
