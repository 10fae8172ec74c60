// What becomes of a hold whose process cannot settle it any more, or might not.
#pragma once

#include <optional>

#include <executus/budget/store.hpp>
#include <executus/journal/store.hpp>

namespace executus::budget {

struct LeftHold {
  Report report;
  Budget::Rest rest = Budget::Rest::pause;
};

// Of a run that has ended, or (no row) is not there. Nothing: it stays as it is for now. Pure.
[[nodiscard]] std::optional<LeftHold> left_by_ended(const Hold& hold, const std::optional<journal::RunRow>& row,
                                                    WallTime now);

// Of a run that has not. Nothing: a process drives it, it holds nothing, or its journal cannot be read.
[[nodiscard]] Task<std::optional<LeftHold>> left_by_dead(journal::JournalStore& journal, Hold hold);

}  // namespace executus::budget
