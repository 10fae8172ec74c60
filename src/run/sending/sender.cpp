#include "run/sending/sender.hpp"

#include <algorithm>
#include <deque>
#include <optional>
#include <set>
#include <vector>

#include <executus/async/task_group.hpp>
#include <executus/run/stored_run.hpp>

namespace executus::run {
namespace {

constexpr std::size_t kRowsAtOnce = 1'000;
constexpr std::size_t kTargetsAtOnce = 16;
constexpr Milliseconds kLongestSilence = std::chrono::minutes(1);

Sender::Place place_of(const journal::Outgoing& row) { return {row.target.kind, row.target.id}; }

// Takes a flag for as long as it lives, unless it is taken.
class Claimed {
 public:
  explicit Claimed(std::atomic<bool>& flag) : flag_(flag.exchange(true) ? nullptr : &flag) {}
  Claimed(const Claimed&) = delete;
  Claimed& operator=(const Claimed&) = delete;
  ~Claimed() {
    if (flag_) *flag_ = false;
  }
  explicit operator bool() const { return flag_ != nullptr; }

 private:
  std::atomic<bool>* flag_;
};

}  // namespace

bool Sender::is_silent(const Place& place, MonoTime now) const {
  auto found = silent_.find(place);
  return found != silent_.end() && now < found->second.until;
}

void Sender::heard_nothing(const Place& place, MonoTime now) {
  auto& silence = silent_[place];
  silence.until = now + std::min(kLongestSilence, pause_after(++silence.failures));
}

// On one strand: sends to several targets are under way at the same time.
class Sender::Pass {
 public:
  Pass(Sender& sender, const Clock& clock) : sender_(sender), clock_(clock) {}

  Task<std::size_t> run() {
    TaskContext context = co_await this_task();
    for (std::size_t rows = kRowsAtOnce;;) {
      auto due = co_await sender_.parts_.store.outgoing_due(rows);
      bool all = due.size() < rows;
      share_out(std::move(due));
      if (waiting_.empty() && all) co_return answered_;
      if (waiting_.empty()) rows *= 10;  // the first ones were tried, or have silent targets
      TaskGroup lanes(context);
      for (auto count = std::min(kTargetsAtOnce, waiting_.size()); count > 0; --count) lanes.spawn(work());
      co_await lanes.join();
    }
  }

 private:
  void share_out(std::vector<journal::Outgoing> due) {
    std::map<Place, std::vector<journal::Outgoing>> by_target;
    for (auto& row : due)
      if (!sender_.is_silent(place_of(row), clock_.mono()) && !is_passed_by(row))
        by_target[place_of(row)].push_back(std::move(row));
    std::map<std::pair<int, Place>, std::vector<journal::Outgoing>> in_turn;
    for (auto& [place, rows] : by_target) in_turn.emplace(std::pair(failures(rows), place), std::move(rows));
    for (auto& [turn, rows] : in_turn) waiting_.push_back(std::move(rows));
  }
  // Of the target: those that give no answer come last, since each of them keeps a lane for as long as a try may take.
  int failures(const std::vector<journal::Outgoing>& rows) const {
    auto most = std::ranges::max(rows | std::views::transform(&journal::Outgoing::tries));
    auto silence = sender_.silent_.find(place_of(rows.front()));
    return silence == sender_.silent_.end() ? most : std::max(most, silence->second.failures);
  }

  bool is_passed_by(const journal::Outgoing& row) const {
    std::pair end(row.run, row.seq);
    return seen_.contains(end) || sender_.unreadable_.contains(end);
  }

  Task<void> work() {
    TaskContext context = co_await this_task();
    while (!waiting_.empty()) {
      auto rows = std::move(waiting_.front());
      waiting_.pop_front();
      for (auto& row : rows) {
        context.scope->throw_if_cancelled();
        auto place = place_of(row);
        co_await send(std::move(row));
        if (sender_.is_silent(place, clock_.mono())) break;
      }
    }
  }

  Task<void> send(journal::Outgoing row) {
    seen_.insert({row.run, row.seq});
    auto run = co_await ended(row);
    if (!run) co_return;
    auto outcome = outcome_of(*run);
    auto place = place_of(row);
    auto sent = co_await try_to_send(sender_.parts_, std::move(row), outcome);
    if (!sent) co_return;
    if (sent->state == journal::OutgoingState::pending) co_return sender_.heard_nothing(place, clock_.mono());
    sender_.heard(place);
    ++answered_;
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
    if (problem && sender_.unreadable_.insert({row.run, row.seq}).second)
      sender_.parts_.logger.log(LogLevel::warn, "the end of run " + row.run.str() +
                                                    " cannot be delivered by this process: " + problem->message());
    co_return std::nullopt;
  }

  Sender& sender_;
  const Clock& clock_;
  std::deque<std::vector<journal::Outgoing>> waiting_;  // of a target each
  std::set<std::pair<RunId, std::uint64_t>> seen_;
  std::size_t answered_ = 0;
};

Task<std::size_t> Sender::send_due() {
  TaskContext context = co_await this_task();
  Claimed mine(busy_);
  if (!mine) co_return 0;
  Pass pass(*this, context.strand->loop().clock());
  co_return co_await pass.run();
}

}  // namespace executus::run
