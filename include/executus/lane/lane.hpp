// A bounded number of places for jobs to run in, and a fair line for those that wait.
//
// Users take turns: a user with a thousand jobs queued delays another user by one job, not by a thousand. Within a
// user's own jobs the higher priority goes first, then the older. A place that becomes free is given to the next job in
// the same step: a job that comes later cannot take it.
//
// Threads: every method from any thread; none blocks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <executus/async/one_shot.hpp>
#include <executus/async/root_group.hpp>
#include <executus/async/task.hpp>
#include <executus/base/clock.hpp>

namespace executus::lane {

using JobId = std::uint64_t;

struct JobLabel {
  std::string user = {};  // the user whose turn it takes; empty is a user like any other
  int priority = 0;       // higher first, among the user's own jobs only
};

struct UserLoad {
  std::size_t queued = 0;
  std::size_t running = 0;
  bool operator==(const UserLoad&) const = default;
};

struct LaneStats {
  std::size_t max_concurrent = 0;
  std::size_t queued = 0;
  std::size_t running = 0;
  std::uint64_t done = 0;                   // jobs that ran, whatever came of them
  std::size_t throughput_1m = 0;            // of those, in the last minute
  std::optional<Milliseconds> eta;          // an estimate: when a job that comes now would start; nothing: not known
  std::map<std::string, UserLoad> by_user;  // those that have jobs here
};

class Lane final {
  struct State;

 public:
  // `clock` outlives the lane and its jobs. At most `max_concurrent` jobs run at a time; 0: none, until that changes.
  Lane(const Clock& clock, std::size_t max_concurrent);
  ~Lane();  // close()
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;

  // A place in the lane. Destroying it gives the place to the next in line. May outlive the lane.
  class Slot {
   public:
    Slot(Slot&& other) noexcept : state_(std::move(other.state_)), id_(other.id_) {}
    Slot& operator=(Slot&&) = delete;
    ~Slot();

   private:
    friend class Lane;
    Slot(std::shared_ptr<State> state, JobId id) : state_(std::move(state)), id_(id) {}
    std::shared_ptr<State> state_;  // null: moved from. Shared: jobs may end after the lane is gone
    JobId id_;
  };

  struct Submission {
    JobId id = 0;
    std::size_t position = 0;  // 0: it runs; 1: it is the next, unless another job comes that goes first
    OneShot<> done;            // ends as the job does: with its exception, or lane.cancelled, lane.closed, Cancelled
  };

  // Runs `work` on a strand of its own, in `group`, now or when its turn comes. What it throws reaches the task that
  // awaits `done`, and is reported nowhere else. Error lane.closed.
  Submission submit(RootGroup& group, Task<void> work, JobLabel label);

  // Waits for a place. A task that is cancelled while it waits leaves the line. Errors lane.closed, Cancelled.
  [[nodiscard]] Task<Slot> enter(JobLabel label);

  // Waits for a place and runs `work` there: on the strand and in the scope of the waiting task, which so cancels both
  // a queued job and, like any task it awaits, a running one.
  template <class T>
  [[nodiscard]] Task<T> submit_wait(JobLabel label, Task<T> work) {
    Slot slot = co_await enter(std::move(label));
    co_return co_await std::move(work);
  }

  // Takes a queued job out of the line; its `done` fails with lane.cancelled. False: it is not queued (any more). Jobs
  // that run are their callers' to cancel.
  bool cancel(JobId id);

  // More: queued jobs start at once. Fewer: running jobs go on, and as many places are not filled again.
  void set_max_concurrent(std::size_t max_concurrent);

  // Queued jobs fail with lane.closed, and so do jobs that come later; running jobs go on. Idempotent.
  void close();

  [[nodiscard]] LaneStats stats() const;

 private:
  std::shared_ptr<State> state_;
};

}  // namespace executus::lane
