// Which phase may follow which, as the definition says. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <executus/run/agent.hpp>

namespace executus::run {

// What stands for the end of the run where a phase is named that follows another one.
inline constexpr std::string_view kEndOfRun = "end";

// The position of the phase of that name that comes first after `index`, or as many as there are for kEndOfRun.
// Nothing: there is none.
[[nodiscard]] std::optional<std::size_t> phase_after(const std::vector<Phase>& phases, std::size_t index,
                                                     std::string_view name);

// The position of the phase of that name that comes last before `index`: where a repeat begins again.
[[nodiscard]] std::optional<std::size_t> phase_before(const std::vector<Phase>& phases, std::size_t index,
                                                      std::string_view name);

// What follows a phase that decides nothing, or where its cases do not: `next`, or the one below. As phase_after().
[[nodiscard]] std::optional<std::size_t> next_of(const std::vector<Phase>& phases, std::size_t index);

// Decides by what is known, and asks nothing.
[[nodiscard]] constexpr bool only_decides(Phase::Kind kind) {
  return kind == Phase::Kind::branch || kind == Phase::Kind::repeat;
}

// Whether its answer is the run's.
[[nodiscard]] bool answers_for_run(const std::vector<Phase>& phases, std::size_t index);

// Whether an answer of one of them is a value.
[[nodiscard]] bool has_typed_phases(const std::vector<Phase>& phases);

struct PhaseEdge {
  std::size_t to = 0;  // a position; as many as there are phases: the end of the run
  std::string when;    // in words; empty: always
};
// Those that lead nowhere are left out.
[[nodiscard]] std::vector<PhaseEdge> edges_of(const std::vector<Phase>& phases, std::size_t index);

// "{{plan.kind}} equals \"bug\" and ..."
[[nodiscard]] std::string text_of(const std::vector<Condition>& conditions);

}  // namespace executus::run
