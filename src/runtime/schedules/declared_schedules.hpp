// The agents with a schedule that this process knows, by what declares them.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include <executus/runtime/schedules.hpp>

#include "run/worker/bell.hpp"

namespace executus::host {

// What declares saved agents.
inline constexpr std::string_view kSavedAgents = "saved agents";

struct DeclaredAgent {
  std::string source;
  ScheduledAgent scheduled;
};

[[nodiscard]] const std::string& name_of(const ScheduledAgent& scheduled);

// Throws what Schedules::declare() throws for it.
void check_scheduled(const ScheduledAgent& scheduled);

// As they were at one moment.
struct ScheduleTable {
  std::map<std::string, DeclaredAgent> agents;                // by name of the schedule
  std::set<std::string> whole;                                // sources all of whose schedules are known
  std::map<std::string, std::set<std::string>> not_taken_up;  // names of schedules that a source has besides
  std::uint64_t version = 0;

  [[nodiscard]] const DeclaredAgent* find(const std::string& name) const;
  // Whether it is of a saved agent, and one that is declared here stands in its place.
  [[nodiscard]] bool is_replaced(const DeclaredAgent& agent) const;
  // Whether the source of the schedule is known to have none of its name any more.
  [[nodiscard]] bool dropped(const schedule::Job& job) const;
};

// Threads: any.
class DeclaredSchedules final {
 public:
  // As Schedules::declare(). `not_taken_up`: names of schedules that the source has besides, which stay as they are.
  void declare(const std::string& source, std::vector<ScheduledAgent> agents, Schedules::Extent extent,
               std::set<std::string> not_taken_up = {});
  [[nodiscard]] std::shared_ptr<const ScheduleTable> table() const;

  // Rings at each change, as long as there is somebody who has the bell.
  void ring(const std::shared_ptr<run::Bell>& bell);

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const ScheduleTable> table_ = std::make_shared<ScheduleTable>();
  std::vector<std::weak_ptr<run::Bell>> bells_;
};

}  // namespace executus::host
