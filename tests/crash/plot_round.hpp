// One round of a plot: the same run twice, once left alone and once killed up to three times and recovered.
#pragma once

#include <cstdint>
#include <filesystem>

#include "plot_judge.hpp"

namespace executus::crash {

// As play_round (round.hpp).
void play_plot(Plot plot, std::uint64_t seed, const std::filesystem::path& folder, PlotEvidence& evidence);

}  // namespace executus::crash
