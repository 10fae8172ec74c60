// How a run stands. Names are frozen: they are stored, printed and relied on by scripts.
#pragma once

#include <optional>
#include <string_view>

namespace executus {

enum class RunStatus { queued, running, waiting, quarantined, ok, error, timeout, cancelled, killed };

// Why a run waits.
enum class WaitReason { in_doubt, approval, timer, budget, child, provider, signal };

[[nodiscard]] constexpr bool is_terminal(RunStatus status) { return status >= RunStatus::ok; }

[[nodiscard]] std::string_view to_string(RunStatus status);
[[nodiscard]] std::string_view to_string(WaitReason reason);
[[nodiscard]] std::optional<RunStatus> parse_run_status(std::string_view name);
[[nodiscard]] std::optional<WaitReason> parse_wait_reason(std::string_view name);

// How much a committed boundary is worth. strict: fsync before anything is acknowledged. relaxed: fsync only around
// gated calls. memory: no file. lazy: as strict, once the run is stored, which it need not be from its beginning
// (run/agent.hpp); stores know no lazy run.
enum class Durability { strict, relaxed, memory, lazy };

// Of a run once it is stored.
[[nodiscard]] constexpr Durability once_stored(Durability durability) {
  return durability == Durability::lazy ? Durability::strict : durability;
}

[[nodiscard]] std::string_view to_string(Durability durability);
[[nodiscard]] std::optional<Durability> parse_durability(std::string_view name);

}  // namespace executus
