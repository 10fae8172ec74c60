// One round: the same run twice, once left alone and once killed up to three times, recovered, and settled where it
// asks for that.
#pragma once

#include <cstdint>
#include <filesystem>

#include "evidence.hpp"

namespace executus::crash {

// Everything random in it comes from `seed`; `folder` exists and is empty. Throws std::runtime_error when the store
// cannot be read; `evidence` then tells the story so far.
void play_round(EffectClass effect, std::uint64_t seed, const std::filesystem::path& folder, Evidence& evidence);

}  // namespace executus::crash
