// What a lane decides: which jobs run, which wait, which is next. It knows neither threads nor the jobs themselves. The
// lane holds its lock around each call, so that giving up a place and filling it is one step.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <executus/lane/lane.hpp>

#include "lane/fair_queue.hpp"
#include "lane/throughput.hpp"

namespace executus::lane {

class Pool final {
 public:
  explicit Pool(std::size_t max_concurrent) : max_concurrent_(max_concurrent) {}

  enum class Admission { running, queued };
  struct Admitted {
    JobId id;
    Admission admission;
  };
  [[nodiscard]] Admitted admit(const JobLabel& label);

  // 0: it does not wait.
  [[nodiscard]] std::size_t position(JobId id) const { return queue_.position(id); }

  // The job is over, or does not wait any more. Returns the job that starts in its place. Allocates nothing.
  [[nodiscard]] std::optional<JobId> leave(JobId id, MonoTime now);

  bool cancel(JobId id);  // false: it is not queued

  [[nodiscard]] std::vector<JobId> resize(std::size_t max_concurrent);  // the jobs that start by it
  [[nodiscard]] std::vector<JobId> drop_queued();

  [[nodiscard]] LaneStats stats(MonoTime now) const;

 private:
  using Loads = std::map<std::string, UserLoad>;
  [[nodiscard]] std::optional<JobId> start_next();
  void forget_idle(Loads::iterator user);

  std::size_t max_concurrent_;
  JobId last_id_ = 0;
  FairQueue queue_;
  Loads loads_;                                        // of users that have jobs here
  std::unordered_map<JobId, Loads::iterator> queued_;  // the load of its user
  std::unordered_map<JobId, Loads::iterator> running_;
  std::uint64_t done_ = 0;
  Throughput throughput_;
};

}  // namespace executus::lane
