// One round of a plot: the same run twice, once left alone and once killed up to three times and recovered.
#pragma once

#include <cstdint>
#include <filesystem>

#include "killer.hpp"
#include "plot_judge.hpp"

namespace executus::crash {

// As play_round (round.hpp). With Aim::sure a message is said while the program waits for its first answer.
void play_plot(Plot plot, Aim aim, std::uint64_t seed, const std::filesystem::path& folder, PlotEvidence& evidence);

}  // namespace executus::crash
