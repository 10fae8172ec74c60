// Finds what a round of a plot (plot.hpp) breaks of the durability contract. Pure.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include "judge.hpp"
#include "plot.hpp"

namespace executus::crash {

// When no process of ours was alive: the journals of the run and its children, and what the servers counted.
struct PlotSnapshot {
  std::map<std::string, JournalView> journals;  // by run id
  std::map<std::string, ModelLog> model;        // by thread
  EffectLog effects;
};

struct PlotEvidence {
  Plot plot = Plot::phases;
  std::string run;
  std::vector<PlotSnapshot> after_kill;
  PlotSnapshot end, calm_end;
  boost::json::object shown, calm_shown;  // `runs show --json` at the end
  boost::json::object tree, calm_tree;    // `runs tree --json`
  std::string message;                    // what was said to the run
  bool heard = false;                     // `runs steer` said that it was
  std::vector<std::string> oddities;      // exits that no process should have had
  std::vector<std::string> story;         // what was done, for people

  [[nodiscard]] int kills() const { return static_cast<int>(after_kill.size()); }
};

[[nodiscard]] Findings judge(const PlotEvidence& evidence);

}  // namespace executus::crash
