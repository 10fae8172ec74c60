// A run that was claimed and cannot be opened here goes back to the store.
#pragma once

#include <executus/base/error.hpp>
#include <executus/base/log.hpp>
#include <executus/journal/store.hpp>

namespace executus::run {

// `problem` decides whether the attempt counts, or the run is quarantined (fruitless.hpp). Not cancelled with the run,
// and given 10 s; that it failed is logged.
[[nodiscard]] Task<void> give_back(journal::JournalStore& store, journal::RunRow claimed, Error problem,
                                   Logger& logger);

}  // namespace executus::run
