// What happened in a run, one thing per entry. The journal is the truth about a run: its checkpoint is the fold of its
// entries (checkpoint.hpp), its status a projection of them (projection.hpp).
//
// Stored format 1 (frozen; tests/golden/): kind numbers below, bodies as JSON (codec.cpp).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <boost/json/object.hpp>

#include <executus/base/clock.hpp>
#include <executus/journal/status.hpp>
#include <executus/llm/conversation.hpp>

namespace executus::journal {

inline constexpr int kFormat = 1;

// 1. The run exists. `agent` is the definition as resolved (run/definition.hpp), `invocation` who asked for it.
struct Admitted {
  boost::json::object agent;
  boost::json::object invocation;
  std::vector<llm::Message> input;  // what the transcript starts with
};

// 2. A process took the run up: the first time, or after a crash.
struct Opened {
  std::int64_t epoch = 0;
  std::string worker;
};

// 3. The model answered.
struct Responded {
  llm::Response response;
};

// 4. A gated call is about to be dispatched; from here on its outcome is unknown until an entry tells it.
struct Intended {
  llm::CallPosition call;
  std::string key;
  std::string effect;
};

// 5. A call's outcome is known: state done, failed or denied.
struct Settled {
  llm::CallPosition call;
  llm::CallState state = llm::CallState::done;
  std::string key;
  std::string text;
  std::vector<llm::Image> images;
};

// 6. Somebody said something to the run between two steps.
struct Steered {
  llm::Message message;
};

// 7. The run parks. `calls`: those in doubt, when that is the reason.
struct Waited {
  WaitReason reason = WaitReason::timer;
  std::vector<llm::CallPosition> calls;
  std::string detail;
  std::optional<WallTime> wake_at;
};

// 8. A person decided to have an in-doubt call dispatched again; it counts as not dispatched.
struct Retried {
  llm::CallPosition call;
};

// 9. The run ended for good.
struct Ended {
  RunStatus status = RunStatus::ok;
  std::string output;  // empty: the text of the last assistant message
  std::string error;   // for people; empty when status is ok
  std::string error_code;
};

using Payload = std::variant<Admitted, Opened, Responded, Intended, Settled, Steered, Waited, Retried, Ended>;

// The kind's number: its place in Payload, counted from 1.
[[nodiscard]] inline int kind_of(const Payload& payload) { return static_cast<int>(payload.index()) + 1; }
[[nodiscard]] std::string_view kind_name(int kind);  // "responded", ...; "unknown"

struct Entry {
  std::uint64_t seq = 0;    // from 1, without gaps
  WallTime at{};            // when it was made
  Milliseconds elapsed{0};  // time the run has been owned and running by then, over all attempts
  Payload payload;
};

// The stored form of a payload. decode throws Error "journal.malformed" or, for a kind of a newer format,
// "journal.newer".
[[nodiscard]] std::string encode(const Payload& payload);
[[nodiscard]] Payload decode(int kind, std::string_view body);

}  // namespace executus::journal
