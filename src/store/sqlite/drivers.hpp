// Whether those that drive runs live, each asked once.
#pragma once

#include <cstdint>
#include <map>

#include "store/sqlite/connection/liveness.hpp"
#include "store/sqlite/connection/table_values.hpp"

namespace executus::sqlite {

class Drivers final {
 public:
  // `self`: the worker that asks, which lives.
  Drivers(std::int64_t self, Liveness& liveness) : self_(self), liveness_(liveness) {}

  [[nodiscard]] bool is_self(const Driver& driver) const { return driver.id == self_; }
  [[nodiscard]] bool lives(const Driver& driver) {
    if (!driver.id) return false;
    if (*driver.id == self_) return true;
    if (!driver.seen) return false;
    auto [known, is_new] = alive_.try_emplace(*driver.id, false);
    if (is_new) known->second = liveness_.is_alive(*driver.seen);
    return known->second;
  }

 private:
  const std::int64_t self_;
  Liveness& liveness_;
  std::map<std::int64_t, bool> alive_;
};

}  // namespace executus::sqlite
