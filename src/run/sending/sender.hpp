// Sends what ended runs have left to send, whichever process ended them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
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

 private:
  using End = std::pair<RunId, std::uint64_t>;
  class Pass;

  [[nodiscard]] bool is_unreadable(const End& end) const;
  [[nodiscard]] bool note_unreadable(const End& end);  // false: it is known

  const SendingParts parts_;
  Lanes lanes_;
  // Ends of runs that cannot be read here are left to other processes.
  mutable std::mutex mutex_;
  std::set<End> unreadable_;
};

}  // namespace executus::run
