// Port: keeps the jobs of a schedule. Any number of runners share one; a change is whole or not at all, and is refused
// where the job was changed meanwhile, so that of two runners one closes a due time.
//
// Threads: all methods from any. Errors: Error "store.*"; then nothing was changed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <executus/async/task.hpp>
#include <executus/schedule/job.hpp>

namespace executus::schedule {

class ScheduleStore {
 public:
  virtual ~ScheduleStore() = default;

  // The jobs to look at until `now` (looks_at), the earliest first. One that cannot be read is left out.
  [[nodiscard]] virtual Task<std::vector<Job>> due(WallTime now) = 0;

  // When the first of the jobs that are not due at `now` is to be looked at; nothing: none, until one is changed.
  [[nodiscard]] virtual Task<std::optional<WallTime>> next_look(WallTime now) = 0;

  // All, by id. Of one that cannot be read (a newer version wrote it) the id, and why as its `trouble`; no time of it
  // is open. find() throws Error "store.corrupt" for it.
  [[nodiscard]] virtual Task<std::vector<Job>> list() = 0;
  [[nodiscard]] virtual Task<std::optional<Job>> find(std::string id) = 0;

  // A new job, with revision 1. False: there is one of its id, and it stays as it is.
  [[nodiscard]] virtual Task<bool> add(Job job) = 0;

  // Puts `job` in the place of the one with its id and revision, with the revision after it. False: there is none such,
  // since it was changed or removed meanwhile; nothing was done.
  [[nodiscard]] virtual Task<bool> replace(Job job) = 0;

  [[nodiscard]] virtual Task<bool> remove(std::string id) = 0;  // false: there is none
};

}  // namespace executus::schedule
