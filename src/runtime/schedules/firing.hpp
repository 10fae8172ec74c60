// Starts the runs of the schedules that are declared here, beside a worker. It sleeps until the next one comes, or
// something is changed, and looks at saved agents before each pass. Where nothing is declared it asks the store of
// schedules for nothing.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <executus/run/executor.hpp>
#include <executus/run/work.hpp>
#include <executus/schedule/runner.hpp>

#include "runtime/schedules/declared_schedules.hpp"

namespace executus::host {

class Firing final {
 public:
  struct Parts {
    Loop& loop;
    Executor& executor;
    journal::JournalStore& journal;
    DeclaredSchedules& declared;
    std::function<schedule::ScheduleStore&()> store;  // asked once something is declared
    Logger& logger;
    std::function<Task<void>()> look_at_saved = {};  // declares saved agents as they are now; null: there are none
  };
  // Of the options: the agents, and what is told of events.
  Firing(Parts parts, const WorkOptions& options);
  Firing(const Firing&) = delete;
  Firing& operator=(const Firing&) = delete;

  // Once: until it is stopped or cancelled. Throws nothing.
  [[nodiscard]] Task<void> work();
  void stop();  // any thread

 private:
  Task<void> pass_until_cancelled();
  Task<void> try_pass();
  Task<void> pass();
  Task<std::optional<Error>> look_at_saved();
  Task<void> fire();
  Task<void> declare_all();
  Task<void> declare(DeclaredAgent agent);
  Task<void> put_declared(DeclaredAgent agent);
  Task<std::vector<schedule::Job>> due(WallTime now);
  Task<bool> mark(schedule::Job job);
  Task<void> stop_dropped(schedule::Job job, WallTime now);
  Task<schedule::Answer> start(schedule::Order order);
  Task<bool> is_active(std::string run);
  Task<bool> exists(std::string run);
  [[nodiscard]] schedule::RunnerConfig runner_config();
  void note(const std::optional<Error>& problem);
  void hear_of_changes();
  void tell_change(const schedule::Job& before, const schedule::Job& after) const;
  void tell(const WorkEvent& event) const;
  [[nodiscard]] bool is_ours(const std::string& job) const;
  [[nodiscard]] bool is_dropped(const schedule::Job& job) const;
  [[nodiscard]] const Clock& clock() const { return parts_.loop.clock(); }

  const Parts parts_;
  const std::vector<std::string> agents_;  // empty: any
  const std::function<void(const WorkEvent&)> on_event_;
  const std::shared_ptr<run::Bell> bell_ = std::make_shared<run::Bell>();
  const OneShot<> stop_;

  // On the strand of work().
  std::shared_ptr<const ScheduleTable> table_;
  std::uint64_t in_store_ = 0;      // the version of the table that the store has
  std::set<std::string> replaced_;  // saved agents in whose place another one stood then
  bool any_ = false;                // there are jobs to look after
  bool knows_saved_ = true;         // the last look at saved agents was not in vain
  schedule::Runner runner_;
  std::unique_ptr<journal::Watch> watch_;
  int failures_ = 0;  // of passes, in a row
  MonoTime next_pass_ = MonoTime::max();
};

}  // namespace executus::host
