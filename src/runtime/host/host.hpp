// What handles and replies reach of a Runtime, until it ends.
#pragma once

#include <functional>
#include <memory>
#include <shared_mutex>
#include <utility>

#include <executus/async/of_this_process.hpp>
#include <executus/async/reply.hpp>
#include <executus/run/executor.hpp>
#include <executus/schedule/store.hpp>

#include "runtime/events/event_hub.hpp"
#include "runtime/host/local_run.hpp"
#include "runtime/schedules/declared_schedules.hpp"

namespace executus::host {

template <class T>
struct ValueOf;
template <class T>
struct ValueOf<Task<T>> {
  using Type = T;
};

// The runtime ends it before its parts go. Threads: any.
class Host final {
 public:
  struct Parts {
    RootGroup& replies;  // carries out the calls of the host API
    RootGroup& runs;     // drives runs
    Logger& logger;
    std::shared_ptr<EventHub> events;
    std::function<Executor&()> executor;            // opens the database when it is not open yet; throws Error store.*
    std::function<journal::JournalStore&()> store;  // likewise
    std::function<Task<RunOutcome>(Agent, Invocation)> run;
    std::function<schedule::ScheduleStore&()> schedules;  // opens the database likewise
    std::function<Task<void>()> look_at_saved;            // declares the schedules of saved agents; likewise
  };
  explicit Host(Parts parts) : parts_(std::move(parts)) {}

  // Carries out the task that `make` returns, unless the runtime has ended. A task may use the host as long as it runs.
  template <class Make>
  auto call(Make make) -> Reply<typename ValueOf<decltype(make(*this))>::Type> {
    using T = typename ValueOf<decltype(make(*this))>::Type;
    if (!home_.is_here()) return Reply<T>(HomeProcess::forked());
    std::shared_lock lock(mutex_);
    if (ended_) return Reply<T>(has_ended());
    return Reply<T>(parts_.replies, make(*this));
  }
  // What `use` makes of the host, now. Throws Error runtime.ended, runtime.forked.
  template <class Use>
  auto use(Use use) {
    home_.require();
    std::shared_lock lock(mutex_);
    if (ended_) throw has_ended();
    return use(*this);
  }
  // No call begins afterwards.
  void end();

  // For tasks of call() and what they spawn in runs().
  [[nodiscard]] Executor& executor() { return parts_.executor(); }
  [[nodiscard]] journal::JournalStore& store() { return parts_.store(); }
  [[nodiscard]] Task<RunOutcome> run(Agent agent, Invocation invocation) {
    return parts_.run(std::move(agent), std::move(invocation));
  }
  [[nodiscard]] schedule::ScheduleStore& schedule_store() { return parts_.schedules(); }
  [[nodiscard]] Task<void> look_at_saved() const { return parts_.look_at_saved(); }
  [[nodiscard]] DeclaredSchedules& declared_schedules() noexcept { return declared_schedules_; }
  [[nodiscard]] RootGroup& runs() noexcept { return parts_.runs; }
  [[nodiscard]] RootGroup& replies() noexcept { return parts_.replies; }
  [[nodiscard]] const std::shared_ptr<EventHub>& events() noexcept { return parts_.events; }
  [[nodiscard]] Logger& logger() noexcept { return parts_.logger; }
  [[nodiscard]] LocalRuns& local_runs() noexcept { return local_runs_; }

 private:
  static Error has_ended();

  const Parts parts_;
  const HomeProcess home_;
  LocalRuns local_runs_;
  DeclaredSchedules declared_schedules_;
  std::shared_mutex mutex_;
  bool ended_ = false;
};

}  // namespace executus::host
