// What the tables hold, as values: entries as the appending run encodes them, run rows as they are read back.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <executus/journal/projection.hpp>
#include <executus/journal/store.hpp>

#include "store/sqlite/connection/connection.hpp"
#include "store/sqlite/connection/liveness.hpp"

namespace executus::sqlite {

struct EncodedEntry {
  std::uint64_t seq = 0;
  int kind = 0;
  std::int64_t at_ms = 0;
  std::int64_t elapsed_ms = 0;
  std::string body;
  journal::Projection effect;  // of this entry alone: a repeated append may write only the last of its entries
};

struct EncodedAdmission {
  journal::Admission admission;       // without its entries
  journal::RunRow row;                // what is known of it before it is admitted
  std::vector<EncodedEntry> entries;  // the first, and what was taken over
  std::vector<EncodedEntry> so_far;
};

struct EncodedAmendment {
  RunId run;
  std::uint64_t as_of = 0;
  std::vector<EncodedEntry> entries;
  std::vector<journal::Command> commands;
};

struct EncodedAppend {
  RunId run;
  std::int64_t epoch = 0;
  std::vector<EncodedEntry> entries;
  std::vector<std::int64_t> consume;
  bool refuse_when_unread = false;
  journal::Sync sync = journal::Sync::by_durability;
  bool cancel_children = false;
  std::vector<EncodedAdmission> admit = {};
};

// The expensive part of an append, so the caller does it and not the writer thread. Throws Error store.sequence when
// the entries do not count on from what is before them.
[[nodiscard]] EncodedEntry encode(const journal::Entry& entry);
[[nodiscard]] EncodedAppend encode(const journal::Append& append);
[[nodiscard]] EncodedAdmission encode(journal::Admission admission);
[[nodiscard]] EncodedAmendment encode(const journal::Amendment& amendment);
[[nodiscard]] journal::Entry decode(std::uint64_t seq, std::int64_t at_ms, std::int64_t elapsed_ms, int kind,
                                    std::string_view body);

// Adds the changes of `then` to those of `first`, which came before.
void add(journal::Projection& first, const journal::Projection& then);

// The names as the column `signals` holds them.
[[nodiscard]] std::string signals_text(const std::vector<std::string>& names);

// `attributes`, as its column holds it.
[[nodiscard]] std::string attributes_text(const std::map<std::string, std::string>& attributes);

// Who drives a run, as kDriverColumns of kRunTables read it.
struct Driver {
  std::optional<std::int64_t> id;  // of a worker; nothing: nobody
  std::optional<WorkerSeen> seen;  // nothing: its row is gone, so it is dead
};
inline constexpr std::string_view kDriverColumns = "r.worker, w.id, w.host, w.boot, w.beat";
[[nodiscard]] Driver driver_of(const Rows& row, int first_column);

// A run's row and its driver's, as SELECT kRunColumns FROM kRunTables reads them.
struct RunAndDriver {
  std::int64_t id = 0;
  journal::RunRow row;
  std::string fingerprint;
  Driver driver;
};
inline constexpr std::string_view kRunColumns =
    "r.id, r.run_id, r.status, r.reason, r.agent, r.caller, r.parent, r.root, r.continues, r.durability, r.created, "
    "r.updated, r.ended_at, r.error_code, r.epoch, w.name, r.last_seq, r.attempts, r.fruitless, r.wake_at, r.signals, "
    "r.steps, r.input, r.output, r.cache_read, r.cache_write, r.reasoning, r.cost_nano_usd, r.unpriced, r.definition, "
    "r.version, r.channel, r.attributes, r.priority, r.queue, r.forked_from, r.fingerprint, r.worker, w.id, w.host, "
    "w.boot, w.beat";  // the last ones: kDriverColumns
inline constexpr std::string_view kRunTables = "runs r LEFT JOIN workers w ON w.id = r.worker";
[[nodiscard]] RunAndDriver run_of(const Rows& row);

// A command of an inbox, as SELECT kCommandColumns reads it.
inline constexpr std::string_view kCommandColumns = "id, kind, payload, at";
[[nodiscard]] journal::Command command_of(const Rows& row);

[[nodiscard]] inline std::int64_t to_ms(WallTime time) { return time.time_since_epoch().count(); }
[[nodiscard]] inline std::optional<std::int64_t> optional_ms(std::optional<WallTime> time) {
  return time ? std::optional(to_ms(*time)) : std::nullopt;
}
[[nodiscard]] inline WallTime from_ms(std::int64_t ms) { return WallTime(Milliseconds(ms)); }

}  // namespace executus::sqlite
