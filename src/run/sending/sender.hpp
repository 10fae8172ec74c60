// Sends what ended runs have left to send, whichever process ended them.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "run/sending/sending.hpp"

namespace executus::run {

// A target that gives no answer is left alone for a while, so that it holds up no other. Threads: any; of passes at the
// same time one does the work.
class Sender final {
 public:
  using Place = std::pair<std::string, std::string>;  // of a target: kind and id

  explicit Sender(SendingParts parts) : parts_(parts) {}

  // One pass over what is due, each row once: several targets side by side, those of one target in turn. How many rows
  // got an answer. Cancelled, it begins nothing more. Throws Error store.* when the store cannot be read.
  [[nodiscard]] Task<std::size_t> send_due();

 private:
  struct Silence {
    int failures = 0;
    MonoTime until{};
  };
  class Pass;

  [[nodiscard]] bool is_silent(const Place& place, MonoTime now) const;
  void heard(const Place& place) { silent_.erase(place); }
  void heard_nothing(const Place& place, MonoTime now);

  const SendingParts parts_;
  std::atomic<bool> busy_{false};
  // Of the pass that goes on. Ends of runs that cannot be read here are left to other processes.
  std::map<Place, Silence> silent_;
  std::set<std::pair<RunId, std::uint64_t>> unreadable_;
};

}  // namespace executus::run
