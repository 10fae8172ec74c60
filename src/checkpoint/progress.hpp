// How far a run has come, as a snapshot tells it: the fold of the entries it was given. A value; no I/O.
#pragma once

#include <vector>

#include <executus/checkpoint/snapshot.hpp>
#include <executus/journal/checkpoint.hpp>

namespace executus::checkpoint {

class Progress final {
 public:
  explicit Progress(RunCheckpointMeta meta) : meta_(std::move(meta)) {}  // of a run that starts
  explicit Progress(RunCheckpoint record);                               // of one that continues

  // Entries it has taken in before are skipped: a failed append is repeated with the same ones. Throws Error
  // "journal.malformed" when one cannot follow.
  void take_in(const std::vector<journal::Entry>& entries);

  [[nodiscard]] RunCheckpoint snapshot(WallTime now) const;

  // A process takes the run up: a fruitless attempt until the run progresses. take_up_does_not_count() takes it back.
  void take_up() noexcept { ++fruitless_; }
  bool take_up_does_not_count() noexcept;  // false: there was nothing to take back

  [[nodiscard]] std::uint64_t last_seq() const noexcept { return fold_.last_seq; }  // 0: nothing was taken in
  [[nodiscard]] std::size_t boundaries() const noexcept;                            // steps and phases that are over
  [[nodiscard]] const RunId& run() const noexcept { return meta_.run_id; }

 private:
  void take_in(const journal::Entry& entry);
  [[nodiscard]] bool has_phases() const noexcept { return fold_.phase.has_value() || !fold_.phases.empty(); }

  RunCheckpointMeta meta_;
  bool continues_ = false;
  bool progressed_ = false;  // since it was taken up
  int fruitless_ = 0;
  journal::Checkpoint fold_;
};

// `conversation` as messages from which a run can continue. An open batch gets the results there are, and for each call
// of unknown outcome a result that says so; a `keyed` call stays open and may be sent again.
[[nodiscard]] llm::Transcript continuable(const llm::Conversation& conversation);

}  // namespace executus::checkpoint
