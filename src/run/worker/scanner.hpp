// A worker: looks through the store again and again, takes up what is due, and drives it, up to a bound. Tasks on a
// loop; it has no thread of its own.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include <executus/async/root_group.hpp>
#include <executus/run/work.hpp>

#include "run/recovery/take_up.hpp"
#include "run/worker/due_runs.hpp"
#include "run/worker/mailbox.hpp"
#include "run/worker/pace.hpp"
#include "run/worker/resting.hpp"
#include "run/worker/suspects.hpp"
#include "run/worker/told_to_end.hpp"

namespace executus::run {

class Scanner final {
 public:
  struct Parts {
    Loop& loop;
    Executor& executor;
    journal::JournalStore& store;
    Logger& logger;
  };
  // Throws Error config.invalid for options that make no sense.
  Scanner(Parts parts, WorkOptions options);
  Scanner(const Scanner&) = delete;
  Scanner& operator=(const Scanner&) = delete;

  // The worker's life, once: until it is drained and drives nothing any more. Cancelled, it leaves at once what it
  // drives. Throws nothing.
  [[nodiscard]] Task<WorkSummary> work();

  // Any thread. Worker is the contract.
  void drain(Milliseconds window);
  void look();

 private:
  struct Driven {
    std::optional<MonoTime> alone_until = {};  // nothing is started beside it until then
    bool taken_up = false;                     // its claim succeeded
    bool got_on = false;                       // it was seen to have made progress here
    bool paced = false;                        // it took a turn of the pace
    std::uint64_t last_seq = 0;                // as it was found
    OneShot<> leave = {};                      // told to stop at its next boundary
  };

  Task<void> take_up_what_comes();
  Task<void> wind_down();
  Task<void> look_through();
  Task<void> find_candidates();
  Task<void> find_told_to_end();
  Task<void> see_progress();
  Task<void> send_out();
  Task<void> start_some();
  Task<void> start_told_to_end();
  enum class Care { as_it_needs, none };
  Task<void> start(journal::RunRow row, Care care);
  Task<void> drive(journal::RunRow row, OneShot<> leave);
  Task<std::optional<journal::RunRow>> row_of(RunId run) const;
  Task<void> sleep_or_leave(MonoTime until);

  void read_mail();
  void note(LetGo let_go);
  void note_unclaimed(const LetGo& let_go, const Driven& driven);
  [[nodiscard]] std::unique_ptr<journal::Watch> watch_store();
  [[nodiscard]] bool waits_for_its_turn(const journal::RunRow& row) const;
  void rest(const RunOutcome& outcome, const std::optional<journal::RunRow>& row, std::vector<std::string> lacks);
  void drain_from_now(Milliseconds window);
  void tell(const WorkEvent& event) const;
  [[nodiscard]] bool may_start(const journal::RunRow& row) const;
  [[nodiscard]] std::optional<journal::RunRow> next_candidate();  // the oldest that may start
  [[nodiscard]] bool one_is_tried() const;
  [[nodiscard]] bool a_suspect_waits() const;
  [[nodiscard]] bool has_room() const;
  [[nodiscard]] MonoTime now() const { return parts_.loop.clock().mono(); }
  [[nodiscard]] bool one_may_start(const DueRuns::Rows& among) const;
  [[nodiscard]] MonoTime next_look() const;
  [[nodiscard]] MonoTime next_moment() const;

  const Parts parts_;
  const WorkOptions options_;
  const TakeUp take_up_;
  Mailbox mailbox_;

  // On the strand of work().
  DueRuns due_;
  std::vector<journal::RunRow> candidates_;  // due, and not taken up yet; oldest first
  std::vector<journal::RunRow> to_end_;      // those that are only to be ended
  ToldToEnd told_to_end_;
  MonoTime looked_at_ = MonoTime::min();
  MonoTime next_look_ = MonoTime::min();
  std::map<RunId, Driven> driven_;
  Resting resting_;
  Suspects suspects_;
  Pace pace_;
  WorkSummary summary_;
  std::optional<MonoTime> leave_at_;  // set: nothing more is taken up
  bool left_ = false;                 // what is still in the middle of a call was told to stop

  RootGroup sends_;  // what ends of runs send out, beside the runs
  RootGroup runs_;   // last: what runs in it uses the rest
};

}  // namespace executus::run
