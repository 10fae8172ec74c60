// Where runs and their entries fall in a store: what every store decides inside admit and append.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include <executus/base/error.hpp>
#include <executus/base/ids.hpp>

namespace executus::journal {

// The end of a run's journal, as one worker sees it.
struct Tail {
  std::int64_t epoch = 0;
  std::uint64_t last_seq = 0;
  bool ours = false;  // that worker drives the run
};

struct Placement {
  enum class Fit { fits, ownership_lost, gap } fit = Fit::fits;
  std::size_t present = 0;  // so many of the entries are there already; the caller compares them before it believes it
};

// An append without an answer (a COMMIT that failed ambiguously) comes again with the same entries: those that are
// there already are recognised by their numbers. When all are there, ownership is not asked for: the run may have ended
// with them.
[[nodiscard]] constexpr Placement place(const Tail& tail, std::int64_t epoch, std::uint64_t first_seq,
                                        std::size_t count) {
  using enum Placement::Fit;
  if (tail.epoch != epoch) return {ownership_lost, 0};
  std::size_t present = tail.last_seq < first_seq ? 0 : std::min<std::size_t>(count, tail.last_seq - first_seq + 1);
  if (count > 0 && present == count) return {fits, present};
  if (!tail.ours) return {ownership_lost, 0};
  if (count > 0 && first_seq > tail.last_seq + 1) return {gap, 0};
  return {fits, present};
}

[[nodiscard]] inline Error misplaced(const RunId& run, std::uint64_t first_seq, std::uint64_t last_seq) {
  return failed("store.sequence", "run " + run.str() + ": entry " + std::to_string(first_seq) +
                                      " does not follow the journal, which ends with entry " +
                                      std::to_string(last_seq) +
                                      "; recover the run from its journal (`executus recover`)");
}

// A run cannot begin that would go on from one which is erased.
[[nodiscard]] inline Error base_erased(const RunId& run, const std::string& base) {
  return failed("run.unknown", "run " + run.str() + " cannot begin: run " + base +
                                   ", which it was to continue, was erased; begin one without it");
}

}  // namespace executus::journal
