// The part of a journal that a fork begins with. Pure.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include <executus/journal/checkpoint.hpp>

namespace executus::run {

struct TakenOver {
  journal::Admitted admitted;           // with the definition as it was then
  std::vector<journal::Entry> entries;  // that follow it, numbered from 2
  int steps = 0;
  std::vector<std::string> begun_anew = {};  // call ids
};

// `before`: what the run began with, before its first entry (journal::continuing()). `journal`: all of it. `steps`,
// `results`: as ForkOptions::at and ::results say. Throws Error fork.* as fork_run() does.
[[nodiscard]] TakenOver taken_over(const journal::Checkpoint& before, std::span<const journal::Entry> journal,
                                   int steps, const std::map<std::string, std::string>& results);

}  // namespace executus::run
