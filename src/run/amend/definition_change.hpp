// What another definition changes for a run, and what keeps the run from it. Pure.
#pragma once

#include <string>
#include <vector>

#include <executus/journal/checkpoint.hpp>
#include <executus/run/redefining.hpp>

namespace executus::run {

// By the members of their stored forms. What is found out from others at admission is not told apart.
[[nodiscard]] std::vector<Redefinition::Change> changes_between(const Agent& before, const Agent& after);

// In words for people; empty: the run can go on with `after`.
[[nodiscard]] std::vector<std::string> hindrances(const journal::Checkpoint& run, const Agent& before,
                                                  const Agent& after);

}  // namespace executus::run
