#include "run/sending/sender.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <ranges>
#include <set>
#include <vector>

#include <executus/async/task_group.hpp>
#include <executus/run/stored_run.hpp>

namespace executus::run {
namespace {

constexpr std::size_t kRowsAtOnce = 1'000;
constexpr std::size_t kTargetsAtOnce = 16;

Place place_of(const journal::Outgoing& row) { return {row.target.kind, row.target.id}; }

std::vector<journal::Target> targets_of(const std::set<Place>& places) {
  std::vector<journal::Target> targets;
  for (const auto& [kind, id] : places) targets.push_back({kind, id});
  return targets;
}

// A lane that was entered, until it is left.
class InLane {
 public:
  InLane(Lanes& lanes, const Place& place) : lanes_(lanes), place_(place) {}
  InLane(const InLane&) = delete;
  InLane& operator=(const InLane&) = delete;
  ~InLane() { lanes_.leave(place_); }

 private:
  Lanes& lanes_;
  const Place place_;
};

}  // namespace

// What a try has told of its target.
void Sender::note(const Place& place, const Sent& sent, MonoTime now) {
  if (sent.later)
    lanes_.asked_for(place, now, *sent.later);
  else if (sent.row.state == journal::OutgoingState::pending)
    lanes_.heard_nothing(place, now);
  else
    lanes_.heard(place);
}

Task<std::optional<journal::Outgoing>> Sender::send_first(journal::Outgoing row, const RunOutcome& outcome) {
  TaskContext context = co_await this_task();
  const Clock& clock = context.strand->loop().clock();
  auto place = place_of(row);
  if (!lanes_.enter(place, clock.mono())) co_return std::nullopt;
  InLane lane(lanes_, place);
  auto sent = co_await try_to_send(parts_, std::move(row), outcome);
  if (!sent) co_return std::nullopt;
  note(place, *sent, clock.mono());
  co_return std::move(sent->row);
}

bool Sender::is_unreadable(const End& end) const {
  std::lock_guard lock(mutex_);
  return unreadable_.contains(end);
}

bool Sender::note_unreadable(const End& end) {
  std::lock_guard lock(mutex_);
  return unreadable_.insert(end).second;
}

// On one strand: sends to several targets are under way at the same time.
class Sender::Pass {
 public:
  Pass(Sender& sender, const Clock& clock) : sender_(sender), clock_(clock) {}

  Task<std::size_t> run() {
    TaskContext context = co_await this_task();
    for (std::size_t rows = kRowsAtOnce;;) {
      auto without = left_out();
      auto due = co_await sender_.parts_.store.outgoing_due(rows, targets_of(without));
      bool all = due.size() < rows;
      share_out(std::move(due));
      if (waiting_.empty() && all) co_return answered_;
      if (waiting_.empty() && left_out().size() <= without.size()) rows *= 10;  // the first ones were tried
      TaskGroup lanes(context);
      for (auto count = std::min(kTargetsAtOnce, waiting_.size()); count > 0; --count) lanes.spawn(work());
      co_await lanes.join();
    }
  }

 private:
  // Targets whose rows are not for this pass: they may be many, and are not even read.
  std::set<Place> left_out() const {
    auto closed = sender_.lanes_.closed(clock_.mono());
    std::set<Place> places(closed.begin(), closed.end());
    places.insert(left_alone_.begin(), left_alone_.end());
    places.insert(foreign_.begin(), foreign_.end());
    return places;
  }

  void share_out(std::vector<journal::Outgoing> due) {
    std::map<Place, std::vector<journal::Outgoing>> by_target;
    for (auto& row : due)
      if (!is_ours(row))
        foreign_.insert(place_of(row));
      else if (!is_passed_by(row))
        by_target[place_of(row)].push_back(std::move(row));
    std::map<std::pair<int, Place>, std::vector<journal::Outgoing>> in_turn;
    for (auto& [place, rows] : by_target) in_turn.emplace(std::pair(failures(rows), place), std::move(rows));
    for (auto& [turn, rows] : in_turn) waiting_.push_back(std::move(rows));
  }

  // Of the target: those that give no answer come last, since each of them keeps a lane for as long as a try may take.
  int failures(const std::vector<journal::Outgoing>& rows) const {
    auto most = std::ranges::max(rows | std::views::transform(&journal::Outgoing::tries));
    return std::max(most, sender_.lanes_.failures(place_of(rows.front())));
  }

  bool is_passed_by(const journal::Outgoing& row) const {
    End end(row.run, row.seq);
    return seen_.contains(end) || left_alone_.contains(place_of(row)) || sender_.is_unreadable(end) ||
           sender_.lanes_.is_closed(place_of(row), clock_.mono());
  }

  bool is_ours(const journal::Outgoing& row) const { return sender_.parts_.port.takes(target_of(row)); }

  Task<void> work() {
    while (!waiting_.empty()) {
      auto rows = std::move(waiting_.front());
      waiting_.pop_front();
      auto place = place_of(rows.front());
      if (sender_.lanes_.enter(place, clock_.mono()))
        co_await send_in_turn(std::move(place), std::move(rows));
      else
        left_alone_.insert(std::move(place));
    }
  }

  // In a lane that was entered.
  Task<void> send_in_turn(Place place, std::vector<journal::Outgoing> rows) {
    InLane lane(sender_.lanes_, place);
    TaskContext context = co_await this_task();
    for (auto& row : rows) {
      context.scope->throw_if_cancelled();
      if (!co_await send(place, std::move(row))) co_return;
    }
  }

  // False: its target is to be left alone for now.
  Task<bool> send(Place place, journal::Outgoing row) {
    seen_.insert({row.run, row.seq});
    auto run = co_await ended(row);
    if (!run) co_return true;
    auto outcome = outcome_of(*run);
    auto sent = co_await try_to_send(sender_.parts_, std::move(row), outcome);
    if (!sent) co_return true;
    sender_.note(place, *sent, clock_.mono());
    if (sent->row.state == journal::OutgoingState::pending) co_return false;
    ++answered_;
    co_return true;
  }

  // Nothing: it does not stand at that end any more, or cannot be read here.
  Task<std::optional<StoredRun>> ended(const journal::Outgoing& row) {
    std::optional<Error> problem;
    try {
      auto run = co_await read_stored_run(sender_.parts_.store, row.run);
      if (run && run->checkpoint.ended && run->checkpoint.last_seq == row.seq) co_return run;
    } catch (const Cancelled&) {
      throw;
    } catch (...) {
      problem = current_error();
    }
    if (problem && !problem->code().starts_with("journal.")) throw *problem;
    if (problem && sender_.note_unreadable({row.run, row.seq}))
      sender_.parts_.logger.log(LogLevel::warn, "the end of run " + row.run.str() +
                                                    " cannot be delivered by this process: " + problem->message());
    co_return std::nullopt;
  }

  Sender& sender_;
  const Clock& clock_;
  std::deque<std::vector<journal::Outgoing>> waiting_;  // of a target each
  std::set<End> seen_;
  std::set<Place> foreign_;     // other processes' to deliver to
  std::set<Place> left_alone_;  // their lanes could not be had: they are for the next pass
  std::size_t answered_ = 0;
};

Task<std::size_t> Sender::send_due() {
  TaskContext context = co_await this_task();
  Pass pass(*this, context.strand->loop().clock());
  co_return co_await pass.run();
}

}  // namespace executus::run
