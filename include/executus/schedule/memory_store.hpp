// Jobs in this process's memory: for tests, and for hosts that declare them anew at every start.
#pragma once

#include <map>
#include <mutex>

#include <executus/schedule/store.hpp>

namespace executus::schedule {

class MemorySchedules final : public ScheduleStore {
 public:
  [[nodiscard]] Task<std::vector<Job>> due(WallTime now) override;
  [[nodiscard]] Task<std::optional<WallTime>> next_look(WallTime now) override;
  [[nodiscard]] Task<std::vector<Job>> list() override;
  [[nodiscard]] Task<std::optional<Job>> find(std::string id) override;
  [[nodiscard]] Task<bool> add(Job job) override;
  [[nodiscard]] Task<bool> replace(Job job) override;
  [[nodiscard]] Task<bool> remove(std::string id) override;

 private:
  std::mutex mutex_;
  std::map<std::string, Job> jobs_;
};

}  // namespace executus::schedule
