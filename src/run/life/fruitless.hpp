// What becomes of a kept run that a process took up and brought no step further: it could not be opened here, or broke
// before anything of it happened. docs/concepts/durability.md has the table. Pure.
#pragma once

#include <optional>
#include <string>

#include <executus/async/cancel.hpp>
#include <executus/base/error.hpp>

namespace executus::run {

// Where the run is kept. A journal store counts attempts and puts a run that makes no progress in quarantine, where a
// person finds it; a place for snapshots has neither.
enum class Keeper { journal, snapshots };

enum class Fate {
  failed,          // its record is closed: the cause does not go away
  left,            // for another try, and this one counts
  left_uncounted,  // for another try; this was none
  quarantined
};

inline constexpr int kFruitlessAttempts = 3;  // in a row; then a run kept as snapshots is failed

struct Fruitless {
  enum class Stage { opening, running };
  Keeper keeper = Keeper::journal;
  Stage stage = Stage::opening;
  Error problem;
  std::optional<Cause> cancelled = {};  // when that is what the problem is
  int attempts = 1;                     // in a row that came to nothing, with this one
};

[[nodiscard]] Fate fate_of(const Fruitless& attempt);

// What the run's error says when it is failed: the cause, and that it was tried often enough, if that is why.
[[nodiscard]] std::string failure_text(const Fruitless& attempt);

}  // namespace executus::run
