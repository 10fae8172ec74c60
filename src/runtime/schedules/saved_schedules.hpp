// The schedules of saved agents: the database declares them, and whatever process looks at it knows them.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include <executus/base/log.hpp>
#include <executus/persona/persona.hpp>

#include "runtime/schedules/declared_schedules.hpp"

namespace executus::host {

// Threads: any.
class SavedSchedules final {
 public:
  struct Parts {
    Logger& logger;
    std::function<persona::PersonaStore*()> store;  // opens the database when it is not open yet; null: there is none
    // How its runs are started, but for the name and the caller. Throws Error: it is not taken up.
    std::function<ScheduledAgent(const persona::Persona&)> scheduled;
    DeclaredSchedules& declared;
  };
  explicit SavedSchedules(Parts parts) : parts_(std::move(parts)) {}

  // Declares those that have a schedule now; reads them only where one was saved or removed since the last time. Blocks
  // as the store does. Throws Error store.*.
  void look();

 private:
  [[nodiscard]] std::vector<ScheduledAgent> scheduled_in(persona::PersonaStore& store, bool& is_all);

  const Parts parts_;
  std::mutex mutex_;
  std::string stamp_;
};

// Of a saved agent: "saved/OWNER/NAME".
[[nodiscard]] std::string schedule_name_of(const persona::Persona& persona);

}  // namespace executus::host
