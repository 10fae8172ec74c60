// A job of a schedule: when it comes, what is open, and what became of the times before. A value; stores keep it whole.
//
// The times that a plan names are due times. A job has one that is open: the next that is not closed yet. A due time is
// closed when its run was started, when it was refused, or when it is skipped; each has at most one run, whose id is
// made of the job and the due time.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <executus/base/clock.hpp>

namespace executus::schedule {

// What becomes of due times that came while nothing ran schedules. Names are frozen.
enum class Misfire {
  run_once,  // the last of them runs, the others are skipped
  skip,      // all of them are skipped
  run_all,   // each of them runs, the oldest first
};
[[nodiscard]] std::string_view to_string(Misfire misfire);
[[nodiscard]] std::optional<Misfire> parse_misfire(std::string_view name);

// What becomes of a due time while the run before it still goes on or waits. Names are frozen.
enum class Overlap {
  skip,   // it is skipped
  queue,  // it waits for the end of that run; misfire says what becomes of those that come meanwhile
  allow,  // it runs beside it
};
[[nodiscard]] std::string_view to_string(Overlap overlap);
[[nodiscard]] std::optional<Overlap> parse_overlap(std::string_view name);

// When a job comes, as a person says it.
struct Plan {
  std::string cron;
  std::string timezone = "UTC";
  Misfire misfire = Misfire::run_once;
  Overlap overlap = Overlap::skip;
  Milliseconds jitter{0};  // a run starts this much later at most, always the same for a job and a due time
  bool operator==(const Plan&) const = default;
};

// The first time of a plan after `after`; nothing: none comes. It is the host's: the battery knows no cron grammar.
// Pure, of any thread. What it throws with ErrorKind::failed will not heal: the job stops until it is edited.
using NextTime = std::function<std::optional<WallTime>(const Plan& plan, WallTime after)>;

// A due time that was closed by trying it.
struct Firing {
  WallTime due, at;    // at: when it was closed
  std::string run;     // that was started; empty: it was refused
  std::string reason;  // why it was refused
  bool operator==(const Firing&) const = default;
};

// Due times that were closed without trying them.
struct Skipped {
  WallTime first;  // of them
  WallTime until;  // they lie before it
  int count = 0;   // counted up to kMostCounted
  std::string reason;
  bool operator==(const Skipped&) const = default;
};
inline constexpr int kMostCounted = 1'000;

struct Job {
  std::string id;
  std::string source;  // what declares it, in the host's words: those of one source are declared together
  Plan plan;
  WallTime since;  // declared, edited or resumed then: no time of the plan until then fires

  std::optional<WallTime> next;  // the due time that is open; nothing: none comes any more
  WallTime fires_at;             // it, with its jitter
  bool held = false;             // it came in time, and waits for the run before it
  std::optional<WallTime> paused;

  int failures = 0;                    // attempts in a row that failed and may heal
  std::string trouble;                 // why the last of them did
  std::optional<WallTime> hold_until;  // nothing is tried before

  std::string last_run;            // that a firing started
  std::optional<Firing> last;      // what became of the last time that was tried
  std::optional<Skipped> skipped;  // the last times that were not

  std::uint64_t revision = 0;  // the store's: counts its changes
  bool operator==(const Job&) const = default;
};

// When a runner has to look at the job; nothing: not before it is changed.
[[nodiscard]] std::optional<WallTime> looks_at(const Job& job);

// "report-3f0c9a41b27d-20261130T090000Z": the same in every process, a legal run id for any job's id.
[[nodiscard]] std::string run_id_of(std::string_view job, WallTime due);

}  // namespace executus::schedule
