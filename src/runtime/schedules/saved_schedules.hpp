// The schedules of saved agents: the database declares them, and whatever process looks at it knows them.
//
// One that cannot be taken up here (its target is of another folder, a newer program wrote it) keeps no other from its
// place, and its schedule stays as it is for those who can. It is tried again when agents were saved or files read
// again, and else after a minute, then two, up to an hour.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include <executus/base/clock.hpp>
#include <executus/base/log.hpp>
#include <executus/persona/persona.hpp>

#include "runtime/schedules/declared_schedules.hpp"

namespace executus::host {

// Threads: any.
class SavedSchedules final {
 public:
  struct Parts {
    const Clock& clock;
    std::function<persona::PersonaStore*()> store;  // opens the database when it is not open yet; null: there is none
    // How its runs are started, but for the name and the caller. Throws Error: it is not taken up.
    std::function<ScheduledAgent(const persona::Persona&)> scheduled;
    DeclaredSchedules& declared;
  };
  explicit SavedSchedules(Parts parts) : parts_(std::move(parts)) {}

  // Declares those that have a schedule now; reads them only where something changed since the last time, or one is to
  // be tried again. What is not taken up is logged once. Blocks as the store does. Throws Error store.*: then what is
  // declared may be out of date.
  void look(Logger& logger);

 private:
  using Row = saved::Row<persona::Persona>;
  struct Known {
    std::string version, schedule;            // schedule: its name
    std::optional<ScheduledAgent> scheduled;  // nothing: it is not taken up
    std::string problem;                      // why
    bool is_said = false;
  };
  enum class Files { as_before, read_again };

  void read(persona::PersonaStore& store, Files files, std::uint64_t declared);
  [[nodiscard]] std::optional<Known> known_of(const Row& one, Files files) const;
  [[nodiscard]] Known taken_up(const persona::Persona& persona) const;
  void declare();
  void tell(Logger& logger);

  const Parts parts_;
  std::mutex mutex_;
  std::string stamp_;
  std::uint64_t declared_ = 0;          // version of what is declared here, after the last look
  std::map<std::string, Known> known_;  // that have a schedule, by id of the saved agent
  bool is_declared_ = false;
  int tries_ = 0;  // in a row that left the same ones out
  MonoTime next_try_ = MonoTime::max();
};

// Of a saved agent: "saved/OWNER/NAME".
[[nodiscard]] std::string schedule_name_of(const std::string& owner, const std::string& agent);
[[nodiscard]] std::string schedule_name_of(const persona::Persona& persona);

}  // namespace executus::host
