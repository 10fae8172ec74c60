// What a round leaves for the judge: the journal and the servers' counts, after each kill and at the end.
#pragma once

#include <string>
#include <vector>

#include <boost/json.hpp>

#include "effect_class.hpp"
#include "effect_server.hpp"
#include "journal_view.hpp"
#include "model_server.hpp"

namespace executus::crash {

// At a time when no process of ours was alive. The servers need not have handled everything yet that dead ones had
// sent.
struct Snapshot {
  JournalView journal;
  ModelLog model;
  EffectLog effects;
};

struct Evidence {
  EffectClass effect = EffectClass::pure;
  std::string run;
  std::vector<Snapshot> after_kill;
  Snapshot end;
  boost::json::object shown;       // `runs show --json` at the end
  Snapshot calm_end;               // of the uninterrupted run with the same id
  boost::json::object calm_shown;  // likewise
  int resolved_completed = 0, resolved_retry = 0;
  std::vector<std::string> oddities;  // exit codes that no process should have had
  std::vector<std::string> story;     // what was done, for people

  [[nodiscard]] int kills() const { return static_cast<int>(after_kill.size()); }
};

}  // namespace executus::crash
