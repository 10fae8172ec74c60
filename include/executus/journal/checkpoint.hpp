// What a run needs to continue: the fold of its journal. A live run applies every entry it has appended to its own
// checkpoint, so a recovered run and a live one are in the same state by construction.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include <executus/journal/entry.hpp>
#include <executus/llm/conversation.hpp>

namespace executus::journal {

struct Checkpoint {
  Admitted admitted;
  llm::Conversation conversation;
  std::uint64_t last_seq = 0;
  Milliseconds elapsed{0};
  std::optional<Waited> waiting;  // set while the run is parked
  std::optional<Ended> ended;
  int attempts = 0;  // how often a process took it up
};

// Throws Error "journal.malformed" when the entry cannot follow what came before.
void apply(Checkpoint& checkpoint, const Entry& entry);

[[nodiscard]] Checkpoint fold(std::span<const Entry> entries);

}  // namespace executus::journal
