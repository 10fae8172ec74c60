// What becomes of a kept run that a process took up and brought no step further: it could not be opened here, or broke
// before anything of it happened. docs/concepts/durability.md has the table. Pure.
#pragma once

#include <optional>
#include <string>

#include <executus/async/cancel.hpp>
#include <executus/base/error.hpp>

#include "run/definition/kept.hpp"
#include "run/life/ending.hpp"

namespace executus::run {

inline constexpr int kFruitlessAttempts = 3;  // in a row; then a run kept as snapshots is failed

struct Fruitless {
  enum class Stage { opening, running };
  Keeper keeper = Keeper::journal;
  Stage stage = Stage::opening;
  Error problem;
  std::optional<Cause> cancelled = {};  // when that is what the problem is
  int attempts = 1;                     // in a row that came to nothing, with this one
};

// It is left for another try, which this one counts as or not; or it fails, when the cause does not go away or it was
// tried often enough: then its error says both. Not asked of a journal that is damaged: such a run is put in
// quarantine (open/given_back.cpp).
[[nodiscard]] Ending end_of_fruitless(const Fruitless& attempt);

}  // namespace executus::run
