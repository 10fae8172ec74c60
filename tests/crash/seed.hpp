// Where the random choices of a crash test begin.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <optional>
#include <random>
#include <string>

namespace executus::crash {

inline std::optional<std::uint64_t> number_from_environment(const char* name) {
  const char* text = std::getenv(name);
  if (!text || !*text) return std::nullopt;
  return std::stoull(text);
}

// EXECUTUS_CRASH_SEED, which the scripts set; by hand another one each time.
inline std::uint64_t first_seed() {
  return number_from_environment("EXECUTUS_CRASH_SEED").value_or(std::random_device{}());
}

}  // namespace executus::crash
