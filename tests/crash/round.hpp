// One round: the same run twice, once left alone and once disturbed up to three times, recovered, and settled where it
// asks for that.
#pragma once

#include <cstdint>
#include <filesystem>

#include "evidence.hpp"
#include "killer.hpp"

namespace executus::crash {

// What the disturbed run meets.
enum class Hazard {
  kill,       // SIGKILL
  terminate,  // SIGTERM: leaves the run for recovery
  stop,       // SIGSTOP past the lease while another process waits for the run, then SIGCONT
  rivals      // SIGKILL, and two processes that recover at once
};

// Everything random in it comes from `seed`; `folder` exists and is empty. Throws std::runtime_error when the store
// cannot be read; `evidence` then tells the story so far.
void play_round(EffectClass effect, Hazard hazard, Aim aim, std::uint64_t seed, const std::filesystem::path& folder,
                Evidence& evidence);

}  // namespace executus::crash
