// Commands from other processes, as a live run takes them: each is consumed in the transaction of the entry it causes.
#pragma once

#include <vector>

#include <executus/base/log.hpp>

#include "run/record/recorder.hpp"

namespace executus::run {

class Inbox final {
 public:
  Inbox(Recorder& recorder, Logger& logger) : recorder_(recorder), logger_(logger) {}

  // Applies what waits, between two steps, but for signals, which calls take (run/calls/waits.hpp); in the middle of a
  // step a message to the model has to wait, since another step may not follow. Throws Cancelled when the run is to be
  // cancelled; the command is then consumed by the run's last entry, and so are the messages beside it, which no step
  // follows.
  enum class Which { all, not_steer };
  [[nodiscard]] Task<void> apply(Which which);

  // What is left when the run closes.
  struct AtClose {
    bool cancel = false;
    bool steered = false;  // steer messages were taken in: the run is not over
  };
  // `hears`: the run can take another step, unless it is to be cancelled. Steer messages that no step can hear are left
  // for the last entry.
  enum class Hears { yes, no };
  [[nodiscard]] Task<AtClose> apply_at_close(Hears hears);

  // Commands the last entry consumes.
  [[nodiscard]] const Consumed& for_last_entry() const noexcept { return for_last_entry_; }
  // The steer messages and signals among them.
  [[nodiscard]] const std::vector<journal::Command>& unheard() const noexcept { return unheard_; }
  // The first reason that a cancel command gave; empty: none did.
  [[nodiscard]] const std::string& why_cancelled() const noexcept { return why_cancelled_; }

 private:
  Task<void> take(journal::Command command);
  void keep_unheard(journal::Command command);
  void leave_signals();
  void log_dropped(const journal::Command& command);

  Recorder& recorder_;
  Logger& logger_;
  Consumed for_last_entry_;
  std::vector<journal::Command> unheard_;
  std::string why_cancelled_;
};

}  // namespace executus::run
