// What lets a run that waits go on, in words for a terminal. Pure.
#pragma once

#include <string>

#include <executus/runtime/events.hpp>

namespace executus {

// A line for each question of `waiting`; without questions, one that says what the run waits for.
[[nodiscard]] std::string how_to_answer(const RunId& run, const Waiting& waiting);

}  // namespace executus
