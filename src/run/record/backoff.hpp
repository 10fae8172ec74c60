// How long to wait before what failed is tried again.
#pragma once

#include <executus/base/clock.hpp>

#include "base/doubled.hpp"

namespace executus::run {

[[nodiscard]] inline Milliseconds backoff(int failures) {
  return doubled(Milliseconds(500), failures, Milliseconds(30'000));
}

}  // namespace executus::run
