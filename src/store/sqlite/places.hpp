// The limits of the queue, as their table holds them, and the runs that have a place.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include <executus/journal/queue.hpp>

#include "journal/turns.hpp"
#include "store/sqlite/connection/connection.hpp"
#include "store/sqlite/drivers.hpp"

namespace executus::sqlite {

// On one connection, within whatever transaction that has.
class Places final {
 public:
  explicit Places(const Connection& connection);

  [[nodiscard]] std::vector<journal::QueueLimit> limits();
  void set_limit(const journal::QueueLimit& limit);

  // Tells `turns` of all runs that have a place, but of the one with the number `but`.
  void add_driven(journal::Turns& turns, Drivers& drivers, std::int64_t but = 0);
  [[nodiscard]] std::vector<journal::QueueLoad> load(Drivers& drivers);

  // The limit that leaves a run no place. `number` 0: it is not there yet.
  struct Asking {
    std::int64_t number;
    std::string_view run_id;
    journal::QueuedAs as;
  };
  [[nodiscard]] std::optional<journal::QueueLimit> limit_on(const Asking& run, Drivers& drivers);

 private:
  Statement limits_, set_, remove_, driven_, load_, needs_none_;
};

}  // namespace executus::sqlite
