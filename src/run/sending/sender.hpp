// Sends what ended runs have left to send, whichever process ended them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <set>
#include <utility>

#include "run/sending/lanes.hpp"
#include "run/sending/sending.hpp"

namespace executus::run {

// Threads: any. Passes at the same time share the targets: what one has under way is none of the others' business, so
// that a pass which waits for one target holds up no other target.
class Sender final {
 public:
  explicit Sender(SendingParts parts) : parts_(parts) {}

  // One pass over what is due, each row once: several targets side by side, those of one target in turn. How many rows
  // got an answer. Cancelled, it begins nothing more. Throws Error store.* when the store cannot be read.
  [[nodiscard]] Task<std::size_t> send_due();

  // The first try at an end, in its target's lane; `outcome` is that end, and outlives the task. What became of the
  // row; nothing: its target has one under way or is left alone for now, and the row is for a pass. Throws as
  // try_to_send() does.
  [[nodiscard]] Task<std::optional<journal::Outgoing>> send_first(journal::Outgoing row, const RunOutcome& outcome);

 private:
  using End = std::pair<RunId, std::uint64_t>;
  class Pass;

  void note(const Place& place, const Sent& sent, MonoTime now);
  [[nodiscard]] bool is_unreadable(const End& end) const;
  [[nodiscard]] bool note_unreadable(const End& end);  // false: it is known

  const SendingParts parts_;
  Lanes lanes_;
  // Ends of runs that cannot be read here are left to other processes.
  mutable std::mutex mutex_;
  std::set<End> unreadable_;
};

}  // namespace executus::run
