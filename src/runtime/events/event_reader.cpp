#include "runtime/events/event_reader.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include <executus/run/standing.hpp>
#include <executus/run/stored_run.hpp>

#include "runtime/events/how_to_answer.hpp"
#include "runtime/events/run_unknown.hpp"

namespace executus {
namespace {

constexpr std::size_t kEntriesAtOnce = 64;

// Sets its OneShot when it goes.
struct SetAtEnd {
  OneShot<> done;
  explicit SetAtEnd(OneShot<> shot) : done(std::move(shot)) {}
  SetAtEnd(const SetAtEnd&) = delete;
  SetAtEnd& operator=(const SetAtEnd&) = delete;
  ~SetAtEnd() { done.set(); }
};

// Sets `changed` at `when`, unless it goes before.
class Alarm final {
 public:
  Alarm(Loop& loop, MonoTime when, OneShot<> changed)
      : loop_(loop), timer_(loop.call_at(when, [changed = std::move(changed)] { changed.set(); })) {}
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;
  ~Alarm() { loop_.cancel_timer(timer_); }

 private:
  Loop& loop_;
  const TimerId timer_;
};

// The key of a call that is a run is that run's id.
Event::What delegated(const journal::Intended& intended) {
  if (!intended.is_run) return Committed{};
  auto child = RunId::parse(intended.key);
  return child ? Event::What(Delegated{*child}) : Event::What(Committed{});
}

}  // namespace

EventReader::EventReader(EventSource source, RunId run, EventOptions options)
    : source_(std::move(source)),
      run_(run),
      options_(options),
      unread_(source_.hub ? source_.hub->watch(run, options.buffer) : std::make_shared<Unread>(run, options.buffer)),
      read_(options.after) {
  asked_.set();
}

void EventReader::close() {
  if (!home_.is_here()) return;
  unread_->close();
  if (source_.hub) source_.hub->forget(unread_);
}

Reply<std::optional<Event>> EventReader::next() {
  home_.require();
  OneShot<> done;
  auto before = std::exchange(asked_, done);
  auto step = next_of(shared_from_this(), std::move(before), std::move(done));
  if (source_.carry_out) return source_.carry_out(std::move(step));
  return {source_.group, std::move(step)};
}

Task<std::optional<Event>> EventReader::next_of(std::shared_ptr<EventReader> self, OneShot<> before, OneShot<> done) {
  SetAtEnd at_end(std::move(done));
  co_await before.wait();
  co_return co_await self->read_next();
}

// What is shown comes first where it belongs before the next entry; the store is looked at when there may be more.
Task<std::optional<Event>> EventReader::read_next() {
  while (!over_ && !unread_->closed()) {
    auto seen = unread_->changes();
    if (auto what = unread_->take(read_)) co_return provisional(std::move(*what));
    if (!entries_.empty()) {
      auto event = co_await committed();
      over_ = std::holds_alternative<Ended>(event.what);
      co_return event;
    }
    if (may_look())
      co_await look();
    else
      co_await wait(unread_->changed_since(seen));
  }
  co_return std::nullopt;
}

bool EventReader::may_look() const {
  bool more = newest_ > read_ || unread_->newest_durable() > std::max(read_, told_);
  return !next_look_ || more || loop().clock().mono() >= *next_look_;
}

Task<void> EventReader::look() {
  auto told = unread_->newest_durable();
  auto row = co_await source_.store.find(run_);
  if (!row) throw run_unknown(run_);
  unread_->stood_at(row->last_seq);
  newest_ = row->last_seq;
  if (newest_ > read_) {
    auto entries = co_await source_.store.read(run_, read_, kEntriesAtOnce);
    std::ranges::move(entries, std::back_inserter(entries_));
  }
  told_ = told;
  next_look_ = later(loop().clock().mono(), source_.look_every);
  if (entries_.empty()) over_ = is_terminal(row->status) || co_await is_at_rest(*row);
}

// That it is left is asked before its last number is read again: what it wrote before it was left is not missed.
Task<bool> EventReader::is_at_rest(const journal::RunRow& row) {
  if (options_.until == EventOptions::Until::at_end) co_return false;
  if (stands_still(row.status)) co_return true;
  std::vector<RunId> ids{run_};
  auto undriven = co_await source_.store.undriven(std::move(ids));
  if (undriven.empty()) co_return false;
  auto now = co_await source_.store.find(run_);
  co_return now && now->last_seq <= read_;
}

// What it is made of may throw: until it is there the entry counts as not read.
Task<Event> EventReader::committed() {
  auto& entry = entries_.front();
  Event event;
  event.run = run_;
  event.seq = entry.seq;
  event.what = co_await what_of(entry);
  event.entry = std::make_shared<const journal::Entry>(std::move(entry));
  entries_.pop_front();
  read_ = event.seq;
  if (event.as<journal::Responded>() || event.as<journal::Opened>()) unread_->passed(read_);
  co_return event;
}

Task<Event::What> EventReader::what_of(const journal::Entry& entry) {
  Event::What what = Committed{};
  if (std::holds_alternative<journal::Ended>(entry.payload)) what = co_await ended(entry.seq);
  if (const auto* waited = std::get_if<journal::Waited>(&entry.payload)) {
    bool still = entry.seq >= newest_ && co_await still_waits(entry.seq);
    what = co_await waiting(*waited, still);
  }
  if (const auto* intended = std::get_if<journal::Intended>(&entry.payload)) what = delegated(*intended);
  co_return what;
}

// Asked when the entry is handed out: it may have been read long before.
Task<bool> EventReader::still_waits(std::uint64_t seq) {
  auto row = co_await source_.store.find(run_);
  co_return row&& stands_still(row->status) && row->last_seq == seq;
}

Task<Waiting> EventReader::waiting(const journal::Waited& waited, bool still) {
  Waiting event;
  event.reason = waited.reason;
  event.detail = waited.detail;
  event.wake_at = waited.wake_at;
  event.signals = waited.signals;
  if (still && source_.questions) event.questions = co_await source_.questions(run_);
  if (still) event.how_to_answer = how_to_answer(run_, event);
  co_return event;
}

// An end after which the run was reopened is no end any more.
Task<Event::What> EventReader::ended(std::uint64_t seq) {
  auto run = co_await read_stored_run(source_.store, run_);
  if (!run) throw run_unknown(run_);
  if (run->checkpoint.last_seq != seq) co_return Committed{};
  Ended event;
  event.outcome = outcome_of(*run);
  co_return event;
}

Task<void> EventReader::wait(OneShot<> changed) {
  Alarm alarm(loop(), *next_look_, changed);
  co_await changed.wait();
}

Event EventReader::provisional(Event::What what) const {
  Event event;
  event.run = run_;
  event.what = std::move(what);
  return event;
}

EventStream open_events(EventSource source, RunId run, EventOptions options) {
  return EventStream(std::make_shared<EventReader>(std::move(source), std::move(run), options));
}

EventStream::EventStream(std::shared_ptr<EventReader> reader) : reader_(std::move(reader)) {}
EventStream::EventStream(EventStream&&) noexcept = default;
EventStream& EventStream::operator=(EventStream&& other) noexcept {
  if (this != &other && reader_) reader_->close();
  reader_ = std::move(other.reader_);
  return *this;
}
EventStream::~EventStream() {
  if (reader_) reader_->close();
}

Reply<std::optional<Event>> EventStream::next() { return reader_->next(); }

}  // namespace executus
