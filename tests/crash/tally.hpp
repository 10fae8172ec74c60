// The sum of many rounds, for people.
#pragma once

#include <string>

#include "evidence.hpp"

namespace executus::crash {

struct Tally {
  int rounds = 0;  // with at least one kill
  int kills = 0;
  int repeats = 0;  // effects that happened again: allowed for pure and idempotent calls only
  int deduped = 0;  // repeats that the target recognised by their key
  int probes_yes = 0, probes_no = 0;
  int completed = 0, retried = 0;  // calls in doubt, and how they were settled
  int in_flight = 0;               // model requests lost with the process that had sent them
  int bought_again = 0;            // requests for responses that were journaled

  void add(const Evidence& evidence);
};

[[nodiscard]] std::string to_string(const Tally& tally);

}  // namespace executus::crash
