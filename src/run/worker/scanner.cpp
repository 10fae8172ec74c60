#include "run/worker/scanner.hpp"

#include <algorithm>
#include <utility>

#include <executus/async/task_group.hpp>

#include "base/contained.hpp"

namespace executus::run {
namespace {

constexpr Milliseconds kBreath{20};      // at least between two looks through the store
constexpr Milliseconds kNextTry{1'000};  // at the latest, after a look that failed
constexpr Milliseconds kTrialLook{100};  // at whether runs have got on, for the sake of suspects
constexpr std::size_t kFewestRows = 64;  // that a look asks for

std::size_t page_of(const WorkOptions& options) {
  return std::max(kFewestRows, 4 * static_cast<std::size_t>(options.concurrency));
}

WorkOptions checked(WorkOptions options) {
  if (options.concurrency < 1)
    throw failed("config.invalid", "a worker's concurrency is " + std::to_string(options.concurrency) +
                                       "; it must drive at least one run at once");
  if (options.scan < Milliseconds(1))
    throw failed("config.invalid", "a worker's scan interval is " + std::to_string(options.scan.count()) +
                                       " ms; it must be at least 1 ms");
  std::ranges::sort(options.agents);
  const auto repeated = std::ranges::unique(options.agents);
  options.agents.erase(repeated.begin(), repeated.end());
  return options;
}

// Calls that are in the middle end with the surrounding scope.
Task<void> cancel_when(OneShot<> told, CancelScope& run, CancelScope& calls) {
  try {
    co_await told.wait();
    run.cancel({Cause::shutdown, "the worker is leaving", &calls});
  } catch (const Cancelled&) {  // the run is over
  }
}

// Awaits `task`, which is told to leave at its next boundary when `told` is set.
template <class T>
Task<T> until_told(OneShot<> told, Task<T> task) {
  TaskContext context = co_await this_task();
  CancelScope run(*context.scope);
  TaskGroup watch(context);
  watch.spawn(cancel_when(std::move(told), run, *context.scope));
  TaskContext inner{context.strand, &run};
  T result = co_await std::move(task).in(inner);
  watch.cancel({Cause::caller, "the run is over"});
  co_await watch.join();
  co_return result;
}

bool is_left(const Recovered& result) {
  auto status = result.outcome.status;
  return !result.untouched && (status == RunStatus::running || status == RunStatus::queued);
}

}  // namespace

Scanner::Scanner(Parts parts, WorkOptions options)
    : parts_(parts),
      options_(checked(std::move(options))),
      take_up_(parts.executor, parts.store, options_.max_attempts),
      due_(parts.store, parts.loop.clock(), options_.agents, page_of(options_)),
      pace_(options_.starts_per_second),
      sends_(parts.loop),
      runs_(parts.loop) {}

void Scanner::drain(Milliseconds window) {
  mailbox_.post([window](Mail& mail) { mail.drains.push_back(window); });
}

void Scanner::look() {
  mailbox_.post([](Mail& mail) { mail.look = true; });
}

Task<WorkSummary> Scanner::work() {
  try {
    co_await take_up_what_comes();
  } catch (const Cancelled&) {
    drain_from_now(Milliseconds(0));
  }
  co_await wind_down();
  tell(Drained{summary_});
  co_return summary_;
}

Task<void> Scanner::take_up_what_comes() {
  TaskContext context = co_await this_task();
  auto watch = watch_store();
  for (;;) {
    context.scope->throw_if_cancelled();
    read_mail();
    if (leave_at_) co_return;
    co_await see_progress();
    if (next_look() <= now()) co_await look_through();
    co_await start_some();
    co_await mailbox_.bell().wait_until(next_moment());
  }
}

// Null when the store does not tell: the looks suffice.
std::unique_ptr<journal::Watch> Scanner::watch_store() {
  std::unique_ptr<journal::Watch> watch;
  contained(parts_.logger, LogLevel::warn, {"a worker cannot be told of changes, and looks for them"},
            [&] { watch = parts_.store.watch([this] { mailbox_.post([](Mail& mail) { mail.changed = true; }); }); });
  return watch;
}

// What is driven is left at its next boundary, and what is in the middle of a call then, when the window is over.
Task<void> Scanner::wind_down() {
  sends_.cancel_all({Cause::shutdown, "the worker is leaving"});
  for (auto& [run, driven] : driven_) driven.leave.set();
  for (;;) {
    read_mail();
    if (driven_.empty()) co_return;
    if (!left_ && *leave_at_ <= now()) {
      left_ = true;
      runs_.cancel_all({Cause::shutdown, "the worker is leaving"});
    }
    co_await sleep_or_leave(left_ ? MonoTime::max() : *leave_at_);
  }
}

Task<void> Scanner::sleep_or_leave(MonoTime until) {
  TaskContext context = co_await this_task();
  if (context.scope->cancelled() && left_) co_return co_await mailbox_.bell().wait_until_shielded(until);
  try {
    co_await mailbox_.bell().wait_until(until);
  } catch (const Cancelled&) {
    leave_at_ = now();
  }
}

// --- looking

Task<void> Scanner::look_through() {
  looked_at_ = now();
  next_look_ = looked_at_ + options_.scan;
  std::optional<Error> problem;
  try {
    co_await find_candidates();
    co_await find_told_to_end();
    suspects_.see(candidates_, now());
    resting_.forget_old(now());
    tell(Looked{candidates_.size(), driven_.size()});
  } catch (const Cancelled&) {
    throw;
  } catch (...) {
    problem = current_error();
  }
  if (!problem) {
    if (parts_.executor.sends_out()) sends_.spawn(send_out());
    co_return;
  }
  candidates_.clear();
  due_.nothing_more();  // not asked for before its time while the store is away
  next_look_ = looked_at_ + std::min(options_.scan, kNextTry);
  tell(LookFailed{*problem});
}

Task<void> Scanner::send_out() { (void)co_await parts_.executor.send_outgoing(); }

// Those at the head of the store may all have to wait, suspects for the others too.
Task<void> Scanner::find_candidates() {
  if (!candidates_.empty()) due_.look_at_all();
  auto waits = [this](const journal::RunRow& row) { return waits_for_its_turn(row); };
  auto enough = [this](const DueRuns::Rows& found) { return has_room() ? one_may_start(found) : !found.empty(); };
  candidates_ = co_await due_.look(std::move(waits), std::move(enough));
}

// Asked only when something is due: what is told to end is.
Task<void> Scanner::find_told_to_end() {
  to_end_.clear();
  if (!due_.any()) co_return;
  auto told = co_await due_.told_to_end();
  std::erase_if(told, [this](const auto& row) { return driven_.contains(row.id); });
  to_end_ = told_to_end_.news_in(std::move(told));
  auto is_to_end = [this](const auto& row) {
    return std::ranges::find(to_end_, row.id, &journal::RunRow::id) != to_end_.end();
  };
  std::erase_if(candidates_, is_to_end);
}

bool Scanner::waits_for_its_turn(const journal::RunRow& row) const {
  return !driven_.contains(row.id) && !resting_.rests(row, now()) && !is_backing_off(row, parts_.loop.clock().wall());
}

// Asked only while a suspect is tried, or waits for the others. One that gets on is no suspect any more, and one that
// hangs holds up the others no longer.
Task<void> Scanner::see_progress() {
  if (!one_is_tried() && !a_suspect_waits()) co_return;
  for (auto& [run, driven] : driven_) {
    if (driven.got_on || !driven.taken_up) continue;
    auto row = co_await row_of(run);
    driven.got_on = row && row->fruitless == 0;
    if (driven.got_on || (driven.alone_until && *driven.alone_until <= now())) driven.alone_until.reset();
  }
}

// --- starting

bool Scanner::one_is_tried() const {
  return std::ranges::any_of(driven_, [](const auto& each) { return each.second.alone_until.has_value(); });
}

bool Scanner::has_room() const {
  return !one_is_tried() && driven_.size() < static_cast<std::size_t>(options_.concurrency);
}

bool Scanner::a_suspect_waits() const { return std::ranges::any_of(candidates_, is_suspect); }

bool Scanner::may_start(const journal::RunRow& row) const {
  bool one_is_new = std::ranges::any_of(driven_, [](const auto& each) { return !each.second.got_on; });
  return suspects_.may_start(row, one_is_new, now());
}

std::optional<journal::RunRow> Scanner::next_candidate() {
  auto found = std::ranges::find_if(candidates_, [this](const auto& row) { return may_start(row); });
  if (found == candidates_.end()) return std::nullopt;
  auto row = std::move(*found);
  candidates_.erase(found);
  return row;
}

// They end at once, and that is no attempt that could go wrong with others beside it.
Task<void> Scanner::start_told_to_end() {
  for (auto& row : std::exchange(to_end_, {})) co_await start(std::move(row), Care::none);
}

Task<void> Scanner::start_some() {
  co_await start_told_to_end();
  while (has_room() && pace_.next() <= now()) {
    auto row = next_candidate();
    if (!row) co_return;
    co_await start(std::move(*row), Care::as_it_needs);
    read_mail();
    if (leave_at_) co_return;
  }
}

// One that cannot be read keeps no other from its turn.
Task<void> Scanner::start(journal::RunRow row, Care care) {
  std::vector<std::string> lacks;
  std::optional<Error> problem;
  try {
    lacks = co_await take_up_.lacking(row);
  } catch (const Cancelled&) {
    throw;
  } catch (...) {
    problem = current_error();
  }
  if (problem) {
    if (resting_.lay_down(row, {problem->message()}, now()) == Resting::News::yes) tell(LookFailed{*problem});
  } else if (!lacks.empty()) {
    auto told = lacks;
    if (resting_.lay_down(row, std::move(lacks), now()) == Resting::News::yes)
      tell(RunNotPossibleHere{row.id, row.agent, std::move(told)});
  } else {
    auto& driven = driven_[row.id];
    driven.last_seq = row.last_seq;
    driven.paced = care == Care::as_it_needs;
    if (driven.paced) pace_.started(now());
    if (driven.paced && is_suspect(row)) driven.alone_until = now() + kTrial;
    runs_.spawn(drive(std::move(row), driven.leave));
  }
}

// A run, on a strand of its own. Nothing throws.
Task<void> Scanner::drive(journal::RunRow row, OneShot<> leave) {
  LetGo let_go{row.id, {}, {}};
  auto claimed = [this](const journal::RunRow& taken) {
    mailbox_.post([&](Mail& mail) { mail.taken_up.push_back(taken); });
  };
  let_go.result = co_await until_told(std::move(leave), take_up_.drive(std::move(row), std::move(claimed)));
  if (let_go.result && is_left(*let_go.result)) let_go.row = co_await row_of(let_go.run);
  mailbox_.post([&](Mail& mail) { mail.let_go.push_back(std::move(let_go)); });
}

Task<std::optional<journal::RunRow>> Scanner::row_of(RunId run) const {
  try {
    co_return co_await parts_.store.find(std::move(run));
  } catch (...) {
    co_return std::nullopt;  // the next look says what is wrong
  }
}

// --- what became of them

void Scanner::read_mail() {
  auto mail = mailbox_.take();
  for (const auto& row : mail.taken_up) {
    driven_[row.id].taken_up = true;
    ++summary_.driven;
    tell(RunTakenUp{row.id, row.agent, row.attempts});
  }
  for (auto& let_go : mail.let_go) note(std::move(let_go));
  if (mail.look) resting_.wake_all(now());
  if (mail.look) next_look_ = now();
  if (mail.look) due_.look_at_all();
  if (mail.changed) due_.changed();
  for (auto window : mail.drains) drain_from_now(window);
}

void Scanner::note(LetGo let_go) {
  auto driven = driven_.extract(let_go.run).mapped();
  if (!let_go.result) return driven.paced ? pace_.did_not_start() : void();
  if (let_go.result->untouched) return;
  if (!driven.taken_up) return note_unclaimed(let_go, driven);
  auto& outcome = let_go.result->outcome;
  summary_.ended += is_terminal(outcome.status) ? 1 : 0;
  summary_.waits += outcome.status == RunStatus::waiting ? 1 : 0;
  summary_.left += is_left(*let_go.result) ? 1 : 0;
  if (outcome.status == RunStatus::quarantined) return tell(RunQuarantined{let_go.run, outcome.agent, outcome.reason});
  if (is_left(*let_go.result)) return rest(outcome, let_go.row, std::move(let_go.result->missing));
  resting_.wake(let_go.run);
  tell(RunLetGo{std::move(outcome)});
}

// It was quarantined, or the store did not let it be claimed.
void Scanner::note_unclaimed(const LetGo& let_go, const Driven& driven) {
  const auto& outcome = let_go.result->outcome;
  if (outcome.status == RunStatus::quarantined) return tell(RunQuarantined{let_go.run, outcome.agent, outcome.reason});
  journal::RunRow row;
  row.id = let_go.run;
  row.last_seq = driven.last_seq;
  (void)resting_.lay_down(row, {outcome.reason}, now());
  tell(LookFailed{failed(outcome.error_code, outcome.reason)});
}

void Scanner::rest(const RunOutcome& outcome, const std::optional<journal::RunRow>& row,
                   std::vector<std::string> lacks) {
  auto news = Resting::News::yes;
  if (row) news = resting_.lay_down(*row, lacks, now());
  if (lacks.empty())
    tell(RunLetGo{outcome});
  else if (news == Resting::News::yes)
    tell(RunNotPossibleHere{outcome.run_id, outcome.agent, std::move(lacks)});
}

// The second time there is no window any more.
void Scanner::drain_from_now(Milliseconds window) {
  if (leave_at_) {
    leave_at_ = std::min(*leave_at_, now());
    return;
  }
  leave_at_ = later(now(), std::max(window, Milliseconds(0)));
  candidates_.clear();
  to_end_.clear();
  tell(Draining{window, driven_.size()});
}

bool Scanner::one_may_start(const DueRuns::Rows& among) const {
  return std::ranges::any_of(among, [this](const auto& row) { return may_start(row); });
}

// Before its time when there is room that the known candidates do not fill, and the store may have others.
MonoTime Scanner::next_look() const {
  bool early = due_.more() && has_room() && !one_may_start(candidates_);
  return early ? std::min(next_look_, looked_at_ + kBreath) : next_look_;
}

MonoTime Scanner::next_moment() const {
  if (has_room() && one_may_start(candidates_)) return std::min(next_look_, std::max(pace_.next(), now()));
  bool watches_progress = one_is_tried() || (a_suspect_waits() && !driven_.empty());
  return watches_progress ? std::min(next_look(), now() + kTrialLook) : next_look();
}

void Scanner::tell(const WorkEvent& event) const {
  if (!options_.on_event) return;
  contained(parts_.logger, LogLevel::error, {"on_event of a worker threw"}, [&] { options_.on_event(event); });
}

}  // namespace executus::run
