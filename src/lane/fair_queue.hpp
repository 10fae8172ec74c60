// The order in which queued jobs start: users take turns; within a user the higher priority first, then the older job.
#pragma once

#include <cstddef>
#include <functional>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>

#include <executus/lane/lane.hpp>

namespace executus::lane {

class FairQueue final {
 public:
  // Ids grow: the larger id is the younger job. A user without queued jobs gets the last turn.
  void push(JobId id, const JobLabel& label);

  // The next job, which uses up a turn of its user. Allocates nothing.
  [[nodiscard]] std::optional<JobId> pop();

  bool erase(JobId id);  // false: it is not here. Uses up no turn

  // 1: the next, if no job comes or goes. 0: it is not in the queue.
  [[nodiscard]] std::size_t position(JobId id) const;

  [[nodiscard]] std::size_t size() const noexcept { return places_.size(); }
  [[nodiscard]] bool empty() const noexcept { return places_.empty(); }

 private:
  struct Line {  // of one user; never empty
    std::string user;
    std::map<int, std::set<JobId>, std::greater<>> by_priority;
    std::size_t size = 0;
  };
  using Turn = std::list<Line>::iterator;
  struct Place {
    Turn line;
    int priority;
  };
  void remove(Turn line, int priority, JobId id);

  std::list<Line> turns_;  // the front one is next
  std::unordered_map<std::string, Turn> lines_;
  std::unordered_map<JobId, Place> places_;
};

}  // namespace executus::lane
