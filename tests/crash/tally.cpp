#include "tally.hpp"

#include <algorithm>

namespace executus::crash {
namespace {

int asked_again(const Evidence& evidence) {
  int again = 0;
  for (const auto& [ordinal, asked] : evidence.end.model.asked) {
    for (const auto& then : evidence.after_kill) {
      if (ordinal >= then.journal.count("responded")) continue;
      auto before = then.model.asked.find(ordinal);
      again += asked - (before == then.model.asked.end() ? 0 : before->second);
      break;  // the first kill after it was journaled is where it has to stop growing
    }
  }
  return again;
}

std::string part(int count, const char* what) { return std::to_string(count) + " " + what; }

}  // namespace

void Tally::add(const Evidence& evidence) {
  rounds += evidence.kills() > 0 ? 1 : 0;
  kills += evidence.kills();
  for (const auto& [label, record] : evidence.end.effects.calls) {
    repeats += std::max(record.executions - 1, 0);
    deduped += record.deduped;
  }
  probes_yes += evidence.end.effects.probes_yes;
  probes_no += evidence.end.effects.probes_no;
  completed += evidence.resolved_completed;
  retried += evidence.resolved_retry;
  int again = asked_again(evidence);
  bought_again += again;
  in_flight += evidence.end.model.total() - evidence.end.journal.count("responded") - again;
}

std::string to_string(const Tally& tally) {
  return part(tally.rounds, "rounds, ") + part(tally.kills, "kills, ") + part(tally.repeats, "effects repeated, ") +
         part(tally.deduped, "repeats deduped by key, ") + part(tally.probes_yes + tally.probes_no, "probes (") +
         part(tally.probes_yes, "had happened), ") + part(tally.completed + tally.retried, "in doubt (") +
         part(tally.completed, "had happened), ") + part(tally.in_flight, "model calls lost in flight, ") +
         part(tally.bought_again, "journaled model calls asked again");
}

}  // namespace executus::crash
