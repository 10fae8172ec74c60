// Writes a run's journal and keeps its checkpoint: every entry is appended first, then folded, then, when it is
// durable, shown to the observer. The live state of a run changes nowhere else.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <executus/async/turns.hpp>
#include <executus/journal/checkpoint.hpp>
#include <executus/run/run_writer.hpp>

#include "run/record/stay_end.hpp"
#include "run/record/watchers.hpp"

namespace executus::run {

// The store stayed away until the run had to stop waiting for it: the run is left for recovery, never failed.
class StoreUnavailable final : public Error {
 public:
  explicit StoreUnavailable(const Error& cause)
      : Error(ErrorKind::disconnected, "store.unavailable", cause.message()) {}
};

using Consumed = std::vector<std::int64_t>;  // ids of inbox commands

class Recorder final {
 public:
  // `writer` may be null: the run is folded and shown, but not kept.
  Recorder(RunId run, journal::Checkpoint checkpoint, RunWriter* writer, const Clock& clock, Watchers& watchers);

  [[nodiscard]] const journal::Checkpoint& checkpoint() const noexcept { return checkpoint_; }
  [[nodiscard]] const llm::Conversation& conversation() const noexcept { return checkpoint_.conversation; }
  [[nodiscard]] const llm::CallRecord& open_call(llm::CallPosition position) const {
    return conversation().open_batch()[position.index];
  }
  // Disarmed just before it is sent (false: it was not armed), armed again when the sending never began.
  void arm(llm::CallPosition position) { checkpoint_.conversation.call_at(position).armed = true; }
  bool disarm(llm::CallPosition position) {
    return std::exchange(checkpoint_.conversation.call_at(position).armed, false);
  }
  // What its calls noted last under that name.
  [[nodiscard]] std::optional<std::string> note(const std::string& name) const {
    auto found = checkpoint_.notes.find(name);
    return found == checkpoint_.notes.end() ? std::nullopt : std::optional(found->second);
  }
  [[nodiscard]] const RunId& run() const noexcept { return run_; }
  [[nodiscard]] Milliseconds elapsed() const;
  // The part of it that max_runtime limits: since the run was reopened, when it was.
  [[nodiscard]] Milliseconds limited_time() const;
  // Between these two, time does not count for either. In pairs, which may be one within another.
  void stop_counting();
  void go_on_counting();
  [[nodiscard]] bool is_counting() const noexcept { return standstills_ == 0; }
  [[nodiscard]] WallTime now() const { return clock_.wall(); }
  [[nodiscard]] BootMoment moment() const { return clock_.boot_moment(); }
  // What the calls used that were journaled since this process took the run up.
  [[nodiscard]] std::int64_t tokens_here() const noexcept { return tokens_here_; }
  [[nodiscard]] llm::NanoDollars cost_here() const noexcept { return cost_here_; }
  [[nodiscard]] MonoTime taken_up() const noexcept { return started_; }   // by this process
  [[nodiscard]] bool progressed() const noexcept { return progressed_; }  // since this process took the run up

  // This process takes the run up. Written with the next entry, not before it.
  void open(journal::Opened opened) { opened_ = std::move(opened); }

  // Tasks of one run may write at the same time: their entries follow each other.
  //
  // Appended, but not waited for. The observer sees it with the next entry that is, or after show_deferred().
  [[nodiscard]] Task<void> defer(journal::Payload payload);

  // `tell` is called after each entry that the observer has still to see, when there is one; null: no more.
  void tell_deferred(std::function<void()> tell) { tell_deferred_ = std::move(tell); }
  // The first entry that the observer has still to see.
  [[nodiscard]] std::optional<std::uint64_t> oldest_unshown() const;
  // Shows what was deferred, if it is durable by now. False: that is not known; it is shown with the next awaited
  // entry.
  [[nodiscard]] Task<bool> show_deferred();

  // An intent arms its call (CallRecord::armed) with it, unless one before it may have been carried out.
  //
  // Durable when it returns. While the store fails it holds the run here and tries again; throws StoreUnavailable when
  // the run's scope is cancelled meanwhile, Cancelled{ownership_lost} when another worker took the run over.
  // `children` are created in the same transaction.
  [[nodiscard]] Task<void> commit(std::vector<journal::Payload> payloads, Boundary boundary, Consumed consumed = {},
                                  std::vector<journal::Admission> children = {});
  [[nodiscard]] Task<void> commit(journal::Payload payload, Boundary boundary, Consumed consumed = {});

  // The last entries of the run, or of this stay; `how`: complete, fail or park. False: refused, commands wait that
  // `consumed` does not name.
  [[nodiscard]] Task<bool> close(StayEnd how, std::vector<journal::Payload> payloads, Consumed consumed);

  void expect_commands() noexcept { commands_waiting_ = true; }
  [[nodiscard]] bool commands_waiting() const noexcept { return commands_waiting_; }
  [[nodiscard]] Task<std::vector<journal::Command>> inbox();
  [[nodiscard]] RunWriter::Dispatch may_dispatch() const {
    return writer_ ? writer_->may_dispatch() : RunWriter::Dispatch::yes;
  }
  [[nodiscard]] Task<void> leave(journal::Attempt attempt);

  // Of a run that is not kept yet: when it has to be (RunWriter::keep_by).
  [[nodiscard]] std::optional<MonoTime> keep_by() const { return writer_ ? writer_->keep_by() : std::nullopt; }
  // Of such a run: whether a try that failed may have kept it all the same.
  [[nodiscard]] bool may_be_kept() const { return writer_ && writer_->may_be_kept(); }
  // What happens next presupposes that the run is kept: it is when this returns, as after a commit().
  [[nodiscard]] Task<void> require_kept();
  // One try to keep it; the run itself does not wait for it. False: the store is away.
  [[nodiscard]] Task<bool> try_to_keep();

 private:
  struct Write {
    Durable when = Durable::awaited;
    Boundary boundary = Boundary::plain;
    std::optional<StayEnd> closes = {};  // set: the entries are the last ones
  };
  std::vector<journal::Entry> number(std::vector<journal::Payload> payloads);
  Task<journal::Appended> write(Write how, std::vector<journal::Entry>& entries, Consumed consumed);
  Task<journal::Appended> write_once(Write how, std::vector<journal::Entry> entries, Consumed consumed);
  Task<bool> must_give_up(Milliseconds pause);
  void take_in(std::vector<journal::Entry> entries);
  void show();

  struct Unshown {
    journal::Entry entry;
    int steps = 0;  // of the conversation, with this entry
  };

  RunId run_;
  journal::Checkpoint checkpoint_;
  RunWriter* writer_;
  const Clock& clock_;
  Watchers& watchers_;
  MonoTime started_;
  Milliseconds uncounted_{0};  // since then
  MonoTime stands_since_{};    // while standstills_ > 0
  int standstills_ = 0;
  Milliseconds elapsed_before_;
  std::vector<Unshown> unshown_;           // folded, but not certainly durable
  std::function<void()> tell_deferred_;    // null: deferred entries are not announced
  std::optional<journal::Opened> opened_;  // written in front of the next entry
  Turns turns_;
  std::int64_t tokens_here_ = 0;
  llm::NanoDollars cost_here_;
  bool commands_waiting_ = false;
  bool progressed_ = false;
  std::optional<MonoTime> last_chance_;
  Boxed<StoreUnavailable> gave_up_;  // the last write may have happened or not, so nothing more is written
};

}  // namespace executus::run
