// Runs that are told to end and that no worker drives. They take no step, so they neither rest nor wait for a place:
// each is taken up at once, but once for each time that it was told.
#pragma once

#include <set>
#include <vector>

#include <executus/journal/store.hpp>

namespace executus::run {

class ToldToEnd final {
 public:
  // Takes in all that are told to end now: those that are to be taken up for it.
  [[nodiscard]] std::vector<journal::RunRow> news_in(std::vector<journal::RunRow> told) {
    std::set<RunId> known;
    for (const auto& row : told)
      if (heard_.contains(row.id)) known.insert(row.id);
    heard_ = std::move(known);
    std::erase_if(told, [this](const auto& row) { return !heard_.insert(row.id).second; });
    return told;
  }

 private:
  std::set<RunId> heard_;  // and they could not be ended here: they rest as others do
};

}  // namespace executus::run
