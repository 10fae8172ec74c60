// Starts the runs of a schedule when they are due.
//
//   RunnerConfig config = runner_config(store);   // due and mark
//   config.next = ...;                            // the cron grammar
//   config.run = ...;                             // starts a run under the id it is given
//   config.active = ...;                          // whether such a run still goes on
//   config.exists = ...;                          // whether there is such a run at all
//   co_await Runner(std::move(config)).loop();
//
// Any number of runners may work on one store, and each may be killed at any moment: the id of a run is made of the job
// and the due time, so starting it again finds it there. The next time is reckoned before a run is started: a job whose
// plan cannot be read starts none.
//
// Times that are found more than a grace late (twice the interval, at least a minute) were missed, and Plan::misfire
// says what becomes of them. One whose run is there already (a runner died before it could say so) is closed with that
// run. No number of them ends a job. Of the missed times at most `late_per_pass` are run in one
// interval, one of each job in a pass, and none that is older than `max_age`; what was skipped is kept in the job, with
// the reason.
//
// What cannot start a run closes its due time with the reason (Refused, or a plan that cannot be read). What may heal
// (`run` or `active` throws) leaves the due time open, and the job is tried again after 30 seconds, then 60, up to an
// hour, until it is older than `max_age`: such a time is not missed.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <executus/async/task.hpp>
#include <executus/base/clock.hpp>
#include <executus/base/error.hpp>
#include <executus/base/log.hpp>
#include <executus/schedule/job.hpp>
#include <executus/schedule/store.hpp>

namespace executus::schedule {

// A run to be started.
struct Order {
  Job job;
  WallTime due;
  std::string run_id;
};
struct Started {};  // the run is there, by this call or by an earlier one
struct Refused {    // no attempt for this due time will succeed
  std::string reason;
};
using Answer = std::variant<Started, Refused>;

struct RunnerConfig {
  Milliseconds interval{0};  // between passes; 0 or less: a minute

  // All six are needed. Called on the strand that ticks, one at a time.
  std::function<Task<std::vector<Job>>(WallTime now)> due;  // as ScheduleStore::due; throws: the pass ends
  std::function<Task<bool>(Job job)> mark;                  // as ScheduleStore::replace
  std::function<Task<Answer>(Order order)> run;             // idempotent by run_id: it is called again after a crash
  std::function<Task<bool>(std::string run_id)> active;     // the run goes on or waits; false: it ended, or is unknown
  std::function<Task<bool>(std::string run_id)> exists;     // there is such a run, also one that ended
  NextTime next;

  // Told of each change that this runner made, on that strand; does not throw. May be empty.
  std::function<void(const Job& before, const Job& after)> changed;

  const Clock* clock = nullptr;  // null: the system's; outlives the runner, as does the logger
  Logger* logger = nullptr;      // null: nothing is logged
  Milliseconds max_age = std::chrono::hours(24 * 7);
  int late_per_pass = 4;
};

// With `due` and `mark` of the store, which outlives the runner.
[[nodiscard]] RunnerConfig runner_config(ScheduleStore& store);

// What a pass came to.
struct Pass {
  int started = 0, refused = 0, failed = 0;
  int skipped = 0;  // times
  int held = 0;     // jobs that wait for the run before
  bool operator==(const Pass&) const = default;
};

class Runner final {
 public:
  // Throws Error "schedule.callback" when one is missing.
  explicit Runner(RunnerConfig config);

  // One pass over what is due now. What goes wrong with a job is logged and leaves it for another pass; the others go
  // on. Throws what `due` throws, and Cancelled.
  [[nodiscard]] Task<Pass> tick();

  // Passes until it is cancelled, which is how it ends. A pass that throws is logged, and the next one comes.
  [[nodiscard]] Task<void> loop();

 private:
  struct Turn;
  // Each says whether the job is to be looked at again in this pass.
  Task<bool> take(Turn turn);
  Task<bool> step(Turn& turn);
  Task<bool> fire(Turn& turn, WallTime due);
  Task<bool> was_started(Turn& turn);
  Task<bool> start(Turn& turn, WallTime due, Job closed);
  Task<bool> stand_back(Turn& turn, Job closed);
  Task<bool> fail(Turn& turn, Error problem);
  Task<bool> give_up(Turn& turn, Error problem);
  Task<bool> put(Turn& turn, Job job);

  void refill(WallTime now);

  RunnerConfig config_;
  Milliseconds grace_;
  int late_left_ = 0;
  std::optional<WallTime> refilled_;
};

}  // namespace executus::schedule
