// The runs that live in this process, so that a run can be found by its id while it is driven.
#pragma once

#include <memory>
#include <mutex>
#include <unordered_map>

#include <executus/async/task_group.hpp>
#include <executus/base/ids.hpp>

#include "run/life/live_run.hpp"

namespace executus::run {

// Threads: any.
class LiveRuns final : public std::enable_shared_from_this<LiveRuns> {
 public:
  // A run is listed as long as this lives: on the run's strand. The run outlives it.
  class Listing {
   public:
    Listing(LiveRuns& runs, LiveRun& run, TaskContext context);
    ~Listing();
    Listing(const Listing&) = delete;
    Listing& operator=(const Listing&) = delete;

   private:
    friend class LiveRuns;
    void look_at_inbox();

    LiveRuns& runs_;
    LiveRun& run_;
    const TaskContext context_;
    std::unique_ptr<TaskGroup> lookers_;  // made by the first look
  };

  // Makes the run look at its inbox now, wherever it waits. No effect when it does not live here.
  void look_at_inbox_of(const RunId& run);

 private:
  struct Live {
    Listing* listing;
    std::shared_ptr<Strand> strand;
  };

  std::mutex mutex_;
  std::unordered_map<RunId, Live> live_;
};

}  // namespace executus::run
