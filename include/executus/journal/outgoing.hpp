// What the end of a run sends out, as its store keeps it: written with the end, open until the receiver has answered.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <executus/base/clock.hpp>
#include <executus/base/ids.hpp>

namespace executus::journal {

// Where the end of a run is delivered; the host's own words. Without an id: nowhere.
struct Target {
  std::string kind = {};
  std::string id = {};
  bool operator==(const Target&) const = default;
};

// pending: the receiver has not answered. delivered: it took it. refused: it never will, it said. Frozen names.
enum class OutgoingState { pending, delivered, refused };

[[nodiscard]] std::string_view to_string(OutgoingState state);
[[nodiscard]] std::optional<OutgoingState> parse_outgoing_state(std::string_view name);

struct Outgoing {
  RunId run;
  std::uint64_t seq = 0;  // of the entry that ended the run
  Target target;
  OutgoingState state = OutgoingState::pending;
  int tries = 0;            // that were begun
  std::string detail = {};  // delivered: what the receiver calls it; refused, or pending after a failure: why
  WallTime due{};           // pending: not before

  // What every try at it carries, so that the receiver knows it again.
  [[nodiscard]] std::string key() const { return run.str() + "/" + std::to_string(seq); }
};

// What became of one try. `tries`: those that were begun, this one included. `due`: of one that failed (pending), when
// the next is.
struct OutgoingTry {
  RunId run;
  std::uint64_t seq = 0;
  int tries = 0;
  OutgoingState state = OutgoingState::pending;
  std::string detail = {};
  WallTime due{};
};

// For so long a try is its process's alone. It ends long before: deliveries are given 10 s.
inline constexpr Milliseconds kTryHold{30'000};

}  // namespace executus::journal
